import '../all.ts';
import '../../vscode/application.test.ts';
