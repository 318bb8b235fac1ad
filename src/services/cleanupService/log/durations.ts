/** Seconds in one of each unit, by what its name begins with; longer beginnings first. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|milli)/iu, 0.001],
  [/^(?:mon)/iu, 30 * 86_400],
  [/^w/iu, 7 * 86_400],
  [/^d/iu, 86_400],
  [/^h/iu, 3_600],
  [/^m/iu, 60],
  [/^s/iu, 1],
];
const PART = /(\d+(?:[.,]\d+)?)\s*([a-z]*)/giu;

/** Seconds of "24 hours", "1 day 6 h", "90 min", "1h30m" or a bare number of seconds; undefined when it says none of these. */
export function parseDuration(text: string): number | undefined {
  let seconds: number | undefined;
  for (const [, digits = '', unit = ''] of text.matchAll(PART)) {
    const factor = unit === '' ? 1 : UNITS.find(([name]) => name.test(unit))?.[1];
    if (factor === undefined) return undefined;
    seconds = (seconds ?? 0) + Number(digits.replace(',', '.')) * factor;
  }
  return seconds;
}

/** 1,250 · 1.250 · 1'250: whole numbers, whatever groups their digits. */
export function parseCount(text: string): number | undefined {
  const digits = text.replace(/\D/gu, '');
  return digits === '' ? undefined : Number(digits);
}
