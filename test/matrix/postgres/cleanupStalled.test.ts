import '../all.ts';
import '../../postgres/cleanupStalled.test.ts';
