import { dateFormat, formatValue } from '../../common/format.ts';
import type { ChartSpec } from '../protocol/protocol.ts';
import type { Curve } from './chartData.ts';

export interface TableText {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** So many rows can still be listened to. */
const MOST_ROWS = 24;
const DAY_MS = 24 * 3600 * 1000;

/** A chart in words and numbers, newest first: of each stretch of time the mean, with the extremes where they differ. */
export function tableOf(
  spec: ChartSpec,
  curves: readonly Curve[],
  at: readonly number[],
  locale: string,
  mostRows = MOST_ROWS,
): TableText {
  const shown = curves.flatMap((curve, i) =>
    curve.mean.some((value) => value !== null) ? [{ curve, label: spec.series[i]?.label ?? '' }] : [],
  );
  const length = Math.max(1, Math.ceil(at.length / mostRows));
  const span = (at.at(-1) ?? 0) - (at[0] ?? 0);
  // The day stands in the caption; saying it in every row is long to listen to.
  const time = dateFormat(
    locale,
    span < DAY_MS ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' },
  );
  const rows: string[][] = [];
  for (let end = at.length; end > 0; end -= length) {
    const start = Math.max(0, end - length);
    const cells = shown.map(({ curve }) => cell(curve, start, end, spec.unit, locale));
    if (cells.some((text) => text !== null))
      rows.push([time.format(at[start] ?? 0), ...cells.map((text) => text ?? 'unknown')]);
  }
  return { head: ['Time', ...shown.map(({ label }) => label)], rows };
}

function cell(curve: Curve, start: number, end: number, unit: ChartSpec['unit'], locale: string): string | null {
  let [sum, count, least, most] = [0, 0, Infinity, -Infinity];
  for (let i = start; i < end; i++) {
    const value = curve.mean[i] ?? null;
    if (value === null) continue;
    sum += value;
    count++;
    least = Math.min(least, curve.min[i] ?? value);
    most = Math.max(most, curve.max[i] ?? value);
  }
  if (count === 0) return null;
  const text = (value: number): string => formatValue(value, unit, { locale });
  const mean = text(sum / count);
  return text(least) === text(most) ? mean : `${mean} (${text(least)} to ${text(most)})`;
}

/** Every point as it is, for a spreadsheet: tabs between cells, times in ISO 8601, plain numbers, nothing where unknown. */
export function plainTable(spec: ChartSpec, curves: readonly Curve[], at: readonly number[]): string {
  const head = ['time', ...spec.series.map(({ label }) => `${label} (${spec.unit})`)];
  const rows = at.map((time, i) => [new Date(time).toISOString(), ...curves.map(({ mean }) => String(mean[i] ?? ''))]);
  return [head, ...rows].map((cells) => cells.join('\t')).join('\n');
}
