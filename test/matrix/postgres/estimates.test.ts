import '../all.ts';
import '../../postgres/estimates.test.ts';
