import '../all.ts';
import '../../postgres/cleanupTrouble.test.ts';
