import type { Level } from './levels/retention.ts';
import type { Annotation } from './ranges/annotations.ts';
import type { Extent } from './ranges/extent.ts';
import type { RangeData, RangeQuery } from './ranges/rangeData.ts';

/** Where charts and comparisons get their curves from. */
export interface HistorySource {
  readRange(query: RangeQuery): RangeData;
  /** Those that lie in the range or reach into it, oldest first. */
  annotations(from: Date, to: Date): readonly Annotation[];
  /** First and last time of which there is anything; undefined: nothing yet. */
  extent(): Extent | undefined;
  /** How fine the history of this time is. */
  levelAt(at: Date): Level;
}
