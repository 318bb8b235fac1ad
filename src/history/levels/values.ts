import { isKnown } from '../../common/measured.ts';
import type { Measured } from '../../common/measured.ts';
import { childSeries, type MetricRow, type MetricValue } from '../../monitoring/metrics/metric.ts';
import { METRICS } from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { MAX_INTEGER } from './column.ts';
import { roundFraction } from './fraction.ts';

/** Of the children of a metric at most: a name that PostgreSQL does not have today must not make series without end. */
const MOST_CHILDREN = 16;

/** What of a snapshot is kept: every metric of the table as a number, by its id. NaN: unknown. */
export function valuesOf(snapshot: Snapshot, metrics: readonly MetricRow[] = METRICS): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const metric of metrics) {
    if (metric.unit === 'text') continue; // nothing that a curve could show
    if (metric.absent?.(snapshot) === true) continue;
    values.set(metric.id, toNumber(metric.read(snapshot)));
    if (metric.keepChildren !== true) continue;
    for (const key of metric.emptyChildren?.(snapshot) ?? []) values.set(childSeries(metric.id, key), 0);
    for (const child of metric.children?.(snapshot).slice(0, MOST_CHILDREN) ?? [])
      values.set(childSeries(metric.id, child.key), toNumber(child.value));
  }
  return values;
}

/** Dates as milliseconds since the epoch. Whole numbers are kept as they are, fractions as `roundFraction` makes them. */
function toNumber(measured: Measured<MetricValue>): number {
  if (!isKnown(measured)) return NaN;
  const { value } = measured;
  const number = value instanceof Date ? value.getTime() : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return NaN;
  const kept = Number.isInteger(number) && Math.abs(number) <= MAX_INTEGER ? number : roundFraction(number);
  return Number.isFinite(kept) ? kept : NaN;
}

/** As `ReadingRow.data`. @param ids the number of each series by its name; what has none is left out */
export function encodeReading(values: ReadonlyMap<string, number>, ids: ReadonlyMap<string, number>): Uint8Array {
  const length = Math.max(0, ...ids.values());
  const data = new Uint8Array(length * 8);
  const view = new DataView(data.buffer);
  for (let i = 0; i < length; i++) view.setFloat64(i * 8, NaN, true);
  for (const [name, value] of values) {
    const id = ids.get(name);
    if (id !== undefined) view.setFloat64((id - 1) * 8, value, true);
  }
  return data;
}

/** The values of the series in the order in which they are asked for; NaN: unknown. */
export function decodeReading(data: Uint8Array, ids: readonly number[], into: Float64Array): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let i = 0; i < ids.length; i++) {
    const at = ((ids[i] ?? 0) - 1) * 8;
    into[i] = at >= 0 && at + 8 <= data.byteLength ? view.getFloat64(at, true) : NaN;
  }
  return into;
}
