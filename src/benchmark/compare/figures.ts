import type { Unit } from '../../common/format.ts';
import { countRatioInterval, meanInterval, ratioInterval, type Count, type Interval } from '../statistics/intervals.ts';
import type { ArmRun, RoundCounters, RoundFigures } from '../run/record.ts';

/** A figure that two runs are compared by. */
interface FigureRow {
  readonly id: RunFigureId;
  readonly label: string;
  readonly unit: Unit;
  /** What is better. */
  readonly better: 'more' | 'less';
  /** Of one round; null: unknown. */
  readonly of: (round: RoundFigures) => number | null;
  /** Of one round as events and requests, where it counts something. */
  readonly count?: (round: RoundFigures) => Count | null;
}

export type RunFigureId =
  'rate' | 'p50' | 'p95' | 'p99' | 'writes' | 'saves' | 'inserts' | 'wal' | 'statements' | 'statementMs' | 'sessionMs';

const requests = ({ answered, failed }: RoundFigures): number => answered + failed;

function counted(
  id: RunFigureId,
  label: string,
  events: (counters: RoundCounters) => number | null,
  unit: Unit = 'count',
): FigureRow {
  const count = (round: RoundFigures): Count | null => {
    const found = round.counters === null ? null : events(round.counters);
    return found === null || requests(round) === 0 ? null : { events: found, of: requests(round) };
  };
  const of = (round: RoundFigures): number | null => {
    const found = count(round);
    return found === null ? null : found.events / found.of;
  };
  return { id, label, unit, better: 'less', of, ...(unit === 'count' ? { count } : {}) };
}

export const RUN_FIGURES: readonly FigureRow[] = [
  {
    id: 'rate',
    label: 'Requests a second',
    unit: 'count',
    better: 'more',
    of: ({ answered, seconds }) => (seconds > 0 ? answered / seconds : null),
  },
  { id: 'p50', label: 'Response time, p50', unit: 'milliseconds', better: 'less', of: ({ p50 }) => p50 },
  { id: 'p95', label: 'Response time, p95', unit: 'milliseconds', better: 'less', of: ({ p95 }) => p95 },
  { id: 'p99', label: 'Response time, p99', unit: 'milliseconds', better: 'less', of: ({ p99 }) => p99 },
  counted('writes', 'Session writes a request', ({ saves, inserts }) => saves + inserts),
  counted('saves', 'Saves a request', ({ saves }) => saves),
  counted('inserts', 'New sessions a request', ({ inserts }) => inserts),
  counted('statements', 'SQL statements a request', ({ statements }) => statements),
  counted('statementMs', 'Statement time a request', ({ statementMs }) => statementMs, 'milliseconds'),
  counted('sessionMs', 'Of that, on sessions', ({ sessionStatementMs }) => sessionStatementMs, 'milliseconds'),
  counted('wal', 'WAL a request, of the whole server', ({ walBytes }) => walBytes, 'bytes'),
];

export function figureRow(id: RunFigureId): FigureRow {
  const row = RUN_FIGURES.find((figure) => figure.id === id);
  if (row === undefined) throw new Error(`There is no figure ${id}.`);
  return row;
}

/** The rounds of which it is known. */
export function roundValues({ of }: FigureRow, { rounds }: ArmRun): readonly number[] {
  return rounds.flatMap((round) => of(round) ?? []);
}

/** The mean of the rounds, with its interval across them where there is more than one; null: unknown. */
export function figureOf(row: FigureRow, arm: ArmRun): Interval | number | null {
  const values = roundValues(row, arm);
  return meanInterval(values) ?? values[0] ?? null;
}

/** after ÷ before; undefined: too few rounds, or nothing to divide by. */
export function figureRatio(row: FigureRow, before: ArmRun, after: ArmRun): Interval | undefined {
  const { count } = row;
  if (count === undefined) return ratioInterval(roundValues(row, before), roundValues(row, after));
  const counts = ({ rounds }: ArmRun): readonly Count[] => rounds.flatMap((round) => count(round) ?? []);
  return countRatioInterval(counts(before), counts(after));
}
