import '../all.ts';
import '../../vscode/cleanup.test.ts';
