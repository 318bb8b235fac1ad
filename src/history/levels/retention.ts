const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One resolution in which readings are kept. All times are milliseconds. */
export interface Level {
  readonly name: 'reading' | 'minute' | 'hour';
  /** Width of its buckets; 0: every reading as it was taken. */
  readonly stepMs: number;
  readonly keepMs: number;
  /**
   * So much time goes into one row of the file. It is made of the finer level when that time is over, and never changed.
   * Longer is smaller and quicker to read, but what is not yet over has to be read from the finer level.
   */
  readonly chunkMs: number;
}

/** The one rule of what is kept for how long; each level is made of the one before it. */
export const RETENTION: readonly [Level, ...Level[]] = [
  { name: 'reading', stepMs: 0, keepMs: DAY, chunkMs: 0 },
  { name: 'minute', stepMs: MINUTE, keepMs: 31 * DAY, chunkMs: 6 * HOUR },
  { name: 'hour', stepMs: HOUR, keepMs: 731 * DAY, chunkMs: 4 * DAY },
];

/** For how long annotations stay: as long as there is a curve that they can stand on. */
export const KEEP_ANNOTATIONS_MS = Math.max(...RETENTION.map(({ keepMs }) => keepMs));

/** Start of the span that holds a time. */
export function floorTo(at: number, spanMs: number): number {
  return Math.floor(at / spanMs) * spanMs;
}
