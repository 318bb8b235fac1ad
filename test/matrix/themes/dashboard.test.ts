import '../all.ts';
import '../../vscode/dashboard.test.ts';
