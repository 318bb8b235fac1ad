import { READINGS_SERIES } from '../levels/fold.ts';
import { RETENTION } from '../levels/retention.ts';
import type { HistoryFile } from '../sqlite/historyFile.ts';

export interface Extent {
  readonly from: Date;
  readonly to: Date;
}

/** First and last time of which anything is stored; undefined: nothing yet. */
export function extentOf(file: HistoryFile): Extent | undefined {
  const last = file.lastReading();
  if (last === undefined) return undefined;
  const starts = RETENTION.map((_, i) =>
    i === 0 ? file.readingAfter(-Infinity) : file.chunkAfter(i, READINGS_SERIES, -Infinity),
  );
  return { from: new Date(Math.min(last.at, ...starts.filter((at) => at !== undefined))), to: new Date(last.at) };
}
