import { formatDuration } from '../common/format.ts';
import { rewind } from './levels/fold.ts';
import { encodeReading } from './levels/values.ts';
import { toRow, type Annotation } from './ranges/annotations.ts';
import type { HistoryFile } from './sqlite/historyFile.ts';

/** So many intervals without a reading are a gap, as the figures on the screen are stale then. */
const GAP_INTERVALS = 3;

/**
 * Adds a reading, and the gap before it if there is one. One of the same moment takes the earlier one's place; one from before
 * the newest tells that the clock was put back. To be called in a transaction.
 *
 * @param every milliseconds between readings at present
 */
export function append(file: HistoryFile, at: number, every: number, values: ReadonlyMap<string, number>): void {
  const last = file.lastReading();
  if (last !== undefined && at < last.at) rewind(file, at);
  if (last !== undefined && at - last.at > GAP_INTERVALS * Math.max(every, last.every))
    file.putAnnotation(toRow(gap(last.at, at)));
  const known = file.series();
  const missing = [...values.keys()].filter((name) => !known.has(name));
  if (missing.length > 0) file.addSeries(missing);
  file.putReading({ at, every, data: encodeReading(values, missing.length > 0 ? file.series() : known) });
}

function gap(from: number, to: number): Annotation {
  const text = `No readings for ${formatDuration((to - from) / 1000)}.`;
  return { kind: 'gap', at: new Date(from), until: new Date(to), text };
}
