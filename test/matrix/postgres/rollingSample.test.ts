import '../all.ts';
import '../../postgres/rollingSample.test.ts';
