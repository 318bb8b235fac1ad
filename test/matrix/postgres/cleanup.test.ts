import '../all.ts';
import '../../postgres/cleanup.test.ts';
