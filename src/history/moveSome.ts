import { append } from './append.ts';
import { decodeReading } from './levels/values.ts';
import type { HistoryFile } from './sqlite/historyFile.ts';

/** A disk that is still full is to be noticed after little work. */
const AT_ONCE = 50;

/**
 * Moves the oldest of what had to wait in memory to the file, all of it or none. What another window has read meanwhile takes
 * precedence, so that nothing is stored twice. False: there is nothing left to move.
 */
export function moveSome(from: HistoryFile, to: HistoryFile): boolean {
  const readings = from.readings(-Infinity, Infinity).slice(0, AT_ONCE);
  const annotations = from.annotations(-Infinity, Infinity);
  if (readings.length === 0 && annotations.length === 0) return false;
  const names = [...from.series().keys()];
  const numbers = [...from.series().values()];
  const values = new Float64Array(names.length);
  to.transaction(() => {
    const newest = to.lastReading()?.at ?? -Infinity;
    for (const { at, every, data } of readings) {
      if (at <= newest) continue;
      decodeReading(data, numbers, values);
      append(to, at, every, new Map(names.map((name, i) => [name, values[i] ?? NaN])));
    }
    // Gaps come with the readings.
    for (const annotation of annotations) if (annotation.kind !== 'gap') to.putAnnotation(annotation);
  });
  from.removeReadings(-Infinity, (readings.at(-1)?.at ?? -Infinity) + 1);
  from.removeAnnotations(Infinity);
  return true;
}
