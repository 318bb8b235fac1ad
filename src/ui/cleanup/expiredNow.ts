import { formatMeasured } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { Problem, type ProblemText } from '../../common/problem.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToRead } from '../../monitoring/watch/openDatabase.ts';
import type { ExactCounts } from '../../postgres/table/readings.ts';
import type { Cleanup } from './cleanup.ts';

/** Behind a command by another reading, else by COUNT(*). @throws Problem */
export async function expiredNow({ app }: Cleanup, connection: Connection): Promise<number> {
  if (connection.command === undefined) return (await counts(connection)).expired;
  await app.monitor.refresh();
  const { state } = app.monitor;
  if (state.kind !== 'live') throw new Problem('problem' in state ? state.problem : NOT_READ);
  const { expired } = state.snapshot.metrics.sessions;
  if (!isKnown(expired)) throw new Problem({ ...NOT_READ, why: expired.reason });
  return expired.value;
}

/** What the last reading says would go; a sentence, or nothing where it is not known. */
export function lastExpired({ app }: Cleanup): string {
  const expired = app.monitor.state.snapshot?.metrics.sessions.expired;
  return expired === undefined || !isKnown(expired)
    ? ''
    : `By the last reading ${formatMeasured(expired, 'count')} sessions have expired. `;
}

const NOT_READ: ProblemText = {
  code: 'not-counted',
  what: 'clearsessions was not run',
  why: 'How many sessions have expired could not be read.',
  next: 'Refresh, and try again when figures come.',
  transient: true,
};

async function counts(connection: Connection): Promise<ExactCounts> {
  const { readExactCounts } = await import('../../postgres/readings/exactCounts.ts');
  const db = await openToRead(connection);
  try {
    return await readExactCounts(db, { table: connection.table });
  } finally {
    await db.close();
  }
}
