import { formatDuration, formatNumber, formatPercent } from '../../common/format.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { Block, Report } from '../../reports/reportBlocks.ts';
import { reportDate, reportRange } from '../../reports/reportDates.ts';
import { expectedImpact, GUIDE, type Assumptions } from './expectedImpact.ts';
import { ratioText, reductionSentence } from './impactTexts.ts';
import { intervalBlocks } from './intervals/intervalBlocks.ts';
import type { MeasuredFigures, MeasuredImpact } from './measuredImpact.ts';
import type { OtherIntervals } from './intervals/otherIntervals.ts';

export interface ImpactFacts {
  readonly name: string;
  /** As the tree shows it: "shop on db.example.org:5432". */
  readonly target: string;
  readonly madeAt: Date;
  /** What lies between both ranges, or what they are: "Commit abc1234 …". */
  readonly around: string;
  readonly assumptions: Assumptions;
  readonly measured: MeasuredImpact;
  /** What other intervals would give; undefined: no save times have been observed. */
  readonly intervals: OtherIntervals | undefined;
  /** Commits, actions and change points in the ranges, oldest first. */
  readonly happened: readonly Annotation[];
}

interface Options {
  /** BCP 47 tag. */
  readonly locale: string;
}

/** What was expected and what was measured, to be pasted where others read it. An estimate is named one in each of its lines. */
export function impactReport(facts: ImpactFacts, options: Options): Report {
  const title = `Session saves before and after: ${facts.name}`;
  return {
    title,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      ...head(facts, options),
      ...measuredBlocks(facts.measured, options),
      ...expectedBlocks(facts, options),
      ...intervalBlocks(facts.intervals, facts.measured.after, options),
      ...happenedBlocks(facts.happened, options),
    ],
  };
}

function head({ target, madeAt, around, measured }: ImpactFacts, options: Options): Block[] {
  const { before, after, reduction } = measured;
  return [
    { kind: 'text', text: reductionSentence(reduction, options) },
    {
      kind: 'list',
      items: [
        `Compared: ${around}`,
        `Before: ${reportRange(before.range, options)}${gapsOf(before, options)}`,
        `After: ${reportRange(after.range, options)}${gapsOf(after, options)}`,
        `Database: ${target}`,
        `Made: ${reportDate(madeAt, options)} by Django Session Monitor`,
      ],
    },
  ];
}

/** Below it gaps are worth a word. */
const NEARLY_ALL = 0.98;

function gapsOf({ covered }: MeasuredFigures, options: Options): string {
  return covered < NEARLY_ALL ? `, of which readings cover ${formatPercent(covered, options)}` : '';
}

/** How a figure is said, and whether its change is of any meaning. */
const FIGURES: readonly {
  readonly label: string;
  readonly read: (figures: MeasuredFigures) => number | undefined;
}[] = [
  { label: 'Saves a minute', read: ({ savesAMinute }) => savesAMinute },
  { label: 'Saves a day', read: ({ savesADay }) => savesADay },
  { label: 'of them new sessions', read: ({ insertsAMinute }) => scaled(insertsAMinute, 1440) },
  { label: 'Saves a request', read: ({ savesARequest }) => savesARequest },
  { label: 'Saves a day and active session', read: ({ savesADayAndSession }) => savesADayAndSession },
  { label: 'Active sessions', read: ({ activeSessions }) => activeSessions },
  { label: 'Requests a minute', read: ({ requestsAMinute }) => requestsAMinute },
];

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

const UNKNOWN = 'not measured';

function measuredBlocks({ before, after, reduction }: MeasuredImpact, options: Options): Block[] {
  const text = (value: number | undefined): string => (value === undefined ? UNKNOWN : formatNumber(value, options));
  const rows = FIGURES.map(({ label, read }) => {
    const [was, is] = [read(before), read(after)];
    const change = was === undefined || is === undefined || was === 0 ? '' : ratioText(is / was, options);
    return [label, text(was), text(is), change];
  });
  return [
    { kind: 'heading', level: 2, text: 'Measured' },
    {
      kind: 'text',
      text: 'Means of the readings of each range. They can be of other times of day, so that their change is part rhythm: the sentence at the top is not.',
    },
    { kind: 'table', head: ['Measured', 'Before', 'After', 'Change of the means'], rows },
    ...(reduction.kind === 'known' ? [{ kind: 'text', text: methodOf(reduction.shareOfDay, options) } as const] : []),
    ...(after.savesARequest === undefined && before.savesARequest === undefined
      ? [{ kind: 'text', text: NO_REQUESTS } as const]
      : []),
  ];
}

const NO_REQUESTS =
  'Saves a request take the application’s own count of requests: set djangoSessionMonitor.application.metricsUrl or prometheusUrl.';

function methodOf(shareOfDay: number, options: Options): string {
  const part =
    shareOfDay > NEARLY_ALL ? 'all day' : `the ${formatPercent(shareOfDay, options)} of the day that both ranges have`;
  return `Method: ${part}, each time of day held against the same time before; a day is one observation (Welch’s t on the ratio of days).`;
}

function expectedBlocks({ assumptions, measured }: ImpactFacts, options: Options): Block[] {
  const { unthrottled, throttled, most, reduction } = expectedImpact(assumptions);
  const n = (value: number): string => formatNumber(value, options);
  const estimate = (value: number): string => `≈ ${n(Math.round(value))} (estimate)`;
  const { users, requestsADay, intervalSeconds, divisor } = assumptions;
  const intervals = 86_400 / intervalSeconds;
  const day = (figures: MeasuredFigures): string =>
    figures.savesADay === undefined ? UNKNOWN : `${n(figures.savesADay)} (measured)`;
  const reached = measured.reduction;
  return [
    { kind: 'heading', level: 2, text: 'Expected: arithmetic, not a measurement' },
    {
      kind: 'table',
      head: ['Assumption', 'Here', 'In the guide'],
      rows: [
        ['Users a day', n(users), n(GUIDE.users)],
        ['Requests of a user a day', n(requestsADay), n(GUIDE.requestsADay)],
        ['Throttle interval', formatDuration(intervalSeconds, options), formatDuration(GUIDE.intervalSeconds, options)],
        ['Divided by, since nobody visits all day', n(divisor), n(GUIDE.divisor)],
      ],
    },
    {
      kind: 'table',
      head: ['Saves a day', 'Formula', 'Expected', 'Measured'],
      words: [1],
      rows: [
        [
          'At each request',
          `${n(users)} × ${n(requestsADay)}`,
          estimate(unthrottled),
          `before: ${day(measured.before)}`,
        ],
        [
          'With the throttle',
          `${n(users)} × ${n(intervals)} intervals a day ÷ ${n(divisor)}`,
          estimate(throttled),
          `after: ${day(measured.after)}`,
        ],
        ['With the throttle, at most', `${n(users)} × ${n(intervals)}, no more than requests`, estimate(most), ''],
        [
          'Change',
          '',
          `${ratioText(1 - reduction, options)} (estimate)`,
          reached.kind === 'known' ? `${ratioText(reached.ratio, options)} (measured)` : UNKNOWN,
        ],
      ],
    },
  ];
}

function happenedBlocks(happened: readonly Annotation[], options: Options): Block[] {
  if (happened.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: 'What happened' },
    {
      kind: 'table',
      head: ['When', 'What'],
      words: [1],
      rows: happened.map(({ at, text }) => [reportDate(at, options), text]),
    },
  ];
}
