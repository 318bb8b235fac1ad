import '../all.ts';
import '../../vscode/statements.test.ts';
