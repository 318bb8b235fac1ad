import { formatMilliseconds, formatNumber } from '../../common/format.ts';
import { isKnown, mapMeasured, type Measured } from '../../common/measured.ts';
import type { StatementMetrics } from '../../postgres/table/readings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricRow } from './metric.ts';
import { exactly, fromDetail } from './read.ts';

const LABEL_LENGTH = 80;

function sum(snapshot: Snapshot, key: 'calls' | 'totalMs' | 'rows'): Measured {
  return mapMeasured(fromDetail(snapshot, 'statements'), (statements) => total(statements, key));
}

function total(statements: readonly StatementMetrics[], key: 'calls' | 'totalMs' | 'rows'): number {
  return statements.reduce((so, statement) => so + statement[key], 0);
}

/** A statement in one line that is short enough for a tree. */
function shorten(query: string): string {
  const line = query.replace(/\s+/g, ' ').trim();
  return line.length <= LABEL_LENGTH ? line : `${line.slice(0, LABEL_LENGTH - 1)}…`;
}

function explain(statement: StatementMetrics): string {
  const { calls, totalMs, meanMs, rows, query } = statement;
  return `${formatNumber(calls)} calls, ${formatMilliseconds(totalMs)} in all, ${formatMilliseconds(meanMs)} each, ${formatNumber(rows)} rows: ${query}`;
}

export const STATEMENT_METRICS = [
  {
    id: 'statements.count',
    group: 'statements',
    label: 'Statements',
    unit: 'count',
    what: 'Different statements on the session table that PostgreSQL remembers, each with its mean time. This monitor’s own are left out.',
    source: 'pg_stat_statements',
    advice: 'Django itself needs about five. Others come from your code, scripts or reports.',
    read: (s) => mapMeasured(fromDetail(s, 'statements'), (statements) => statements.length),
    children: (s) => {
      const statements = fromDetail(s, 'statements');
      if (!isKnown(statements)) return [];
      return statements.value.map((statement) => ({
        key: statement.queryId,
        label: shorten(statement.query),
        unit: 'milliseconds' as const,
        value: exactly(statement.meanMs, statements.at),
        detail: explain(statement),
      }));
    },
  },
  {
    id: 'statements.calls',
    group: 'statements',
    label: 'Calls',
    unit: 'count',
    what: 'How often these statements were executed since pg_stat_statements was reset.',
    source: 'calls of pg_stat_statements',
    advice: 'Compare reads with writes: a SELECT for each request is normal, an UPDATE for each request is not.',
    read: (s) => sum(s, 'calls'),
  },
  {
    id: 'statements.totalTime',
    group: 'statements',
    label: 'Total time',
    unit: 'milliseconds',
    what: 'Server time that they took together since pg_stat_statements was reset.',
    source: 'total_exec_time of pg_stat_statements (total_time before PostgreSQL 13)',
    advice: 'Begin with the statement that takes most of it.',
    read: (s) => sum(s, 'totalMs'),
  },
  {
    id: 'statements.meanTime',
    group: 'statements',
    label: 'Mean time',
    unit: 'milliseconds',
    what: 'Server time of one execution, over all of these statements.',
    source: 'total_exec_time ÷ calls of pg_stat_statements',
    advice:
      'Looking up a session takes well under a millisecond. More points to missing indexes, bloat or a busy server.',
    charts: [{ id: 'statements' }],
    read: (s) =>
      mapMeasured(fromDetail(s, 'statements'), (statements) => {
        const calls = total(statements, 'calls');
        return calls === 0 ? null : total(statements, 'totalMs') / calls;
      }),
  },
  {
    id: 'statements.rows',
    group: 'statements',
    label: 'Rows',
    unit: 'count',
    what: 'Rows that they returned or changed since pg_stat_statements was reset.',
    source: 'rows of pg_stat_statements',
    advice: 'Far more rows than calls: something reads or deletes sessions in bulk.',
    read: (s) => sum(s, 'rows'),
  },
] as const satisfies readonly MetricRow[];
