/**
 * How much this thread gets done of a fixed computation in a moment, in thousands of steps a millisecond: what else runs on the machine
 * makes it less. It says whether the machine was the same in two runs, and nothing of the site.
 */
export function yardstick(ms = YARDSTICK_MS): number {
  const began = performance.now();
  let thousands = 0;
  let elapsed = 0;
  for (let x = 1; elapsed < ms; elapsed = performance.now() - began, thousands++) {
    for (let i = 0; i < 1000; i++) x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  }
  return thousands / elapsed;
}

const YARDSTICK_MS = 100;
