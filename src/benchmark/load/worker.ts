import { parentPort, workerData } from 'node:worker_threads';
import { every } from '../../common/timers.ts';
import type { RoundPlan } from './round.ts';
import type { WorkerMessage } from './runInWorker.ts';
import { runRound } from './runRound.ts';
import { yardstick } from './yardstick.ts';

/** The thread of one round, a bundle of its own: dist/load.cjs. Any message to it stops the round. */

const TELL_MS = 100;
const stop = new AbortController();
let answers = 0;
const made: string[] = [];

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);
const tell = (): void => post({ kind: 'progress', progress: { answers, made: made.splice(0) } });

parentPort?.once('message', () => stop.abort());
const timer = every(tell, TELL_MS);
const before = yardstick();
// What workerData is: runInWorker.ts starts it.
runRound(workerData as RoundPlan, stop.signal, (progress) => {
  answers = progress.answers;
  made.push(...progress.made);
}).then(
  (result) => {
    timer.dispose();
    tell();
    const after = stop.signal.aborted ? before : yardstick();
    post({ kind: 'done', result: { ...result, machine: (before + after) / 2 } });
  },
  (error: unknown) => post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
);
