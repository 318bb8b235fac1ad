const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A time as django.core.signing.TimestampSigner writes it: whole seconds in base 62, six digits until the year 3769. The digits
 * stand in ASCII order, so that such texts compare like their times.
 */
export function signatureTime(ms: number): string {
  let text = '';
  for (let rest = Math.floor(ms / 1000), digit = 0; digit < 6; digit++, rest = Math.floor(rest / 62)) {
    text = (BASE62[rest % 62] ?? '') + text;
  }
  return text;
}

/** The other way round; milliseconds since 1970. */
export function timeOfSignature(text: string): number {
  return [...text].reduce((seconds, digit) => 62 * seconds + BASE62.indexOf(digit), 0) * 1000;
}
