import { Problem } from '../../common/problem.ts';

/** What a server says of itself that target_session_attrs is about. */
export interface SessionState {
  readonly standby: boolean;
  /** default_transaction_read_only, or a standby. */
  readonly refusesWrites: boolean;
}

/**
 * With one host, prefer-standby takes what there is.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 */
const WANTED: Readonly<Record<string, { holds: (state: SessionState) => boolean; otherwise: string }>> = {
  'read-write': { holds: ({ refusesWrites }) => !refusesWrites, otherwise: 'The server takes no writes.' },
  'read-only': { holds: ({ refusesWrites }) => refusesWrites, otherwise: 'The server takes writes.' },
  primary: { holds: ({ standby }) => !standby, otherwise: 'The server is a standby.' },
  standby: { holds: ({ standby }) => standby, otherwise: 'The server is no standby.' },
};

/** @throws Problem 'other-server', transient: after a failover it may hold */
export function requireSession(wanted: string | undefined, state: SessionState, what: string): void {
  const row = wanted === undefined ? undefined : WANTED[wanted];
  if (row === undefined || row.holds(state)) return;
  throw new Problem({
    code: 'other-server',
    what,
    why: `${row.otherwise} target_session_attrs=${wanted} asks for another.`,
    next: 'Name another host, or leave target_session_attrs (PGTARGETSESSIONATTRS) out; after a failover it is tried again by itself.',
    transient: true,
  });
}
