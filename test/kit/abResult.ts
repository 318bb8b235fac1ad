import { readAb } from '../../src/benchmark/import/ab.ts';
import type { ImportedRound } from '../../src/benchmark/import/imported.ts';
import { ensureTool } from './apt.ts';
import { run } from './process.ts';

/** Runs the real ab on a page. */
export async function runAb(
  url: string,
  requests: number,
  connections: number,
  cookie?: string,
): Promise<ImportedRound> {
  const ab = await ensureTool('ab');
  const more = cookie === undefined ? [] : ['-H', `Cookie: ${cookie}`];
  return readAb(await run(ab, ['-q', '-n', String(requests), '-c', String(connections), ...more, url]));
}
