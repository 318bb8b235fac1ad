import { formatDuration } from '../../common/format.ts';
import type { BackendFacts } from '../../postgres/backends/backendFacts.ts';
import { rowAge } from '../rows/rowAge.ts';
import { oneLine } from '../texts/plainLabel.ts';

/** How a backend is called: "gunicorn (4711)". */
export function backendName({ application, user, kind, pid }: BackendFacts): string {
  return `${oneLine(application ?? user ?? kind ?? 'backend')} (${pid})`;
}

/** "idle in transaction 4 min", "active < 1 min", "state hidden": rests between readings, since the row has buttons. */
export function stateText(backend: BackendFacts): string {
  const { masked, state, kind, stateSeconds, transactionSeconds } = backend;
  if (masked) return 'state hidden from this role';
  if (state === null) return kind ?? 'starting';
  const seconds = state.startsWith('idle in') ? transactionSeconds : stateSeconds;
  return seconds === null ? state : `${state} ${ageInMinutes(seconds)}`;
}

/** What it is, a line each: for questions and hovers. */
export function backendLines(backend: BackendFacts, blockers: readonly string[]): string[] {
  const { user, application, address, database, masked, state, statement, pid } = backend;
  const { stateSeconds, transactionSeconds, connectedSeconds, waitsFor } = backend;
  const since = (seconds: number | null): string =>
    seconds === null ? '' : ` for ${seconds < 1 ? 'less than a second' : formatDuration(seconds)}`;
  const parts: readonly (string | undefined)[] = [
    `Process ${pid} of user ${oneLine(user ?? '(none)')}${application === null ? '' : `, application ${oneLine(application)}`}, ${
      masked ? 'from where is hidden from this role' : `from ${address ?? 'the server’s own machine'}`
    }${database === null ? '' : `, in ${oneLine(database)}`}${since(connectedSeconds)}.`,
    masked
      ? 'State, statement and times are hidden from this role, which is not a member of pg_read_all_stats.'
      : state === null
        ? undefined
        : `State: ${state}${since(stateSeconds)}.`,
    transactionSeconds === null ? undefined : `Its transaction has been open${since(transactionSeconds)}.`,
    waitsFor === null || (state !== 'active' && blockers.length === 0)
      ? undefined
      : `It waits for ${waitText(backend)}.`,
    blockers.length === 0 ? undefined : `Blocked by ${blockers.join(', ')}.`,
    statement === null ? undefined : `${state === 'active' ? 'Statement' : 'Last statement'}: ${statement}`,
  ];
  return parts.filter((part) => part !== undefined);
}

/** "Lock: transactionid", "Lock: relation, on django_session". */
export function waitText({ waitsFor, waitsOn }: BackendFacts): string {
  return waitsOn === null ? (waitsFor ?? '') : `${waitsFor ?? 'a lock'}, on ${waitsOn}`;
}

/** "gunicorn (4711, user shop)"; of a prepared transaction and of one that was not read what is known. */
export function blockerText(pid: number, backends: readonly BackendFacts[]): string {
  if (pid === 0) return 'a prepared transaction';
  const blocker = backends.find((one) => one.pid === pid);
  if (blocker === undefined) return `process ${pid}`;
  const { user, application } = blocker;
  const name = [application, user === null ? null : `user ${user}`].filter((part) => part !== null).map(oneLine);
  return `process ${pid}${name.length === 0 ? '' : ` (${name.join(', ')})`}`;
}

export function ageInMinutes(seconds: number): string {
  const now = new Date();
  return rowAge(new Date(now.getTime() - seconds * 1000), now);
}
