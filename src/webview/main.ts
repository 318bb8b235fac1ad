import { DashboardPage } from './dashboard.ts';
import { parseToDashboard, isDashboardState, type DashboardState, type ToHost } from './protocol/protocol.ts';

/** What VS Code gives the page: the way to the host, and what is kept while it is hidden. */
declare function acquireVsCodeApi(): {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: DashboardState): void;
};

const vscode = acquireVsCodeApi();
const MOST_TEXT = 2000;
const fail = (text: string): void => vscode.postMessage({ type: 'failed', message: text.slice(0, MOST_TEXT) });

window.addEventListener('error', ({ message, filename, lineno }) => fail(`${message} (${filename}:${lineno})`));
window.addEventListener('unhandledrejection', ({ reason }) => fail(`Unhandled: ${String(reason)}`));

const root = document.getElementById('dashboard');
if (root === null) throw new Error('The page has no place for the dashboard.');

const kept = vscode.getState();
const dashboard = new DashboardPage({
  root,
  post: (message) => vscode.postMessage(message),
  keep: (state) => vscode.setState(state),
  kept: isDashboardState(kept) ? kept : undefined,
});

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = parseToDashboard(data);
  if (message === undefined) fail(`Heard what the host should not send: ${JSON.stringify(data)}`);
  else dashboard.hear(message);
});
vscode.postMessage({ type: 'ready', ...dashboard.firstQuestion });
