import { stat } from 'node:fs/promises';
import { ensureVsix } from '../kit/vsix.ts';
import type { Bench } from './bench.ts';
import { figure, type PartResult } from './figures.ts';

/** Kilobytes of 1,000 bytes, the stricter of the two. */
const KB = 1000;

/** The VSIX as `npm run package` makes it. */
export async function measureSize({ say }: Bench): Promise<PartResult> {
  const { size } = await stat(await ensureVsix(say));
  return {
    figures: [figure('Size', 'VSIX', 'kB', [size / KB], { aim: { limit: 600, is: 'atMost' } })],
    details: { vsixBytes: size },
  };
}
