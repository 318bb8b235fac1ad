import { Problem } from '../../common/problem.ts';
import type { HistorySource } from '../../history/historySource.ts';
import type { SearchedCode } from '../../monitoring/saves/suspects.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { AppState } from '../rows/appState.ts';

/** What the answers of the chat's tools are made from: what has been read already. */
export interface ToolFacts {
  readonly state: AppState;
  readonly history: HistorySource;
  /** undefined: nobody has looked for it yet. */
  readonly writers: SearchedCode | undefined;
  readonly now: Date;
}

type Connected = Extract<AppState, { kind: 'connected' }>;

/** @throws Problem 'tool-nothing-watched' */
export function connectedState({ state }: ToolFacts): Connected {
  if (state.kind === 'connected') return state;
  throw new Problem({
    code: 'tool-nothing-watched',
    what: 'The question could not be answered',
    why: state.kind === 'searching' ? 'The database is being looked for.' : 'No database is watched.',
    next: 'Open the folder of a Django project, or run "Django Sessions: Connect to Database…".',
    transient: state.kind === 'searching',
  });
}

/** @throws Problem 'tool-nothing-watched', 'tool-nothing-read' */
export function readSnapshot(facts: ToolFacts): Snapshot {
  const { snapshot } = connectedState(facts).monitor;
  if (snapshot !== undefined) return snapshot;
  throw new Problem({
    code: 'tool-nothing-read',
    what: 'The question could not be answered',
    why: 'Nothing has been read from the database yet.',
    next: 'Ask again in a moment, or look at the Django Sessions view for what is wrong.',
    transient: true,
  });
}

/** What stands over each answer: of what it is, and how old. */
export function answerHead(facts: ToolFacts): object {
  const { connection, monitor } = connectedState(facts);
  const { snapshot } = monitor;
  return {
    database: connection.name,
    production: connection.production,
    monitoring: monitor.kind,
    ...(snapshot === undefined ? {} : { readAt: snapshot.at.toISOString() }),
    now: facts.now.toISOString(),
  };
}
