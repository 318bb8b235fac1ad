import '../all.ts';
import '../../vscode/compactView.test.ts';
