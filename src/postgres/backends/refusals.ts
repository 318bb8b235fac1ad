import type { BackendEnding, BackendFacts } from './backendFacts.ts';

/** Why a backend is not to be ended from here. */
export interface BackendRefusal {
  /** Stable, in kebab case. */
  readonly code: string;
  /** Sentences. */
  readonly why: string;
  readonly next: string;
}

interface Rule {
  readonly code: string;
  readonly applies: (backend: BackendFacts, ending: BackendEnding) => boolean;
  readonly why: (backend: BackendFacts) => string;
  readonly next: (backend: BackendFacts) => string;
}

/** The first that applies is told. What the server would refuse by itself is among them, so that nothing is offered that can't be done. */
const RULES: readonly Rule[] = [
  {
    code: 'backend-ours',
    applies: ({ ours }) => ours,
    why: () => 'It is a connection of this extension.',
    next: () => 'Pause the monitoring, or cancel what it does, in its window.',
  },
  {
    code: 'backend-replication',
    applies: ({ kind }) => kind === 'walsender' || kind === 'walreceiver',
    why: () => 'It is replication: a standby or a backup hangs on it.',
    next: () => 'Have it ended by who looks after the standby.',
  },
  {
    code: 'backend-background',
    applies: ({ kind, masked }) => kind !== 'client backend' && !masked,
    why: ({ kind }) => `It is a background process of the server (${kind ?? 'of no known kind'}), and no client.`,
    next: ({ kind }) =>
      kind === 'parallel worker'
        ? 'Cancel the statement that it works for.'
        : 'The server starts and ends it by itself.',
  },
  {
    code: 'backend-other-database',
    applies: ({ here }) => !here,
    why: ({ database }) => `It is connected to ${database === null ? 'no database' : `the database ${database}`}.`,
    next: () => 'Only backends of the database that is watched are ended from here.',
  },
  {
    code: 'backend-masked',
    applies: ({ masked }) => masked,
    why: () =>
      'When it began is hidden from this role, so that it can’t be told from another that gets its process id.',
    next: () => 'Grant pg_read_all_stats (or pg_monitor) to the role, and pg_signal_backend.',
  },
  {
    code: 'backend-superuser',
    applies: ({ isSuperuser, maySignal }) => isSuperuser && !maySignal,
    why: ({ user }) => `It is a superuser’s (${user ?? 'hidden'}), which only a superuser can end.`,
    next: () => 'Connect as a superuser for this, or have one do it.',
  },
  {
    code: 'backend-not-allowed',
    applies: ({ maySignal }) => !maySignal,
    why: ({ user }) => `It is of user ${user ?? 'hidden'}, which this role may not end.`,
    next: ({ user }) => `Grant pg_signal_backend to the role, or connect as ${user ?? 'that user'}.`,
  },
  {
    code: 'backend-runs-nothing',
    applies: ({ state }, ending) => ending === 'cancel' && state !== null && state !== 'active' && !DOUBTFUL.has(state),
    why: ({ state }) => `It runs no statement: it is ${state ?? 'idle'}.`,
    next: () => 'If it holds what others wait for, terminate the connection.',
  },
];

/** States in which a statement may run all the same. */
const DOUBTFUL: ReadonlySet<string> = new Set(['fastpath function call', 'disabled']);

/** Undefined: it may be asked for. */
export function refusalOf(backend: BackendFacts, ending: BackendEnding): BackendRefusal | undefined {
  const rule = RULES.find(({ applies }) => applies(backend, ending));
  return rule && { code: rule.code, why: rule.why(backend), next: rule.next(backend) };
}
