export interface RangeQuery {
  /** Ids of metrics, or of children as `childSeries` names them; one that is not stored comes back all null. */
  readonly metricIds: readonly string[];
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  /** Of each series at most, besides the nulls that mark gaps; at least 1. Infinity: as fine as there is. */
  readonly maxPoints: number;
}

/** Series over one common axis of time, as uPlot takes them. Plain data that can be posted to a webview. */
export interface RangeData {
  /** Milliseconds since the epoch, ascending. With `stepMs` > 0 the beginning of the time that a point stands for. */
  readonly at: readonly number[];
  /** 0: the readings themselves. */
  readonly stepMs: number;
  readonly series: readonly RangeSeries[];
}

/** In the unit of the metric, dates as milliseconds since the epoch; null: unknown, or nobody has read (a gap). */
export interface RangeSeries {
  readonly metricId: string;
  readonly min: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}
