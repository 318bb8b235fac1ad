import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKnown } from '../../../../src/common/measured.ts';
import { HistoryStore } from '../../../../src/history/historyStore.ts';
import { ApplicationPoll } from '../../../../src/monitoring/application/applicationPoll.ts';
import { IDENTITY, memoryLog, temporaryFolder } from '../../history/folder.ts';
import { readingAt, setupOf } from './support.ts';

/** Two windows on one real store: what one reads of the application, the other takes from the file. */

const EVERY_MS = 200;

async function until(what: string, fits: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!fits()) {
    assert.ok(Date.now() < end, `waited for ${what}`);
    await sleep(10);
  }
}

async function windowOn(folder: string) {
  const log = memoryLog();
  const store = await HistoryStore.open({ folder, identity: IDENTITY, log, everyMs: EVERY_MS });
  store.election.start();
  const seen = { reads: 0, times: new Set<number>() };
  const poll = new ApplicationPoll({
    setUp: () =>
      Promise.resolve(
        setupOf(() => {
          seen.reads++;
          return Promise.resolve(readingAt(new Date()));
        }),
      ),
    trusted: () => true,
    exchange: () => store,
    everyMs: EVERY_MS,
    log,
  });
  poll.onDidChange(() => {
    const { current } = poll;
    // Before the first reading each says by its own clock that there is none.
    if (current !== undefined && isKnown(current.figures.p95)) seen.times.add(current.at.getTime());
  });
  const close = (): void => {
    poll.dispose();
    store.dispose();
  };
  return { store, poll, seen, close };
}

test('one of two windows reads, both show the same, and the other goes on when it closes', async (t) => {
  const folder = temporaryFolder(t);
  const first = await windowOn(folder);
  t.after(() => first.close());
  await until('a leader', () => first.store.election.polls);
  const second = await windowOn(folder);
  t.after(() => second.close());
  await Promise.all([first.poll.rebuild(), second.poll.rebuild()]);
  await until('five readings in both', () => second.seen.times.size >= 5);
  assert.equal(second.seen.reads, 0);
  for (const time of second.seen.times) assert.ok(first.seen.times.has(time));
  assert.equal(second.poll.current?.figures.p95.value, 40);
  assert.ok(second.poll.current.at instanceof Date);

  first.close();
  await until('readings of its own', () => second.seen.reads >= 2);
});
