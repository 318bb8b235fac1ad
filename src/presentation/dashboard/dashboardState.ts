import type { FormatOptions } from '../../common/format.ts';
import { problemLine, type ProblemText } from '../../common/problem.ts';
import { COMMANDS, MANAGE_TRUST } from '../../contributions.ts';
import type { ChartSpec, ToDashboard } from '../../webview/protocol/protocol.ts';
import type { Operations } from '../operations/operationRows.ts';
import { stateName, type AppState } from '../rows/appState.ts';
import { nextStepRows } from '../rows/nextSteps.ts';
import { currentValues, thresholds } from './chartSpecs.ts';
import { offeredActions, type Button } from './offeredActions.ts';
import { chartRemarks } from './remarks.ts';

export type StateMessage = Extract<ToDashboard, { type: 'state' }>;

/** What the state alone does not say. */
export interface StateContext {
  readonly operations: Operations;
  /** As in the message. */
  readonly annotationCount: number;
  readonly history: string;
  /** Those that the page has; all by default. */
  readonly charts?: readonly ChartSpec[];
}

/** All that the dashboard says for a state; the same state at the same time gives the same message. */
export function stateMessage(
  state: AppState,
  { operations, annotationCount: happened, history, charts }: StateContext,
  now: Date,
  locale: string,
): StateMessage {
  const options: FormatOptions = { locale };
  const { title, problem, buttons } = describe(state, operations);
  const monitor = state.kind === 'connected' ? state.monitor : undefined;
  const snapshot = monitor?.snapshot;
  return {
    type: 'state',
    kind: stateName(state),
    now: now.getTime(),
    title,
    watched: watchedText(state),
    problem,
    actions: buttons.map(({ label, command, primary = false }) => ({ id: command, label, primary })),
    readAt: snapshot?.at.getTime() ?? null,
    values: snapshot === undefined ? [] : currentValues(snapshot, options, charts),
    everyMs: (snapshot?.monitor.intervalSeconds ?? 0) * 1000,
    thresholds: state.kind === 'connected' ? thresholds(state.alerts, snapshot, options) : [],
    remarks: chartRemarks(snapshot?.detail?.saves.value, operations.writers),
    happened,
    history,
    others: othersOf(state),
  };
}

/** "shop on db:5432 · production · as monitor, on a standby": the role is known with the first reading. */
function watchedText(state: AppState): string {
  if (state.kind !== 'connected') return '';
  const { target, production } = state.connection;
  const server = state.monitor.snapshot?.metrics.server;
  const role = server === undefined ? [] : [`as ${server.user}${server.inRecovery ? ', on a standby' : ''}`];
  return [target, production ? 'production' : 'development', ...role].join(' · ');
}

/** What the one that is shown can be compared with: others that are watched, for they have readings of the same time. */
function othersOf(state: AppState): StateMessage['others'] {
  const databases = state.kind === 'connected' ? (state.databases ?? []) : [];
  const others = databases.filter(({ shown, monitor }) => !shown && monitor !== undefined);
  return others.map(({ connection: { id, name } }) => ({ id, name }));
}

interface Described {
  readonly title: string;
  readonly problem: string;
  readonly buttons: readonly Button[];
}

function describe(state: AppState, operations: Operations): Described {
  switch (state.kind) {
    case 'untrusted':
      return {
        title: 'Restricted Mode',
        problem: 'No file of the project is read and no database is connected to until this workspace is trusted.',
        buttons: [{ label: 'Manage workspace trust', command: MANAGE_TRUST, primary: true }],
      };
    case 'searching':
      return { title: 'Looking for the database…', problem: '', buttons: [] };
    case 'notConfigured':
      return state.problem === undefined
        ? {
            title: 'No database to watch',
            problem: 'Open the folder of a Django project, or connect to a database.',
            buttons: [{ label: 'Connect to database…', command: COMMANDS.connect, primary: true }],
          }
        : {
            title: 'No database to watch',
            problem: problemLine(state.problem),
            buttons: steps(state.problem, 'notConfigured'),
          };
    case 'connected':
      return { title: state.connection.name, ...ofMonitor(state, operations) };
  }
}

function ofMonitor(state: Extract<AppState, { kind: 'connected' }>, operations: Operations): Omit<Described, 'title'> {
  const { monitor } = state;
  switch (monitor.kind) {
    case 'connecting':
      return { problem: '', buttons: [] };
    case 'live':
      return { problem: partial(state), buttons: offeredActions(state, operations) };
    case 'paused':
      return {
        problem: 'Monitoring is paused.',
        buttons: [{ label: 'Resume monitoring', command: COMMANDS.resume, primary: true }],
      };
    case 'stale':
    case 'failed':
      return { problem: problemLine(monitor.problem), buttons: steps(monitor.problem, monitor.kind) };
  }
}

/** What is missing or not kept while the figures come. */
function partial({ monitor, history }: Extract<AppState, { kind: 'connected' }>): string {
  const problems = [...monitor.partial.map(({ problem }) => problem), ...(history.problem ? [history.problem] : [])];
  return problems.map(problemLine).join(' ');
}

function steps(problem: ProblemText, place: 'notConfigured' | 'stale' | 'failed'): readonly Button[] {
  return nextStepRows(problem, place).flatMap(({ label, command }, i) =>
    command === undefined ? [] : [{ label, command: command.id, primary: i === 0 }],
  );
}
