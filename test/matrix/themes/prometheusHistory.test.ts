import '../all.ts';
import '../../vscode/prometheusHistory.test.ts';
