/**
 * What happens to a store whose disk is full: run by trouble.test.ts in a mount namespace of its own, in a folder that is a disk
 * of two megabytes. Prints what it saw, as JSON.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HistoryStore } from '../../../src/history/historyStore.ts';
import { IDENTITY, memoryLog } from '../../unit/history/folder.ts';
import { later, snapshot, START } from '../../unit/monitoring/samples.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('A folder is needed.');
const ballast = join(folder, 'ballast');

const problems: (string | undefined)[] = [];
let second = 0;

async function open(path: string): Promise<HistoryStore> {
  const store = await HistoryStore.open({ folder: path, identity: IDENTITY, log: memoryLog(), everyMs: 10_000 });
  store.election.start();
  return store;
}

function add(store: HistoryStore, readings: number): void {
  for (let i = 0; i < readings; i++, second += 10) {
    const at = later(second);
    if (!store.add(snapshot({ at, light: { at } }))) throw new Error(`Reading ${second / 10} was refused.`);
  }
}

function count(store: HistoryStore): number {
  return store.readRange({ metricIds: ['sessions.total'], from: START, to: later(second), maxPoints: Infinity }).at
    .length;
}

function fillDisk(): void {
  const file = openSync(ballast, 'a');
  try {
    for (const size of [65_536, 512]) for (;;) writeSync(file, Buffer.alloc(size));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

const store = await open(folder);
store.onDidChangeProblem((problem) => problems.push(problem?.code));
add(store, 100);
fillDisk();
add(store, 1500);
store.annotate({ kind: 'restart', at: later(second), text: 'While the disk was full.' });
const whileFull = { readings: count(store), problem: store.problem };
rmSync(ballast);
add(store, 1);
const after = { readings: count(store), problem: store.problem?.code };
store.dispose();
const again = await open(folder);
const reopened = { readings: count(again), annotations: again.annotations(START, later(second + 1)).length };
again.dispose();

// A disk that is full from the beginning: nothing can be made on it.
fillDisk();
const started = await open(join(folder, 'new'));
second = 0;
add(started, 20);
const fromStart = { readings: count(started), problem: started.problem?.code, path: started.path };
started.dispose();

console.log(JSON.stringify({ problems, whileFull, after, reopened, fromStart }));
