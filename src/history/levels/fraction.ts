/**
 * Fractions are kept with 16 significant bits: a relative error of at most 2⁻¹⁶ (0.0015 %), so that a value has three bytes and
 * two neighbours often differ by less than two. They are float32 with the last 8 bits of 23 cut off.
 */
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
const SIGN = 0x8000_0000;

/** The nearest fraction that can be kept; infinite beyond 3.4e38. */
export function roundFraction(value: number): number {
  float[0] = value;
  // A carry out of the significand goes into the exponent, which is what rounding up means there.
  bits[0] = ((bits[0] ?? 0) + 0x80) & 0xffff_ff00;
  const rounded = float[0];
  return rounded === 0 ? 0 : rounded;
}

/** A whole number of 0 to 2²⁴ − 1, greater for a greater fraction. @param value as `roundFraction` makes it */
export function fractionToCode(value: number): number {
  float[0] = value;
  const own = bits[0] ?? 0;
  return ((own & SIGN) === 0 ? own | SIGN : ~own) >>> 8;
}

export function codeToFraction(code: number): number {
  const own = code << 8;
  bits[0] = (own & SIGN) === 0 ? ~own & 0xffff_ff00 : own ^ SIGN;
  return float[0] ?? 0;
}
