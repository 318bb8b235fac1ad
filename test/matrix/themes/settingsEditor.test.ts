import '../all.ts';
import '../../vscode/settingsEditor.test.ts';
