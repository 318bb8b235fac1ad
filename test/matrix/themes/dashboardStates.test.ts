import '../all.ts';
import '../../vscode/dashboardStates.test.ts';
