import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown, type Measured } from '../../../src/common/measured.ts';
import { deletionsIn } from '../../../src/history/deletions.ts';
import { DeletedCounter } from '../../../src/monitoring/cleanupService/deletedCounter.ts';
import { FakeClock } from '../monitoring/fakeClock.ts';
import { exact, later, rates, snapshot } from '../monitoring/samples.ts';
import { openStore, temporaryFolder } from './folder.ts';

const HOUR = 3600;
const EVERY = 10;
/** Seconds after the start at which a service deletes, what the store is asked at, and rows that it deletes. */
const RUN = HOUR;
const NOW = 4 * HOUR;
const DELETED = 150;

type Store = Awaited<ReturnType<typeof openStore>>;

/** Readings every ten seconds but for the hour that is left out; a visitor logs out every ten minutes. */
async function watched(t: Parameters<typeof openStore>[0], without?: number): Promise<Store> {
  const store = await openStore(t, temporaryFolder(t), { clock: new FakeClock() });
  for (let second = 0; second <= NOW; second += EVERY) {
    if (Math.floor(second / HOUR) === without) continue;
    const at = later(second);
    const rows = second === RUN + EVERY ? DELETED : second % 600 === 0 ? 1 : 0;
    const deletesPerMinute = exact((rows * 60) / EVERY, at);
    store.add(snapshot({ at, light: { at }, rates: { ...rates(), deletesPerMinute } }));
  }
  return store;
}

const value = (measured: Measured): number => (isKnown(measured) ? measured.value : NaN);

test('what was deleted before this window was opened is known from the history, to the rows of its first minute', async (t) => {
  const store = await watched(t);
  const deleted = deletionsIn(store, later(RUN), later(NOW));
  const logouts = ((NOW - RUN) / 600) | 0;
  assert.equal(deleted.how, 'estimated');
  assert.ok(Math.abs(value(deleted) - DELETED - logouts) <= 2, String(value(deleted)));
  assert.equal(value(deletionsIn(store, later(2 * HOUR + 60), later(2 * HOUR + 360))), 0);
});

test('what nobody watched is unknown: a gap, and a run from before the first reading', async (t) => {
  const store = await watched(t, 2);
  assert.match(JSON.stringify(deletionsIn(store, later(RUN), later(NOW))), /Nobody watched/);
  assert.match(JSON.stringify(deletionsIn(store, later(-HOUR), later(NOW))), /was not watched when that run began/);
  assert.equal(deletionsIn(store, later(3 * HOUR + 30), later(NOW)).how, 'estimated');
});

test('the counters go on from what the history knows, which is asked once', async (t) => {
  const store = await watched(t);
  let asked = 0;
  const counter = new DeletedCounter((from, to) => {
    asked++;
    return deletionsIn(store, from, to);
  });
  const seen = [0, 10].map((second) =>
    snapshot({
      at: later(NOW + second),
      light: { at: later(NOW + second), counters: { deleted: 5_000 + 7 * second } },
    }),
  );
  const before = counter.since(later(RUN), seen.slice(0, 1));
  const after = counter.since(later(RUN), seen);
  assert.ok(value(before) >= DELETED);
  assert.deepEqual([after.how, value(after) - value(before), asked], ['estimated', 70, 1]);
});
