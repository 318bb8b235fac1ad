import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { isKnown } from '../../../src/common/measured.ts';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import type { MonitorOptions } from '../../../src/monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../../src/monitoring/watch/connection.ts';
import { Watcher } from '../../../src/monitoring/watch/watcher.ts';
import { memoryLog, openStore, temporaryFolder } from '../history/folder.ts';
import { Bench } from './monitorBench.ts';
import { exact } from './samples.ts';

/** What of a saved settings.py ends a monitor, and what is only told to the one that runs. */

const SHOP: Connection = {
  id: 'django:/shop:default',
  name: 'shop',
  source: 'django',
  target: 'shop on localhost',
  connectionString: 'postgresql://app@localhost/shop',
  table: { name: 'django_session' },
  production: false,
  session: { cookieAgeSeconds: 1_209_600 },
  notes: [],
  borrow: 'bound',
  access: () => Promise.resolve({ connectionString: 'postgresql://app@localhost/shop', password: 'one' }),
};

interface Scene {
  readonly watcher: Watcher;
  /** One for each monitor that was made. */
  readonly benches: Bench[];
}

function scene(t: TestContext, everySeconds: number): Scene {
  const benches: Bench[] = [];
  const options = ({ id, name, production, session }: Connection): MonitorOptions => ({
    connection: { id, name, production },
    settings: { ...session, throttleIntervalSeconds: 900 },
    lightIntervalSeconds: everySeconds,
  });
  const watcher = new Watcher({
    options,
    log: memoryLog(),
    create: async (connection) => {
      const rule = 'djangoSessionMonitor.alerts.expiredForSeconds';
      const alerts = new AlertEngine({ settings: { [rule]: 4 * everySeconds } });
      const bench = new Bench(options(connection), { alerts });
      bench.changes = { sessions: { expired: exact(5_000) } };
      benches.push(bench);
      return { monitor: bench.monitor, history: await openStore(t, temporaryFolder(t)) };
    },
  });
  watcher.setVisible(true);
  t.after(() => watcher.dispose());
  return { watcher, benches };
}

const firing = ({ monitor }: Bench): string | undefined =>
  monitor.alerts.states().find(({ rule }) => rule.id === 'expired-sessions')?.status;

for (const everySeconds of [10, 60]) {
  test(`a full rollback is told to the monitor that runs, at an interval of ${everySeconds} s`, async (t) => {
    const { watcher, benches } = scene(t, everySeconds);
    await watcher.watch(SHOP, false);
    const bench = benches[0] ?? assert.fail();
    await bench.clock.advance(3 + 3 * everySeconds);
    assert.equal(firing(bench), 'pending');
    const readings = bench.monitor.history.all().length;
    assert.ok(readings >= 4);

    const saved = { ...SHOP, name: 'shop · base', production: true, notes: ['A note.'] };
    await watcher.watch({ ...saved, session: { cookieAgeSeconds: 86_400 } }, false);
    assert.equal(benches.length, 1, 'monitors');
    assert.equal(watcher.current?.connection.name, 'shop · base');
    const { state, history } = bench.monitor;
    assert.ok(state.kind === 'live' && state.snapshot.settings.cookieAgeSeconds === 86_400);
    assert.ok(state.snapshot.connection.production);
    assert.equal(history.all().length, readings, 'the minutes from before are kept, and nothing is in them twice');
    assert.ok(isKnown(state.snapshot.rates.savesPerMinute), 'rates go on');
    // As long after the first reading as without the change.
    await bench.clock.advance(2 * everySeconds);
    assert.equal(firing(bench), 'firing');
    assert.deepEqual(bench.when('open'), [0]);
  });
}

test('another password, table, server or command, and who asks for it, get a monitor of their own', async (t) => {
  const { watcher, benches } = scene(t, 10);
  await watcher.watch(SHOP, false);
  const elsewhere = 'postgresql://app@db.example.org/shop';
  const others: readonly Connection[] = [
    { ...SHOP, access: () => Promise.resolve({ connectionString: SHOP.connectionString, password: 'two' }) },
    { ...SHOP, table: { name: 'other_session' } },
    { ...SHOP, connectionString: elsewhere, access: () => Promise.resolve({ connectionString: elsewhere }) },
    { ...SHOP, command: { words: ['docker', 'exec', 'blue'], refusal: () => undefined } },
    { ...SHOP, command: { words: ['docker', 'exec', 'green'], refusal: () => undefined } },
    { ...SHOP, access: () => Promise.reject(new Error('It has to be confirmed.')) },
  ];
  for (const [i, other] of others.entries()) {
    await watcher.watch(other, false);
    assert.equal(benches.length, i + 2);
    await watcher.watch(other, false);
    assert.equal(benches.length, i + 2, 'the same again');
  }
  await watcher.watch(others.at(-1) ?? SHOP, true);
  assert.equal(benches.length, others.length + 2);
  for (const bench of benches.slice(0, -1)) assert.equal(bench.openReaders, 0);
});

test('one that comes while it ends is ended at once', async (t) => {
  const { watcher, benches } = scene(t, 10);
  const watching = watcher.watch(SHOP, false);
  const disposed = watcher.dispose();
  await Promise.all([watching, disposed]);
  assert.equal(watcher.current, undefined);
  for (const { clock } of benches) assert.equal(clock.timers, 0);
});
