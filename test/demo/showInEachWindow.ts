import type * as vscodeApi from 'vscode';
import { COMMANDS } from '../../src/contributions.ts';
import { callCompanion, companionReady } from '../kit/companion.ts';
import { SIMULATED, THINGS_TO_TRY, titleOf } from './thingsToTry.ts';

const LOOK_MS = 100;

/** Opens the view and the dashboard in each window that is opened, and says there what the demo is. Returns what ends that. */
export function showInEachWindow(extensionsDir: string): () => void {
  let opened: number | undefined;
  const things = THINGS_TO_TRY.map((thing) => ({ command: COMMANDS[thing.command], title: titleOf(thing) }));
  const look = async (): Promise<void> => {
    const ready = await companionReady(extensionsDir);
    if (ready === undefined || ready.pid === opened) return;
    opened = ready.pid;
    await callCompanion(ready.socket, show.toString(), [COMMANDS.openDashboard, SIMULATED, things]);
  };
  // A window that closes meanwhile needs no view.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  return () => {
    clearInterval(timer);
  };
}

interface Thing {
  readonly command: string;
  readonly title: string;
}

/** Runs in the extension host, and knows nothing but its arguments. */
async function show(
  vscode: typeof vscodeApi,
  dashboard: string,
  text: string,
  things: readonly Thing[],
): Promise<void> {
  await vscode.commands.executeCommand('workbench.view.extension.djangoSessionMonitor');
  await vscode.commands.executeCommand(dashboard);
  const tell = async (): Promise<void> => {
    const chosen = await vscode.window.showInformationMessage(text, ...things.map(({ title }) => title));
    const thing = things.find(({ title }) => title === chosen);
    if (thing !== undefined) await vscode.commands.executeCommand(thing.command);
  };
  const item = vscode.window.createStatusBarItem('demo', vscode.StatusBarAlignment.Left, 1000);
  item.name = 'Demo';
  item.text = '$(beaker) Demo: the past is made up';
  item.tooltip = text;
  vscode.commands.registerCommand('demo.tell', tell);
  item.command = 'demo.tell';
  item.show();
  void tell();
}
