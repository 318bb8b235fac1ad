import { numberValue, unresolved, type Value } from '../values/values.ts';

/** Integers in every base and with underscores, floats; complex numbers are not known here. */
export function parseNumber(text: string): Value {
  const plain = text.replaceAll('_', '');
  if (/^(?:0[xXoObB][\da-fA-F]+|\d+)$/.test(plain)) {
    const value = Number(plain);
    return Number.isSafeInteger(value) ? numberValue(value) : unresolved('a number is too large');
  }
  const value = Number(plain);
  return Number.isNaN(value) ? unresolved('a number is not a real one') : numberValue(value, true);
}
