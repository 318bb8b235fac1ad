import { formatMilliseconds, formatNumber, formatPercent } from '../common/format.ts';
import { isKnown } from '../common/measured.ts';
import type { StatementMetrics } from '../postgres/table/readings.ts';
import type { ReportFacts, ReportOptions } from './reportFacts.ts';
import type { Block } from './reportBlocks.ts';
import { reportDate } from './reportDates.ts';

/** More are folded away, and still more would be a list of everything that was ever asked. */
const [SHOWN, MOST] = [3, 20];
const LONGEST = 240;

const COMMENTS = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)+/;
const READS_OR_WRITES = /^(?:SELECT|INSERT|UPDATE|DELETE|MERGE|WITH)\b/i;
/** Rows from a query or an array: who fills the table for a test, or copies it. Django's sessions are inserted by VALUES. */
const FIXTURE = /^(?:WITH\b[^]*)?INSERT\b[^]*\bSELECT\b/i;
const OURS = 'django-session-monitor';

/** Whether an application sends such a statement: none that changes the form of a table or looks after it, fills it for a test, or is ours. */
export function isOfApplication(query: string): boolean {
  const text = query.replace(COMMENTS, '');
  return READS_OR_WRITES.test(text) && !FIXTURE.test(text) && !query.includes(OURS);
}

export function statementBlocks({ statements: read }: ReportFacts, options: ReportOptions): readonly Block[] {
  if (read === undefined) return [];
  const heading: Block = { kind: 'heading', level: 2, text: 'Statements of the application' };
  if (!isKnown(read)) {
    return [heading, { kind: 'text', text: ['Unknown.', read.reason, read.next ?? ''].join(' ').trim() }];
  }
  const own = read.value.filter(({ query }) => isOfApplication(query)).toSorted((a, b) => b.totalMs - a.totalMs);
  if (own.length === 0) return [heading, { kind: 'text', text: 'None was recorded.' }];
  const total = own.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const table = (some: readonly StatementMetrics[]): Block => statementTable(some, total, options);
  const more = own.slice(SHOWN, MOST);
  const left = own.length - SHOWN - more.length;
  return [
    heading,
    {
      kind: 'text',
      text: `On the session table, from pg_stat_statements, read ${reportDate(read.at, options)}: all since its counters were reset, not this range alone.`,
    },
    table(own.slice(0, SHOWN)),
    ...(more.length === 0
      ? []
      : [
          {
            kind: 'folded',
            summary: `${formatNumber(more.length, options)} that took less time`,
            blocks: [
              table(more),
              ...(left > 0
                ? [{ kind: 'text', text: `${formatNumber(left, options)} more took still less time.` } as const]
                : []),
            ],
          } as const,
        ]),
  ];
}

function statementTable(some: readonly StatementMetrics[], total: number, options: ReportOptions): Block {
  return {
    kind: 'table',
    head: ['Statement', 'Calls', 'Total', 'Share', 'Mean', 'Rows a call'],
    rows: some.map(({ query, calls, totalMs, meanMs, rows }) => [
      query.length <= LONGEST ? query : `${query.slice(0, LONGEST - 1)}…`,
      formatNumber(calls, options),
      formatMilliseconds(totalMs, options),
      total === 0 ? '' : formatPercent(totalMs / total, options),
      formatMilliseconds(meanMs, options),
      calls === 0 ? '' : formatNumber(rows / calls, options),
    ]),
  };
}
