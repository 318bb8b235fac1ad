import '../all.ts';
import '../../postgres/cleanupActions.test.ts';
