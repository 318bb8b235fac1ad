import '../all.ts';
import '../../vscode/compare.test.ts';
