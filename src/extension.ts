import * as vscode from 'vscode';
import { EndingStore, type Ending } from './common/disposable.ts';
import { describeError } from './common/problem.ts';
import { sleep } from './common/timers.ts';
import type { SettingsFileOptions } from './django/settings/checks/settingsFile.ts';
import { SnapshotSources } from './monitoring/snapshot/sources.ts';
import type { Connection } from './monitoring/watch/connection.ts';
import { circumstancesOf, type Operations } from './presentation/operations/operationRows.ts';
import { ApplicationWatch } from './ui/application/applicationWatch.ts';
import { Cleanup } from './ui/cleanup/cleanup.ts';
import { CleanupServiceUi } from './ui/cleanupService/cleanupServiceUi.ts';
import { registerCommands } from './ui/commands/commands.ts';
import { forgetAlerts, keepAlerts } from './ui/connection/alertMemory.ts';
import { App } from './ui/connection/app.ts';
import { createMonitor } from './ui/connection/createMonitor.ts';
import { Discovery } from './ui/connection/discovery.ts';
import { forgetSizes } from './ui/connection/forget.ts';
import { SavedConnections } from './ui/connection/savedConnections.ts';
import { StoredPasswords } from './ui/connection/storedPasswords.ts';
import { watchForChanges } from './ui/connection/watchForChanges.ts';
import { CompactView } from './ui/dashboard/compactView.ts';
import { Dashboard } from './ui/dashboard/dashboard.ts';
import type { DashboardParts } from './ui/dashboard/dashboardParts.ts';
import { History } from './ui/history/history.ts';
import { Rollback } from './ui/rollback/rollback.ts';
import { Approvals } from './ui/settings/approvals.ts';
import { folderOf, getSetting, useAllowed } from './ui/settings/settings.ts';
import { registerSettingsEditor } from './ui/settingsFile/settingsEditor.ts';
import { settingsFileOptions, throttleSeconds } from './ui/settingsFile/settingsOptions.ts';
import { ActivityView } from './ui/view/activityView.ts';
import { notify } from './ui/view/notifications.ts';
import { StatusBar } from './ui/view/statusBar.ts';

/** VS Code ends the extension host 5 s after it has begun to deactivate. */
const END_MS = 4_000;

let end: () => Promise<void> = () => Promise.resolve();

/**
 * VS Code waits for it: connections are ended, the lease is given to another window, files are closed. Nothing is left to
 * context.subscriptions, which VS Code disposes first to last and does not wait for.
 */
export function deactivate(): Promise<void> {
  return end();
}

/** The composition root: builds the parts and wires them. What takes time is begun here and not waited for. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Django Sessions', { log: true });
  const parts = new EndingStore((error) => {
    log.error(describeError(error));
  });
  // The log is not disposed: what ends late may still have something to say, which a closed channel answers with an error.
  // VS Code closes it with the extension host.
  end = () => Promise.race([parts.dispose(), sleep(END_MS)]);
  const approvals = parts.add(new Approvals(context.workspaceState, log));
  useAllowed(approvals);
  forgetSizes(context.globalState, log);
  const passwords = new StoredPasswords(context.secrets);
  const saved = new SavedConnections(passwords);
  const discovery = new Discovery(passwords, approvals, log);
  const sources = new SnapshotSources();
  const app = parts.add(
    new App({
      log,
      memory: context.workspaceState,
      discovery,
      saved,
      createMonitor: (connection) => createMonitor(connection, context, log, interval(connection), sources),
      throttleSeconds: (connection) => interval(connection),
      keepAlerts: (connection, monitor) => {
        keepAlerts(connection, monitor.alerts, context.workspaceState, log);
      },
      forgetOthers: (connections) => {
        forgetAlerts(connections, context.workspaceState, new Date(), log);
      },
    }),
  );
  const readInterval = (): number | undefined => rollback.watch.state?.source?.interval?.seconds;
  const interval = (connection: Connection): number => throttleSeconds(readInterval(), folderOf(connection));
  const options = (file: string): SettingsFileOptions => settingsFileOptions(readInterval(), vscode.Uri.file(file));
  const rollback = parts.add(new Rollback(app, context, options, log));
  const cleanup = parts.add(new Cleanup(app, context.globalState, log));
  const cleanupService = parts.add(new CleanupServiceUi(app, sources, log));
  const application = parts.add(new ApplicationWatch(app, sources, context.secrets, () => app.history, log));
  const operations = (): Operations => {
    const throttle = rollback.watch.state;
    const cleanups = cleanup.state;
    const service = cleanupService.state;
    return {
      rollbacks: rollback.history.records,
      cleanups,
      application: application.state,
      wishes: approvals.waiting,
      ...(throttle === undefined ? {} : { throttle }),
      ...(service === undefined ? {} : { cleanupService: service }),
    };
  };
  const history = parts.add(new History(app, log));
  const pages: DashboardParts = {
    app,
    extensionUri: context.extensionUri,
    source: history,
    prometheus: () => application.prometheus,
    operations,
    log,
  };
  const dashboard = parts.add(new Dashboard(pages));
  const charts = parts.add(new CompactView(pages));
  const view = parts.add(new ActivityView());
  const statusBar = parts.add(new StatusBar());

  const draw = (): void => {
    const now = new Date();
    history.write(operations());
    view.show(app.state, operations(), app.connections.length > 0, now, vscode.env.language);
    statusBar.show(app.state, getSetting('statusBar.enabled', 'window'), now, vscode.env.language);
  };
  /** What has changed is no reading, of which the pages hear by themselves. */
  const redraw = (): void => {
    draw();
    dashboard.redraw();
    charts.redraw();
  };
  const tellVisibility = (): void => {
    const visible = [view, dashboard, charts].some((one) => one.visible);
    app.setVisible(visible);
    application.setVisible(visible);
  };
  const wires: readonly Ending[] = [
    app.onDidChange(draw),
    app.onDidTransition((transitions) => {
      notify(history.news(transitions), circumstancesOf(operations()));
    }),
    rollback.watch.onDidChangeInterval(() => {
      app.applySettings();
    }),
    rollback.watch.onDidChange(redraw),
    rollback.history.onDidChange(redraw),
    cleanup.onDidChange(draw),
    cleanupService.onDidChange(redraw),
    application.onDidChange(redraw),
    approvals.onDidChange(redraw),
    approvals.onDidAllow(() => {
      cleanupService.settingsChanged();
      application.settingsChanged();
      void app.reload();
    }),
    registerSettingsEditor({ app, rollback, options, log }),
    view.onDidChangeVisibility(tellVisibility),
    dashboard.onDidChangeVisibility(tellVisibility),
    charts.onDidChangeVisibility(tellVisibility),
    ...registerCommands({
      approvals,
      app,
      view,
      saved,
      rollback,
      cleanup,
      cleanupService,
      application,
      dashboard,
      log,
    }),
    watchForChanges(app, draw),
  ];
  for (const wire of wires) parts.add(wire);
  draw();
  tellVisibility();
  void app.reload();
  log.info('Activated');
}
