import '../all.ts';
import '../../postgres/space.test.ts';
