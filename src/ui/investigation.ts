import type * as vscode from 'vscode';
import type { Ending } from '../common/disposable.ts';
import type { Event } from '../common/events.ts';
import type { Operations } from '../presentation/operations/operationRows.ts';
import type { ApplicationWatch } from './application/applicationWatch.ts';
import type { Cleanup } from './cleanup/cleanup.ts';
import type { CleanupServiceUi } from './cleanupService/cleanupServiceUi.ts';
import type { App } from './connection/app.ts';
import type { History } from './history/history.ts';
import type { Rollback } from './rollback/rollback.ts';
import type { Approvals } from './settings/approvals.ts';
import type { SessionWriters } from './writers/sessionWriters.ts';

/** What investigations look at. */
export interface InvestigationParts {
  readonly app: App;
  readonly rollback: Rollback;
  readonly cleanup: Cleanup;
  readonly cleanupService: CleanupServiceUi;
  readonly application: ApplicationWatch;
  readonly approvals: Approvals;
  readonly writers: SessionWriters;
  readonly source: History;
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
}

/** What an investigation adds to the screens: see Operations. */
export type Additions = Pick<Operations, 'marks' | 'investigationRows' | 'rowsBelow'>;

/** One feature that looks closer: it adds rows and marks, and has commands, which `handlers` below names. */
export interface Investigation extends Ending {
  /** What it adds has changed. */
  readonly onDidChange?: Event<undefined>;
  additions?(now: Date): Additions;
  /** Whether somebody looks at the tree or the dashboard, and which rows of the tree are open in sight. */
  setVisible?(visible: boolean, isOpen: (rowId: string) => boolean): void;
}
