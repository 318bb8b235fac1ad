import { callCompanion, companionReady } from '../kit/companion.ts';

const LOOK_MS = 300;
const OPEN = `(vscode) => vscode.commands.executeCommand('workbench.view.extension.djangoSessionMonitor')`;

/** Opens the Django Sessions view in each window that is opened. Returns what ends that. */
export function openViewInEachWindow(extensionsDir: string): () => void {
  let opened: number | undefined;
  const look = async (): Promise<void> => {
    const ready = await companionReady(extensionsDir);
    if (ready === undefined || ready.pid === opened) return;
    opened = ready.pid;
    await callCompanion(ready.socket, OPEN, []);
  };
  // A window that closes meanwhile needs no view.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  return () => {
    clearInterval(timer);
  };
}
