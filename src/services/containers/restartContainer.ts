import { Problem } from '../../common/problem.ts';
import { sleep } from '../../common/timers.ts';
import type { Container } from './container.ts';
import type { ContainerEngine } from './engine.ts';
import type { LogLine } from './logLines.ts';

/** What a restart has led to. */
export interface RestartResult {
  /**
   * 'running': it was still up after `watchedMs`. 'ended': it was started and ended again; `lines` may say why. 'asked': the restart
   * command succeeded, and there is none that tells the state.
   */
  readonly outcome: 'running' | 'ended' | 'asked';
  /** Undefined where a command stands for the engine. */
  readonly before?: Container;
  readonly after?: Container;
  /** Its last lines when it has ended. */
  readonly lines: readonly LogLine[];
  readonly tookMs: number;
  readonly watchedMs: number;
}

/** A container that ends at once does so within this time. */
const WATCHED_MS = 2_000;
const BETWEEN_MS = 250;

/** Throws a `Problem` when the engine can't restart it, or when it is cancelled: then the restart may go on in the engine. */
export async function restartContainer(
  engine: ContainerEngine,
  before: Container,
  signal?: AbortSignal,
): Promise<RestartResult> {
  const began = performance.now();
  await engine.restart(before, signal);
  const tookMs = performance.now() - began;
  const deadline = performance.now() + WATCHED_MS;
  let after = before;
  do {
    await sleep(BETWEEN_MS, signal).catch((cause: unknown) => {
      throw cancelled(before, cause);
    });
    after = (await engine.inspect([before.id], signal))[0] ?? after;
  } while (after.phase === 'running' && after.restartCount <= before.restartCount && performance.now() < deadline);
  const base = { before, after, tookMs, watchedMs: performance.now() - began - tookMs };
  if (after.phase === 'running' && after.restartCount <= before.restartCount)
    return { ...base, outcome: 'running', lines: [] };
  return { ...base, outcome: 'ended', lines: (await engine.logTail(after, 10, signal)).lines };
}

function cancelled({ name }: Container, cause: unknown): Problem {
  const why = 'It was cancelled after the engine had restarted it.';
  return new Problem(
    {
      code: 'cancelled',
      what: `It is not known whether ${name} stays up`,
      why,
      next: 'Look at its state.',
      transient: false,
    },
    { cause },
  );
}
