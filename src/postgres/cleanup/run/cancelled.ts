import { unknown } from '../../../common/measured.ts';
import type { Database } from '../../connect/connection.ts';
import type { SessionTable } from '../../table/readings.ts';
import { settlesWithin } from '../plan/pause.ts';
import type { Which } from '../plan/sql.ts';
import { isLost, type CleanupConnection } from './cleanupConnection.ts';
import { counted, notLookedAt, remainingOf, type About, type Found } from './remaining.ts';

/** Kept of the time after a cancel for giving the lock back, in milliseconds. */
const FOR_THE_LOCK_MS = 300;

const NO_TIME = unknown(
  'After the cancel there was no time to count what is left, or the server did not answer.',
  'Count exactly to know.',
);

/**
 * What is left after a cancel, in the time that is left: cancelling ends soon, whatever the network does. Where even the table was not
 * looked at, only counted.
 */
export async function foundAfterCancel(
  connection: CleanupConnection,
  about: About | { readonly table: SessionTable; readonly which: Which },
): Promise<Found> {
  const ms = connection.msLeft - FOR_THE_LOCK_MS;
  if (ms <= 0) return nothing(about);
  const look = async (db: Database): Promise<Found> => {
    if ('target' in about) return remainingOf(db, about, { longestMs: ms });
    return { remaining: await counted(db, about.table, about.which, ms), reasons: [], after: undefined };
  };
  const looking = look(connection.afterwards).catch(async (error: unknown) => {
    // PgBouncer closes the connection of a client that is cancelled while it waits for a server.
    if (!isLost(error)) throw error;
    await connection.renew(AbortSignal.timeout(Math.max(1, connection.msLeft)));
    return look(connection.afterwards);
  });
  const found = looking.catch('target' in about ? notLookedAt(about) : () => nothing(about));
  return (await settlesWithin(ms, found)) ? found : nothing(about);
}

function nothing(about: Parameters<typeof foundAfterCancel>[1]): Found {
  const reasons = 'target' in about ? ['It ended before all was cleared.'] : [];
  return { remaining: NO_TIME, reasons, after: undefined };
}
