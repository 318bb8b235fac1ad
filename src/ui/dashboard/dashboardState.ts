import type { FormatOptions } from '../../common/format.ts';
import type { ProblemText } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import type { MonitorState } from '../../monitoring/monitorTypes.ts';
import type { ToDashboard } from '../../webview/protocol.ts';
import { stateName, type AppState } from '../appState.ts';
import { nextStepRows } from '../nextSteps.ts';
import { circumstancesOf, type Operations } from '../operationRows.ts';
import { suggestionsFor } from '../suggestions.ts';
import { currentValues, thresholds } from './chartSpecs.ts';

export type StateMessage = Extract<ToDashboard, { type: 'state' }>;

/** What the state alone does not say. */
export interface Beside {
  readonly operations: Operations;
  /** As in the message. */
  readonly happened: number;
}

/** A button of the dashboard: `command` is its id there, too. */
interface Button {
  readonly label: string;
  readonly command: string;
}

const MANAGE_TRUST = 'workbench.trust.manage';

/** All that the dashboard says for a state; the same state at the same time gives the same message. */
export function stateMessage(
  state: AppState,
  { operations, happened }: Beside,
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
    problem,
    actions: buttons.map(({ label, command }) => ({ id: command, label })),
    readAt: snapshot?.at.getTime() ?? null,
    values: snapshot === undefined ? [] : currentValues(snapshot, options),
    everyMs: (snapshot?.monitor.intervalSeconds ?? 0) * 1000,
    thresholds: state.kind === 'connected' ? thresholds(state.alerts, snapshot, options) : [],
    happened,
  };
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
        buttons: [{ label: 'Manage workspace trust', command: MANAGE_TRUST }],
      };
    case 'searching':
      return { title: 'Looking for the database…', problem: '', buttons: [] };
    case 'notConfigured':
      return state.problem === undefined
        ? {
            title: 'No database to watch',
            problem: 'Open the folder of a Django project, or connect to a database.',
            buttons: [{ label: 'Connect to database…', command: COMMANDS.connect }],
          }
        : {
            title: 'No database to watch',
            problem: said(state.problem),
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
      return { problem: partial(monitor), buttons: suggested(state, operations) };
    case 'paused':
      return {
        problem: 'Monitoring is paused.',
        buttons: [{ label: 'Resume monitoring', command: COMMANDS.resume }],
      };
    case 'stale':
    case 'failed':
      return { problem: said(monitor.problem), buttons: steps(monitor.problem, monitor.kind) };
  }
}

function said({ what, why, next }: ProblemText): string {
  return `${what}: ${why} ${next}`;
}

function partial({ partial: problems }: MonitorState): string {
  return problems.map(({ problem }) => said(problem)).join(' ');
}

function steps(problem: ProblemText, place: 'notConfigured' | 'stale' | 'failed'): readonly Button[] {
  return nextStepRows(problem, place).flatMap(({ label, command }) =>
    command === undefined ? [] : [{ label, command: command.id }],
  );
}

/** What the firing alerts suggest, each once. */
function suggested({ alerts }: Extract<AppState, { kind: 'connected' }>, operations: Operations): readonly Button[] {
  const circumstances = circumstancesOf(operations);
  const all = alerts
    .filter(({ status }) => status === 'firing')
    .flatMap(({ rule }) => suggestionsFor(rule, circumstances));
  return [...new Map(all.map(({ title, command }) => [command, { label: title, command }])).values()];
}
