import { formatAge, formatNumber } from '../../../common/format.ts';
import { isKnown, type Known } from '../../../common/measured.ts';
import { COMMANDS } from '../../../contributions.ts';
import { fromDetail } from '../../../monitoring/metrics/read.ts';
import type { Snapshot } from '../../../monitoring/snapshot/snapshot.ts';
import type { CleanupRecord } from '../../../postgres/cleanup/run/records.ts';
import type { StatementMetrics } from '../../../postgres/table/readings.ts';
import { goneWithoutDelete } from '../../../postgres/visits/visits.ts';
import { cause, type Cause } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { figure, fraction, outOf, ruledOut, unseen } from '../judgements.ts';

/** Rows that were taken away while they were valid. */

/** A smaller part is not what is complained of. */
const LITTLE = 0.1;
const FEW = 5;
const DELETE_ALL = /^\s*DELETE\s+FROM\s+(?:ONLY\s+)?[\w."]+\s*;?\s*$/i;
const TRUNCATE = /^\s*TRUNCATE\b/i;

/** The record of the last run from here that deleted all, unless nothing came of it. */
function deletedFromHere(cleanups: readonly CleanupRecord[]): CleanupRecord | undefined {
  return cleanups.find(({ kind, deleted }) => kind === 'all' && deleted > 0);
}

function statementsLike({ value }: Known<Snapshot>, pattern: RegExp): readonly StatementMetrics[] {
  const statements = fromDetail(value, 'statements');
  return isKnown(statements) ? statements.value.filter(({ query }) => pattern.test(query)) : [];
}

function statementExhibits(statements: readonly StatementMetrics[]): Exhibit[] {
  return statements.map(({ query, calls, rows }) => {
    const text = query.replace(/\s+/g, ' ').slice(0, 200);
    return figure(`pg_stat_statements: “${text}”, ${formatNumber(calls)} calls, ${formatNumber(rows)} rows.`);
  });
}

const AGAIN = {
  title: 'Clear expired sessions only',
  command: COMMANDS.clearExpired,
  text: 'It leaves every session that is valid. Deleting all of them logs out everybody, and is for when a key was stolen.',
} as const;

/** Share: the rows that were deleted, of those and the rows that are there now. */
const deletedAll = cause({
  id: 'all-deleted',
  title: 'All sessions were deleted',
  symptoms: ['loggedOut'],
  needs: ['snapshot', 'cleanups'],
  judge: ({ snapshot, cleanups }, at) => {
    const { total } = snapshot.value.metrics.sessions;
    if (!isKnown(total)) return unseen(total.reason, total.next);
    const record = deletedFromHere(cleanups.value);
    const statements = statementsLike(snapshot, DELETE_ALL);
    const byStatements = statements.reduce((sum, { rows }) => sum + rows, 0);
    const deleted = Math.max(record?.deleted ?? 0, byStatements);
    const share = fraction(deleted, deleted + total.value);
    if (deleted < FEW || share < LITTLE) {
      const seen = fromDetail(snapshot.value, 'statements');
      if (isKnown(seen)) return ruledOut('Neither from here nor by a statement that the server remembers.');
      return unseen(`Not from here; whether by others is not known: ${seen.reason}`, seen.next);
    }
    const now = `${formatNumber(total.value)} are there now`;
    return {
      verdict: 'found',
      share,
      confidence: 'certain',
      sentence:
        record === undefined
          ? `A DELETE without a condition took ${formatNumber(deleted)} sessions; ${now}.`
          : `${record.who} deleted all sessions from here ${formatAge(new Date(record.startedAt), at)}, ${formatNumber(record.deleted)} rows; ${now}.`,
      exhibits: [
        ...(record === undefined
          ? []
          : [figure(`${record.startedAt}: ${record.deleted} rows of ${record.table}, by ${record.how}.`)]),
        ...statementExhibits(statements),
      ],
      remedies: [
        ...(record === undefined ? [] : [{ title: 'Show the cleanup history', command: COMMANDS.showCleanupHistory }]),
        AGAIN,
      ],
    };
  },
});

/**
 * TRUNCATE counts no deleted rows (pgstat_count_truncate in PostgreSQL's pgstat_relation.c), and leaves the table in a new file. Share: the
 * rows that went without a DELETE, of all that were inserted since the statistics began.
 */
const truncated = cause({
  id: 'table-truncated',
  title: 'The session table was truncated',
  symptoms: ['loggedOut'],
  needs: ['snapshot', 'visits', 'cleanups'],
  judge: ({ snapshot, visits: { value: visits }, cleanups }) => {
    if (snapshot.value.metrics.server.inRecovery) {
      return unseen('A standby does not count what is inserted and deleted on the primary.', 'Connect to the primary.');
    }
    if (deletedFromHere(cleanups.value)?.how === 'truncate') return ruledOut('That was done from here.');
    const { inserted, deleted, live, rewritten } = visits.lost;
    const gone = goneWithoutDelete(visits.lost);
    const said = outOf(gone, inserted, 'rows that were inserted went without a DELETE');
    if (!rewritten || gone < FEW || gone < LITTLE * inserted) return ruledOut(`${said}.`);
    const statements = statementsLike(snapshot, TRUNCATE);
    return {
      verdict: 'found',
      share: fraction(gone, inserted),
      confidence: statements.length > 0 ? 'certain' : 'likely',
      sentence: `${said}, and the table is in a new file: TRUNCATE leaves that. Everybody was logged out by it.`,
      exhibits: [
        figure(
          `Inserted ${formatNumber(inserted)}, deleted ${formatNumber(deleted)}, there now ${formatNumber(live)} rows.`,
        ),
        ...statementExhibits(statements),
      ],
      remedies: [
        AGAIN,
        {
          title: 'Look for who did it',
          text: 'A deployment, a dump that was restored, or a test with this database: the server’s log has it with log_statement = ddl.',
        },
      ],
    };
  },
});

export const DELETION_CAUSES: readonly Cause[] = [deletedAll, truncated];
