import * as vscode from 'vscode';
import {
  COMMANDS,
  CONTEXT_KEYS,
  SETTINGS_SECTION,
  WALKTHROUGH_ID,
  type CommandHandlers,
  type CommandId,
  type RowArgument,
} from '../../contributions.ts';
import { rowArgument } from '../../presentation/rows/rowArgument.ts';
import type { ApplicationWatch } from '../application/applicationWatch.ts';
import type { Cleanup, CleanupOrigin } from '../cleanup/cleanup.ts';
import { showCleanupHistory } from '../cleanup/cleanupHistoryPick.ts';
import type { CleanupServiceUi } from '../cleanupService/cleanupServiceUi.ts';
import { showInformationMessage } from '../common/messages.ts';
import { registerCommand } from '../common/registerCommand.ts';
import { runCommand, setContext } from '../common/runCommand.ts';
import { showPlace } from '../common/showPlace.ts';
import type { App } from '../connection/app.ts';
import type { ContainerPlaces } from '../connection/django/containerPlaces.ts';
import type { ProductionMarks } from '../connection/django/productionMarks.ts';
import type { SavedConnections } from '../connection/savedConnections.ts';
import { chooseWatched, showDatabase, watchDatabase } from './databases.ts';
import type { Dashboard } from '../dashboard/dashboard.ts';
import type { InvestigationCommand, LazyInvestigations } from '../investigations/lazyInvestigations.ts';
import { showRollbackHistory } from '../rollback/historyPick.ts';
import type { Rollback } from '../rollback/rollback.ts';
import type { Approvals } from '../settings/approvals.ts';
import { reviewWishes } from '../settings/reviewWishes.ts';
import type { ActivityView } from '../view/activityView.ts';
import { acknowledgeAlert, snoozeAlert } from './alerts.ts';
import { chooseTable } from './chooseTable.ts';
import { chooseConnection, enterPassword, markProduction, removeConnection } from './connections.ts';
import { openDatabaseSettings } from './openDatabaseSettings.ts';
import { countExactly, refresh } from './reading.ts';
import { switchOffCheck, switchThrottle } from './throttle.ts';

export interface CommandParts {
  readonly approvals: Approvals;
  readonly app: App;
  readonly places: ContainerPlaces;
  readonly marks: ProductionMarks;
  readonly view: ActivityView;
  readonly saved: SavedConnections;
  readonly rollback: Rollback;
  readonly cleanup: Cleanup;
  readonly cleanupService: CleanupServiceUi;
  readonly application: ApplicationWatch;
  readonly dashboard: Dashboard;
  readonly investigations: LazyInvestigations;
  readonly log: vscode.LogOutputChannel;
}

type OwnHandlers = Omit<CommandHandlers, InvestigationCommand>;

/** Every command but those of the investigations once; the type makes a missing one an error. */
function handlers(parts: CommandParts): OwnHandlers {
  const { approvals, app, places, marks, view, saved, rollback, cleanup, cleanupService, application, dashboard, log } =
    parts;
  return {
    [COMMANDS.connect]: async () => {
      const { connectToDatabase } = await import('./connect.ts');
      await connectToDatabase(app, saved, log);
    },
    [COMMANDS.chooseConnection]: () => chooseConnection(app),
    [COMMANDS.showDatabase]: (row) => showDatabase(app, row),
    [COMMANDS.watchDatabase]: (row) => watchDatabase(app, row, true),
    [COMMANDS.stopWatchingDatabase]: (row) => watchDatabase(app, row, false),
    [COMMANDS.chooseWatchedDatabases]: () => chooseWatched(app),
    [COMMANDS.chooseTable]: () => chooseTable(app),
    [COMMANDS.removeConnection]: () => removeConnection(app, saved),
    [COMMANDS.enterPassword]: () => enterPassword(app, saved),
    [COMMANDS.reviewWishes]: () => reviewWishes(approvals),
    [COMMANDS.findDatabase]: () => app.reload({ reconnect: true }),
    [COMMANDS.askDjango]: () => app.reload({ askDjango: true, reconnect: true }),
    [COMMANDS.chooseDatabaseService]: () => places.choose(),
    [COMMANDS.markProduction]: () => markProduction(app, marks, true),
    [COMMANDS.markNoProduction]: () => markProduction(app, marks, false),
    [COMMANDS.openDatabaseSettings]: () => openDatabaseSettings(app),
    [COMMANDS.refresh]: () => Promise.all([refresh(app), cleanupService.read(), application.read()]),
    [COMMANDS.countExactly]: () => countExactly(app),
    [COMMANDS.pause]: () => {
      app.monitor.pause();
    },
    [COMMANDS.resume]: () => {
      app.monitor.resume();
    },
    [COMMANDS.copyValue]: (row) => copyValue(view, row),
    [COMMANDS.acknowledgeAlert]: (row) => acknowledgeAlert(app, rowArgument(row)),
    [COMMANDS.snoozeAlert]: (row) => snoozeAlert(app, rowArgument(row)),
    [COMMANDS.showAlerts]: () => view.revealAlerts(),
    [COMMANDS.clearExpired]: async (from) => {
      const { clearExpired } = await import('../cleanup/clearExpired.ts');
      await clearExpired(cleanup, cleanupOrigin(from));
    },
    [COMMANDS.runClearsessions]: async (from) => {
      const { djangoClearsessions } = await import('../cleanup/djangoClearsessions.ts');
      await djangoClearsessions(cleanup, cleanupOrigin(from));
    },
    [COMMANDS.deleteAllSessions]: async (from) => {
      const { deleteAll } = await import('../cleanup/deleteAll.ts');
      await deleteAll(cleanup, cleanupOrigin(from));
    },
    [COMMANDS.vacuumSessions]: async () => {
      const { vacuum } = await import('../cleanup/vacuum.ts');
      await vacuum(cleanup);
    },
    [COMMANDS.pauseCleanup]: () => {
      cleanup.pause();
    },
    [COMMANDS.resumeCleanup]: () => {
      cleanup.resume();
    },
    [COMMANDS.cancelCleanup]: () => {
      cleanup.cancel();
    },
    [COMMANDS.showCleanupHistory]: () => showCleanupHistory(cleanup),
    [COMMANDS.followCleanupLog]: () => cleanupService.follow(),
    [COMMANDS.stopFollowingCleanupLog]: () => {
      cleanupService.stopFollowing();
    },
    [COMMANDS.restartCleanupService]: () => cleanupService.restart(),
    [COMMANDS.openComposeFile]: () => cleanupService.openComposeFile(),
    [COMMANDS.chooseCleanupService]: () => cleanupService.choose(),
    [COMMANDS.refreshCleanupService]: () => cleanupService.refresh(),
    [COMMANDS.disableThrottle]: (from) => switchThrottle(rollback, 'disable', from),
    [COMMANDS.fullRollback]: (from) => switchThrottle(rollback, 'fullRollback', from),
    [COMMANDS.restoreThrottle]: (from) => switchThrottle(rollback, 'restore', from),
    [COMMANDS.applyChange]: () => rollback.preview.apply(),
    [COMMANDS.discardChange]: () => rollback.preview.discard(),
    [COMMANDS.restartApplication]: () => rollback.restart(),
    [COMMANDS.showRollbackHistory]: () => showRollbackHistory(rollback),
    [COMMANDS.openThrottleSettings]: () => rollback.openSettings(),
    [COMMANDS.openThrottleSource]: () => rollback.openSource(),
    [COMMANDS.chooseThrottle]: async () => {
      const { chooseThrottle } = await import('../rollback/chooseThrottle.ts');
      await chooseThrottle(rollback.watch.state);
    },
    [COMMANDS.switchOffCheck]: (code) => switchOffCheck(code),
    [COMMANDS.openDashboard]: () => {
      dashboard.open();
    },
    [COMMANDS.compareAround]: (moment) => {
      dashboard.compare(moment);
    },
    [COMMANDS.toggleChartTable]: ({ chart }) => {
      dashboard.act(chart, 'table');
    },
    [COMMANDS.copyChartTable]: ({ chart }) => {
      dashboard.act(chart, 'copy');
    },
    [COMMANDS.saveChartPicture]: ({ chart }) => {
      dashboard.act(chart, 'save');
    },
    [COMMANDS.exportHistory]: async (range) => {
      const { exportHistory } = await import('../history/exportHistory.ts');
      await exportHistory(app, range);
    },
    [COMMANDS.storeApplicationCredentials]: async () => {
      const { storeCredentials } = await import('../application/credentialsCommands.ts');
      await storeCredentials(await application.servers(), application.credentials);
    },
    [COMMANDS.removeApplicationCredentials]: async () => {
      const { removeCredentials } = await import('../application/credentialsCommands.ts');
      await removeCredentials(await application.servers(), application.credentials);
    },
    [COMMANDS.openApplicationSettings]: () =>
      runCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.application`),
    [COMMANDS.saveReport]: () => dashboard.saveReport(),
    [COMMANDS.showRow]: ({ rowId }) => view.reveal(rowId),
    [COMMANDS.openCode]: ({ file, from, to }) => showPlace(file, from, to),
    [COMMANDS.openWalkthrough]: async () => {
      await runCommand('workbench.action.openWalkthrough', WALKTHROUGH_ID);
      setContext(CONTEXT_KEYS.walkthroughOpened, true);
    },
    [COMMANDS.openSettings]: () =>
      runCommand('workbench.action.openSettings', '@ext:django-session-monitor.django-session-monitor'),
    [COMMANDS.showLog]: () => {
      log.show(true);
    },
  };
}

export function registerCommands(parts: CommandParts): readonly vscode.Disposable[] {
  const own = handlers(parts);
  return Object.values(COMMANDS).map((id) => {
    const handler: (...args: never[]) => unknown = isOwn(own, id)
      ? own[id]
      : (...args) => parts.investigations.run(id, args);
    return registerCommand(parts.log, id, async (...args) => {
      try {
        await handler(...args);
      } finally {
        // Who acts on a row reads its hover no more, and wants to see what came of it. Not before: a tree that is drawn as an input
        // field opens takes the focus from it.
        parts.view.tree.endReading();
      }
    });
  });
}

function isOwn(own: OwnHandlers, id: CommandId): id is keyof OwnHandlers {
  return id in own;
}

function cleanupOrigin(argument: RowArgument | string | undefined): CleanupOrigin {
  const row = rowArgument(argument)?.rowId;
  if (row === undefined) return 'palette';
  return row.startsWith('alert/') ? 'alert' : 'tree';
}

async function copyValue(view: ActivityView, argument: RowArgument | undefined): Promise<void> {
  const id = rowArgument(argument)?.rowId ?? view.chosenRow;
  const row = id === undefined ? undefined : view.tree.row(id);
  const text = row?.copy ?? row?.description ?? row?.summary;
  if (text === undefined) {
    void showInformationMessage('Select a row of the Django Sessions view that has a value, then copy it.');
    return;
  }
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(copy) Copied ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`, 3000);
}
