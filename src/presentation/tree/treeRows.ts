import { formatAge, type FormatOptions } from '../../common/format.ts';
import { problemLine } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import type { MonitorState } from '../../monitoring/poll/monitorTypes.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { circumstancesOf, NO_OPERATIONS, operationsRow, type Operations } from '../operations/operationRows.ts';
import type { AppState } from '../rows/appState.ts';
import { connectionRow } from '../rows/connectionRow.ts';
import { historyProblemRow, historyRow } from '../rows/historyRow.ts';
import { nextStepRows } from '../rows/nextSteps.ts';
import { databasesRow } from '../databases/databaseRows.ts';
import type { Row } from '../rows/row.ts';
import { escapeMarkdown } from '../texts/hover.ts';
import { readAge } from '../texts/readAge.ts';
import { alertsRow } from './alertRows.ts';
import { applicationProblemRows } from './applicationRows.ts';
import { metricGroupRows } from './metricRows.ts';
import { sessionsSentence } from './sentence.ts';
import { withWriters } from './writerRows.ts';
import { wishRows } from '../operations/wishRows.ts';

/** Everything that the tree view shows for a state: the rows, the text over them, and what stands beside its title. */
export interface TreeContent {
  readonly rows: readonly Row[];
  readonly message?: string;
  /** Stands behind the name of the container: "Django Sessions: shop". */
  readonly title: string;
}

const NO_CONNECTION_TITLE = 'Sessions';

/** Pure: the same state at the same time gives the same rows. */
export function treeContent(
  state: AppState,
  now: Date,
  locale: string,
  operations: Operations = NO_OPERATIONS,
): TreeContent {
  switch (state.kind) {
    case 'untrusted':
      return { rows: [], title: 'Restricted' };
    case 'searching':
      return {
        rows: [loadingRow('Looking for the database…')],
        title: NO_CONNECTION_TITLE,
      };
    case 'notConfigured':
      return unconfiguredContent(state, now, locale, operations);
    case 'connected':
      return connectedContent(state, now, locale, operations);
  }
}

/** Without rows VS Code shows what there is to do, in words. */
function unconfiguredContent(
  { problem, databases = [] }: Extract<AppState, { kind: 'notConfigured' }>,
  now: Date,
  locale: string,
  operations: Operations,
): TreeContent {
  const known = databasesRow(databases, now, locale);
  if (problem === undefined && known === undefined) return { rows: [], title: NO_CONNECTION_TITLE };
  return {
    rows: [
      ...wishRows(operations.wishes),
      ...(problem === undefined ? [] : nextStepRows(problem, 'notConfigured')),
      ...(known === undefined ? [] : [{ ...known, expanded: true }]),
      ...(problem === undefined ? [] : operationRows(operations, now)),
    ],
    message: problem === undefined ? NONE_SHOWN : problemLine(problem),
    title: NO_CONNECTION_TITLE,
  };
}

const NONE_SHOWN =
  'None of these databases has been chosen for this window. Nothing connects to them until you show or watch one.';

type Connected = Extract<AppState, { kind: 'connected' }>;

/** Also while the database can't be read: that is when a rollback may be needed most. */
function operationRows(operations: Operations, now: Date): readonly Row[] {
  const row = operationsRow(operations, now);
  return row === undefined ? [] : [row];
}

function connectedContent(state: Connected, now: Date, locale: string, operations: Operations): TreeContent {
  const { monitor, connection } = state;
  const options: FormatOptions = { locale, now };
  const { snapshot } = monitor;
  // Alerts that fired before the window was loaded count on the badge, so they are shown before the first reading too.
  const alerts = snapshot !== undefined || state.badge.critical + state.badge.warning > 0;
  const rows = [
    ...(alerts ? [alertsRow(state.alerts, now, circumstancesOf(operations))] : []),
    ...operationRows(operations, now),
    ...(snapshot === undefined ? [] : metricRows(snapshot, state, operations, now, options)),
    ...(operations.investigationRows ?? []),
    connectionRow(connection),
  ];
  const databases = databasesRow(state.databases ?? [], now, locale);
  const problem = historyProblemRow(state.history);
  const problems = [
    ...wishRows(operations.wishes),
    ...(problem === undefined ? [] : [problem]),
    ...applicationProblemRows(operations.application),
  ];
  return {
    rows: [
      ...statusRows(monitor, connection.target, now),
      ...problems,
      ...connection.notes.map(noteRow),
      ...(databases === undefined ? [] : [databases]),
      ...rows,
    ],
    ...messageOf(state, operations, now, locale),
    title: monitor.kind === 'live' ? connection.name : `${connection.name} (${monitor.kind})`,
  };
}

/** The groups of the metric table, with who writes, and below what else there is to say of this monitor what the history is. */
function metricRows(
  snapshot: Snapshot,
  { history }: Connected,
  { writers, rowsBelow = {} }: Operations,
  now: Date,
  options: FormatOptions,
): readonly Row[] {
  const saves = snapshot.detail?.saves.value;
  return metricGroupRows(snapshot, options).map((row) => {
    const children = [...(row.children ?? []), ...(rowsBelow[row.id] ?? [])];
    if (row.id === 'group/monitor') return { ...row, children: [...children, historyRow(history, now, options)] };
    return { ...row, children: row.id === 'group/writes' ? withWriters(children, saves, writers) : children };
  });
}

/** What is wrong with the readings, or else the sessions in one sentence. */
function messageOf(state: Connected, operations: Operations, now: Date, locale: string): { readonly message?: string } {
  const { monitor, alerts } = state;
  if (monitor.kind === 'live') return { message: sessionsSentence(monitor.snapshot, alerts, operations, locale) };
  if (monitor.kind !== 'failed' && monitor.kind !== 'stale') return {};
  const problem = problemLine(monitor.problem);
  if (monitor.snapshot === undefined) return { message: problem };
  const read = readAge(monitor.snapshot.at, now);
  return monitor.kind === 'stale'
    ? { message: `Stale: the figures below were read ${read}. ${problem}` }
    : { message: `${problem} The figures below were read ${read}.` };
}

/** What stands over the figures when they are not live, and what is missing when they are. */
function statusRows(monitor: MonitorState, target: string, now: Date): readonly Row[] {
  switch (monitor.kind) {
    case 'connecting':
      return [loadingRow(`Connecting to ${target}…`)];
    case 'live':
      return monitor.partial.map((p) => ({
        id: `partial/${p.reading}`,
        label: p.reading === 'exact' ? 'The exact count failed' : 'Statements and samples could not be read',
        description: p.problem.why,
        icon: { id: 'warning', color: 'list.warningForeground' },
        hover: () => escapeMarkdown(problemLine(p.problem)),
        copy: problemLine(p.problem),
        context: ['value'],
      }));
    case 'paused':
      return [
        {
          id: 'status/paused',
          label: 'Monitoring is paused',
          ...(monitor.snapshot === undefined ? {} : { description: `read ${readAge(monitor.snapshot.at, now)}` }),
          icon: { id: 'debug-pause' },
        },
        {
          id: 'action/resume',
          label: 'Resume monitoring',
          icon: { id: 'debug-start' },
          command: { id: COMMANDS.resume, title: 'Resume monitoring' },
          accessible: 'Resume monitoring, button',
        },
      ];
    case 'stale':
    case 'failed':
      return [
        {
          id: `status/${monitor.kind}`,
          label: monitor.kind === 'stale' ? 'Stale' : 'Failed',
          description: nextTry(monitor.nextTryAt, now),
          icon:
            monitor.kind === 'stale'
              ? { id: 'history', color: 'list.warningForeground' }
              : { id: 'error', color: 'list.errorForeground' },
          accessible: `${monitor.kind}. ${problemLine(monitor.problem)}`,
          hover: () => escapeMarkdown(problemLine(monitor.problem)),
          copy: problemLine(monitor.problem),
          context: ['value'],
        },
        ...nextStepRows(monitor.problem, monitor.kind),
      ];
  }
}

function nextTry(at: Date | undefined, now: Date): string {
  return at === undefined ? 'trying now…' : `next try ${formatAge(at, now)}`;
}

/** What a person should know about the connection though it works. */
function noteRow(note: string, i: number): Row {
  return {
    id: `note/${String(i)}`,
    label: note,
    icon: { id: 'info' },
    hover: () => escapeMarkdown(note),
    copy: note,
    context: ['value'],
  };
}

function loadingRow(label: string): Row {
  return { id: 'status/loading', label, icon: { id: 'loading~spin' } };
}
