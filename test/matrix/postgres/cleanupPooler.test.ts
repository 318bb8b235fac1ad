import '../all.ts';
import '../../postgres/cleanupPooler.test.ts';
