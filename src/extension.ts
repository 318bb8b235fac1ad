import * as vscode from 'vscode';
import { ActivityView } from './ui/activityView.ts';
import { App } from './ui/app.ts';
import { registerCommands } from './ui/commands.ts';
import { Discovery } from './ui/discovery.ts';
import { createMonitor, keepAlerts } from './ui/createMonitor.ts';
import { notify } from './ui/notifications.ts';
import { SavedConnections } from './ui/savedConnections.ts';
import { getSetting } from './ui/settings.ts';
import { StatusBar } from './ui/statusBar.ts';
import { watchForChanges } from './ui/watchForChanges.ts';

/** The composition root: builds the parts and wires them. What takes time is begun here and not waited for. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Django Sessions', { log: true });
  const saved = new SavedConnections(context.secrets);
  const discovery = new Discovery(saved, log);
  const app = new App({
    log,
    memory: context.workspaceState,
    discovery,
    saved,
    createMonitor: (connection) => createMonitor(connection, context, log),
    keepAlerts: (connection, monitor) => {
      keepAlerts(connection, monitor.alerts, context.workspaceState, log);
    },
  });
  const view = new ActivityView();
  const statusBar = new StatusBar();

  const draw = (): void => {
    const now = new Date();
    view.show(app.state, app.connections.length > 0, now, vscode.env.language);
    statusBar.show(app.state, getSetting('statusBar.enabled'), now, vscode.env.language);
  };
  context.subscriptions.push(
    log,
    app,
    view,
    statusBar,
    app.onDidChange(draw),
    app.onDidTransition(notify),
    view.onDidChangeVisibility(() => {
      app.setVisible(view.visible);
    }),
    ...registerCommands({ app, view, saved, log }),
    watchForChanges(app, draw),
  );
  draw();
  app.setVisible(view.visible);
  void app.reload();
  log.info('Activated');
}
