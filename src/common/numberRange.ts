/** What a number in settings.json may be, both ends included. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** The number that is used for what settings.json has: the nearest end of the range; undefined for what is no number. */
export function clamped(value: unknown, { minimum, maximum }: NumberRange): number | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  return Math.min(maximum, Math.max(minimum, value));
}

export function rangeText({ minimum, maximum }: NumberRange): string {
  return `a number from ${minimum} to ${maximum}`;
}
