import * as vscode from 'vscode';
import { EndingStore, type Ending } from './common/disposable.ts';
import { describeError } from './common/problem.ts';
import { sleep } from './common/timers.ts';
import { PasswordCommands } from './monitoring/watch/passwordCommands.ts';
import { SnapshotSources } from './monitoring/snapshot/sources.ts';
import { SshTunnels } from './monitoring/watch/sshTunnels.ts';
import { circumstancesOf, type Operations } from './presentation/operations/operationRows.ts';
import { ApplicationWatch } from './ui/application/applicationWatch.ts';
import { Cleanup } from './ui/cleanup/cleanup.ts';
import { CleanupServiceUi } from './ui/cleanupService/cleanupServiceUi.ts';
import { registerCommands } from './ui/commands/commands.ts';
import { App } from './ui/connection/app.ts';
import { Discovery } from './ui/connection/discovery.ts';
import { ContainerPlaces } from './ui/connection/django/containerPlaces.ts';
import { ProductionMarks } from './ui/connection/django/productionMarks.ts';
import { askSessionAlias } from './ui/connection/django/askSessionAlias.ts';
import { SessionAliases } from './ui/connection/django/sessionAliases.ts';
import { forgetSizes } from './ui/connection/forget.ts';
import { Monitors } from './ui/connection/monitors.ts';
import { SavedConnections } from './ui/connection/savedConnections.ts';
import { StoredPasswords } from './ui/connection/storedPasswords.ts';
import { watchForChanges } from './ui/connection/watchForChanges.ts';
import { History } from './ui/history/history.ts';
import { LazyInvestigations } from './ui/investigations/lazyInvestigations.ts';
import { Rollback } from './ui/rollback/rollback.ts';
import { Approvals } from './ui/settings/approvals.ts';
import { passwordCommands } from './ui/settings/passwordCommands.ts';
import { useAllowed } from './ui/settings/settings.ts';
import { ThrottleInterval } from './ui/settings/throttleInterval.ts';
import { registerSettingsEditor } from './ui/settingsFile/settingsEditor.ts';
import { currentOperations } from './ui/view/currentOperations.ts';
import { notify, originOf } from './ui/view/notifications.ts';
import { Screens } from './ui/view/screens.ts';
import { SessionWriters } from './ui/writers/sessionWriters.ts';

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

/** The composition root: builds the parts in order, then wires them. What takes time is begun here and not waited for. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Django Sessions', { log: true });
  const parts = new EndingStore((error) => {
    log.error(describeError(error));
  });
  // The log is not disposed: what ends late may still have something to say, which a closed channel answers with an error.
  // VS Code closes it with the extension host.
  end = () => Promise.race([parts.dispose(), sleep(END_MS)]);
  const { extensionUri, secrets, globalState, workspaceState } = context;
  forgetSizes(globalState, log);

  // What is watched
  const approvals = parts.add(new Approvals(workspaceState, log));
  useAllowed(approvals);
  const passwords = new StoredPasswords(secrets, new PasswordCommands(passwordCommands));
  const saved = new SavedConnections(passwords, parts.add(new SshTunnels()), approvals);
  const places = new ContainerPlaces(workspaceState, () => void app.reload({ reconnect: true }));
  const marks = new ProductionMarks(workspaceState);
  const aliases = new SessionAliases(workspaceState, askSessionAlias, () => void app.reload({ reconnect: true }));
  const discovery = new Discovery({ passwords, places, marks, aliases, log }, approvals);
  const interval = parts.add(new ThrottleInterval(log));
  const sources = new SnapshotSources();
  const monitors = new Monitors({ context, interval, sources, log });
  const app = parts.add(new App({ log, memory: workspaceState, discovery, saved, monitors }));

  // What is done about it
  const rollback = parts.add(new Rollback(app, context, interval, log));
  const cleanup = parts.add(new Cleanup(app, globalState, log));
  const cleanupService = parts.add(new CleanupServiceUi(app, sources, log));
  const application = parts.add(new ApplicationWatch(app, sources, secrets, () => app.history, log));
  const writers = parts.add(new SessionWriters(app, log));
  const source = parts.add(new History(app, log));
  const done = { rollback, cleanup, cleanupService, application, approvals, writers };
  const investigations = parts.add(new LazyInvestigations({ ...done, app, source, context, log }));
  const acting = { ...done, investigations };
  const operations = (): Operations => currentOperations(acting);

  // What shows it
  const prometheus = (): ApplicationWatch['prometheus'] => application.prometheus;
  const screens = parts.add(
    new Screens({ app, source, operations, prometheus, extensionUri, memory: workspaceState, log }),
  );
  const { view, dashboard } = screens;

  const draw = (): void => screens.draw();
  const redraw = (): void => screens.redraw();
  const passVisibility = (): void => {
    app.setVisible(screens.visible);
    application.setVisible(screens.visible);
    writers.setVisible(screens.visible);
    investigations.setVisible(screens.visible, (rowId) => view.isOpen(rowId));
  };
  const wires: readonly Ending[] = [
    app.onDidChange(draw),
    app.onDidTransition(({ watched, transitions }) => {
      const news = source.news(transitions, watched.history);
      notify(news, originOf(app, watched.connection), circumstancesOf(operations()));
    }),
    interval.onDidChange(() => app.applySettings()),
    rollback.watch.onDidChange(redraw),
    rollback.history.onDidChange(redraw),
    cleanup.onDidChange(draw),
    cleanupService.onDidChange(redraw),
    application.onDidChange(redraw),
    writers.onDidChange(draw),
    approvals.onDidChange(redraw),
    investigations.onDidChange(redraw),
    approvals.onDidAllow(() => {
      cleanupService.settingsChanged();
      application.settingsChanged();
      void app.reload();
    }),
    screens.onDidChangeVisibility(passVisibility),
    registerSettingsEditor({ app, rollback, options: interval.optionsFor, log }),
    ...registerCommands({ ...acting, app, places, marks, saved, view, dashboard, log }),
    watchForChanges(app, draw),
  ];
  for (const wire of wires) parts.add(wire);
  // VS Code waits for what stands above: what is drawn and read, and the code for it, comes right after.
  const begin = setImmediate(() => {
    draw();
    passVisibility();
    void app.reload();
  });
  parts.add({ dispose: () => clearImmediate(begin) });
  log.info('Activated');
}
