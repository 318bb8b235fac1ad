import { Worker } from 'node:worker_threads';
import { onAbort } from '../../common/onAbort.ts';
import { later } from '../../common/timers.ts';
import type { RoundPlan, RoundProgress, RoundResult } from './round.ts';

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: RoundProgress }
  | { readonly kind: 'done'; readonly result: RoundResult }
  | { readonly kind: 'failed'; readonly message: string };

/** Longer than a round takes to stop by itself. */
const STOP_MS = 1_500;

/**
 * A round in a thread of its own: what else the extension host does would be part of the latencies. At the signal's abort nothing
 * more is sent; it rejects with the signal's reason when what was on its way has been answered, or after a second.
 *
 * @param file of worker.ts, or its bundle
 */
export async function runInWorker(
  file: string | URL,
  plan: RoundPlan,
  signal: AbortSignal,
  onProgress: (progress: RoundProgress) => void,
): Promise<RoundResult> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<RoundResult>();
  // What Node has to say of timers of autocannon is nothing for the log of the extension host.
  const worker = new Worker(file, { workerData: plan, stderr: true });
  const forget = onAbort(signal, () => {
    worker.postMessage('stop');
    later(() => reject(signal.reason as Error), STOP_MS);
  });
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'progress') onProgress(message.progress);
    else if (message.kind === 'done') resolve(message.result);
    else reject(new Error(message.message));
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('The thread of the load ended before its time.')));
  try {
    const result = await promise;
    signal.throwIfAborted();
    return result;
  } finally {
    forget();
    await worker.terminate();
  }
}
