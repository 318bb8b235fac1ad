import { formatNumber, formatPercent } from '../../common/format.ts';
import type { CheckRecord } from '../../diagnosis/routine/checkRecord.ts';
import { OUTCOMES, type CheckOutcome } from '../../diagnosis/routine/checkVerdict.ts';
import { PERIODS } from '../../diagnosis/routine/period.ts';
import type { SignInDay } from '../../diagnosis/routine/signIns.ts';
import { dayText, SIGN_IN_CAVEATS, signInsText, signOutsText } from '../../diagnosis/routine/signInTrend.ts';
import { summaryOfStandings, type CheckStanding } from '../../diagnosis/routine/standing.ts';
import type { RangeOf } from '../../reports/compareFigures.ts';
import type { Block, Report } from '../../reports/reportBlocks.ts';

export interface CheckReportFacts {
  /** What was checked: "shop on db.example.org:5432, django_session". */
  readonly of: string;
  readonly range: RangeOf;
  readonly standings: readonly CheckStanding[];
  /** Of the range, newest first. */
  readonly records: readonly CheckRecord[];
  readonly days: readonly SignInDay[];
}

/** What came of the routine checks in a range, for who was not there. */
export function checkReport(facts: CheckReportFacts): Report {
  const title = 'Routine checks of Django sessions';
  return {
    title,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      {
        kind: 'list',
        items: [
          `Database: ${facts.of}`,
          `Range: ${longDate(facts.range.from)} to ${longDate(facts.range.to)}`,
          `Now: ${summaryOfStandings(facts.standings)}`,
        ],
      },
      ...checks(facts),
      ...results(facts),
      ...signIns(facts),
    ],
  };
}

function checks({ standings, records }: CheckReportFacts): Block[] {
  const count = (id: string, outcome: CheckOutcome): string =>
    formatNumber(records.filter((record) => record.check === id && record.outcome === outcome).length);
  return [
    { kind: 'heading', level: 2, text: 'Checks' },
    {
      kind: 'table',
      head: ['Check', 'Period', 'Passed', 'Failed', 'Needed a look', 'Last', 'Due'],
      words: [1, 5, 6],
      rows: standings.map(({ check: { id, title, period }, last, due, state }) => [
        title,
        PERIODS[period].label.toLowerCase(),
        count(id, 'passed'),
        count(id, 'failed'),
        count(id, 'needsALook'),
        last === undefined ? 'never' : `${OUTCOMES[last.outcome].word}, ${longDate(new Date(last.at))}`,
        state === 'overdue'
          ? `overdue${due === undefined ? '' : ` since ${dayText(due)}`}`
          : due === undefined
            ? 'now'
            : dayText(due),
      ]),
    },
  ];
}

/** The newest of them; the counts above are of all. */
const MOST_RESULTS = 60;

function results({ records }: CheckReportFacts): Block[] {
  const heading: Block = { kind: 'heading', level: 2, text: 'Results' };
  if (records.length === 0) return [heading, { kind: 'text', text: 'No check was made in this range.' }];
  const shown = records.slice(0, MOST_RESULTS);
  const left = records.length - shown.length;
  return [
    heading,
    ...(left === 0
      ? []
      : [{ kind: 'text', text: `The newest ${MOST_RESULTS}; ${formatNumber(left)} more are older.` } as const]),
    ...shown.flatMap((record): Block[] => [
      {
        kind: 'heading',
        level: 3,
        text: `${longDate(new Date(record.at))}: ${record.title}, ${OUTCOMES[record.outcome].word}`,
      },
      {
        kind: 'list',
        items: [
          ...(record.by === 'person' ? ['Marked by a person.'] : []),
          ...(record.note === '' ? [] : [`Note: ${record.note}`]),
          ...record.evidence,
        ],
      },
    ]),
  ];
}

function signIns({ days }: CheckReportFacts): Block[] {
  const shown = days.filter(({ watched }) => watched > 0);
  return [
    { kind: 'heading', level: 2, text: 'Sign-ins and sign-outs by day, estimated' },
    ...(shown.length === 0
      ? [{ kind: 'text', text: 'No day of this range was watched.' } as const]
      : [
          {
            kind: 'table',
            head: ['Day', 'Sign-ins', 'Sign-outs', 'New sessions', 'Deleted', 'Of them by cleanups', 'Watched'],
            rows: shown.map((day) => [
              dayText(day.at),
              signInsText(day),
              signOutsText(day),
              formatNumber(Math.round(day.inserts)),
              formatNumber(Math.round(day.deletes)),
              formatNumber(Math.round(day.cleared)),
              formatPercent(day.watched),
            ]),
          } as const,
        ]),
    { kind: 'list', items: SIGN_IN_CAVEATS },
  ];
}

function longDate(at: Date): string {
  return at.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}
