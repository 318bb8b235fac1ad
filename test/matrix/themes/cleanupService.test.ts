import '../all.ts';
import '../../vscode/cleanupService.test.ts';
