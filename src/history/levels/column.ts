/**
 * Whole numbers as bytes, few where they change little: a byte for the kind of column, then either the one number that they all
 * are, or the differences from one to the next, zigzag, 7 bits a byte, low ones first. The first differs from 0.
 */
const CONSTANT = 0;
const DIFFERENCES = 1;

/** Beyond it, differences would not be exact. */
export const MAX_INTEGER = 2 ** 51;

/** @param values whole numbers of at most ± `MAX_INTEGER` */
export function encodeColumn(values: readonly number[]): Uint8Array {
  const [first = 0] = values;
  const constant = values.every((value) => value === first);
  const bytes = [constant ? CONSTANT : DIFFERENCES];
  let before = 0;
  for (const value of constant ? [first] : values) {
    const difference = value - before;
    before = value;
    let rest = difference >= 0 ? difference * 2 : -difference * 2 - 1;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

/**
 * Reads a column into `values`, as many as there is room for. Returns the offset behind it.
 * @throws RangeError when the bytes are not such a column
 */
export function decodeColumn(data: Uint8Array, offset: number, values: Float64Array): number {
  const kind = data[offset];
  if (kind !== CONSTANT && kind !== DIFFERENCES) throw new RangeError(`A column of the kind ${kind ?? 'none'}.`);
  const count = kind === CONSTANT ? 1 : values.length;
  let at = offset + 1;
  let value = 0;
  for (let i = 0; i < count; i++) {
    let rest = data[at++] ?? 0;
    if (rest >= 128) {
      rest -= 128;
      let factor = 128;
      let byte = 128;
      while (byte >= 128) {
        byte = data[at++] ?? 0;
        rest += (byte & 127) * factor;
        factor *= 128;
      }
    }
    if (rest < 0x8000_0000) value += (rest >>> 1) ^ -(rest & 1);
    else value += rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2;
    values[i] = value;
  }
  if (at > data.length) throw new RangeError('A column ends before its last number.');
  if (kind === CONSTANT) values.fill(value);
  return at;
}
