import '../all.ts';
import '../../postgres/detail.test.ts';
