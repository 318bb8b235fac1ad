import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { HistoryStore } from '../../../src/history/historyStore.ts';
import type { Snapshot } from '../../../src/monitoring/snapshot/snapshot.ts';
import type { CheckSources } from '../../../src/diagnosis/routine/gatherChecks.ts';
import { openStore, temporaryFolder } from '../history/folder.ts';
import { exact, rates, snapshot } from '../monitoring/samples.ts';
import { stateOf } from '../monitoring/cleanupService/support.ts';
import { before, NOW, reading, run } from '../services/support.ts';

export const DAY_S = 86_400;
/** Apart by so much, readings of two weeks are few enough, and near enough together to be no gaps. */
export const APART_S = 170;
/** Of the last day so much is watched that a day's growth can be told. */
const LAST_HOURS = 13;

type Values = (secondsAgo: number, at: Date) => Parameters<typeof snapshot>[0];

/** The real store with readings of so many days until now, of so many hours each. */
export async function watchedFor(t: TestContext, days: number, hours: number, values: Values): Promise<HistoryStore> {
  const store = await openStore(t, temporaryFolder(t));
  for (let day = days; day > 0; day--) {
    const seconds = 3600 * (day === 1 ? LAST_HOURS : hours);
    for (let second = DAY_S - seconds; second < DAY_S; second += APART_S) {
      const ago = day * DAY_S - second;
      const at = before(ago);
      assert.ok(store.add(reading170(values(ago, at), at)));
    }
  }
  return store;
}

export function reading170(changes: Parameters<typeof snapshot>[0] = {}, at: Date = NOW): Snapshot {
  const monitor = { readings: 1, statements: 1, meanServerMs: 1, intervalSeconds: APART_S, coreShare: 0 };
  return snapshot({ monitor, at, rates: rates(exact(42, at)), ...changes, light: { at, ...changes.light } });
}

/** Where everything is as it should be. */
export function soundSources(history: HistoryStore, changes: Partial<CheckSources> = {}): CheckSources {
  return {
    snapshot: undefined,
    history,
    alerts: [],
    service: stateOf(reading([run(27), run(3)])),
    throttle: undefined,
    writer: undefined,
    ...changes,
  };
}
