import { formatDuration, formatNumber } from '../../../common/format.ts';
import type { Block } from '../../../reports/reportBlocks.ts';
import { ratioText } from '../impactTexts.ts';
import type { MeasuredFigures } from '../measuredImpact.ts';
import type { OtherInterval, OtherIntervals } from './otherIntervals.ts';
import type { SimulatedSaves } from './simulateInterval.ts';

interface Options {
  /** BCP 47 tag. */
  readonly locale: string;
}

const HEADING: Block = { kind: 'heading', level: 2, text: 'Another interval: simulated, not measured' };

/** Fewer saves that were observed tell nothing. */
const LEAST_SAVES = 30;

/** What other intervals would give, from when sessions were saved lately. */
export function intervalBlocks(
  intervals: OtherIntervals | undefined,
  after: MeasuredFigures,
  options: Options,
): readonly Block[] {
  const known = intervals?.others.filter(({ simulated }) => (simulated?.observed ?? 0) >= LEAST_SAVES) ?? [];
  const [first] = known;
  if (intervals === undefined || first?.simulated === undefined) return [HEADING, { kind: 'text', text: TOO_LITTLE }];
  const { present } = intervals;
  const { sessions, seconds } = first.simulated;
  const n = (value: number): string => formatNumber(value, options);
  const now = present === undefined ? 'without a throttle' : `with ${formatDuration(present, options)}`;
  return [
    HEADING,
    {
      kind: 'text',
      text:
        `From when ${n(sessions)} sessions were saved ${now} in the last ${formatDuration(seconds, options)}. ` +
        'Whether somebody was there between two saves is not known, so that there is a least and a most. ' +
        (present === undefined ? '' : BELOW),
    },
    {
      kind: 'table',
      head: ['Interval', 'Saves a day, simulated', 'At least', 'At most', 'Against now'],
      words: [4],
      rows: known.map((one) => row(one, present, after, options)),
    },
  ];
}

const TOO_LITTLE =
  'Too few saves of the same sessions have been observed since this window was connected: it takes three times the interval, and Django 3.1 or later, whose signatures hold the time of a save.';
const BELOW =
  'Of a shorter interval than the present one only these bounds can be told: it takes the requests of each session, which nobody has recorded.';

function row(
  { seconds, simulated }: OtherInterval,
  present: number | undefined,
  { savesADay, requestsAMinute = Infinity }: MeasuredFigures,
  options: Options,
): string[] {
  const { observed, low, high, likely } = simulated ?? NOTHING;
  const aDay = (count: number): number | undefined =>
    savesADay === undefined ? undefined : Math.min((savesADay * count) / observed, requestsAMinute * MINUTES_A_DAY);
  const text = (value: number | undefined): string => (value === undefined ? '' : formatNumber(value, options));
  const isShorter = present !== undefined && seconds < present;
  const change = (count: number): string => ratioText(count / observed, options);
  return [
    formatDuration(seconds, options),
    isShorter || savesADay === undefined ? '' : `≈ ${text(aDay(likely))} (simulated)`,
    text(aDay(low)),
    text(aDay(high)),
    isShorter ? `${change(low)} to ${change(high)}` : `≈ ${change(likely)} (simulated)`,
  ];
}

const MINUTES_A_DAY = 1440;
const NOTHING: SimulatedSaves = { observed: 1, low: 0, high: 0, likely: 0, sessions: 0, seconds: 0 };
