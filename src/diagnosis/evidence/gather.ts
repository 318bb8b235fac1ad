import { unknown, type Measured } from '../../common/measured.ts';
import { describeError, Problem } from '../../common/problem.ts';
import type { Evidence, EvidenceName } from './evidence.ts';

/** How each piece is come by. A source that can't says why by an unknown value or by throwing a Problem. */
export type SourcesOf<E> = { readonly [N in keyof E]: (signal: AbortSignal) => Promise<Measured<E[N]>> };
export type EvidenceSources = SourcesOf<Evidence>;

export type Gathered = { readonly [N in EvidenceName]?: Measured<Evidence[N]> };

/**
 * Takes the named pieces one after the other, so that the database is asked one thing at a time. One that fails is unknown with
 * its reason and keeps none of the others from being looked at.
 *
 * @throws what `signal` was aborted with.
 */
export async function gather(
  sources: EvidenceSources,
  names: readonly EvidenceName[],
  signal: AbortSignal,
  onProgress: (name: EvidenceName, done: number) => void,
): Promise<Gathered> {
  const gathered: [EvidenceName, Measured<unknown>][] = [];
  for (const [done, name] of names.entries()) {
    signal.throwIfAborted();
    onProgress(name, done);
    try {
      gathered.push([name, await sources[name](signal)]);
    } catch (error) {
      signal.throwIfAborted();
      gathered.push([
        name,
        error instanceof Problem ? unknown(`${error.what}: ${error.why}`, error.next) : unknown(describeError(error)),
      ]);
    }
  }
  return Object.fromEntries(gathered);
}
