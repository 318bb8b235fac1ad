import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { isKnown } from '../../../src/common/measured.ts';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import { Cadence } from '../../../src/monitoring/poll/cadence.ts';
import type { MonitorOptions } from '../../../src/monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../../src/monitoring/watch/connection.ts';
import { Fleet } from '../../../src/monitoring/watch/fleet.ts';
import type { Keeping } from '../../../src/monitoring/watch/watcher.ts';
import { memoryLog, openStore, temporaryFolder } from '../history/folder.ts';
import { settle } from './fakeClock.ts';
import { Bench, REFUSED } from './monitorBench.ts';
import { exact, START } from './samples.ts';

/** Several connections watched beside each other, one of them in front. */

function connection(name: string): Connection {
  const connectionString = `postgresql://app@localhost/${name}`;
  return {
    id: `settings:${name}`,
    name,
    source: 'settings',
    target: `${name} on localhost`,
    connectionString,
    table: { name: 'django_session' },
    production: false,
    session: {},
    notes: [],
    borrow: 'any',
    access: () => Promise.resolve({ connectionString }),
  };
}

interface Scene {
  readonly fleet: Fleet;
  readonly bench: (name: string) => Bench;
  readonly made: readonly string[];
  readonly advance: (seconds: number) => Promise<void>;
}

function scene(t: TestContext): Scene {
  const benches = new Map<string, Bench>();
  const made: string[] = [];
  const options = ({ id, name, production }: Connection): MonitorOptions => ({
    connection: { id, name, production },
    settings: { throttleIntervalSeconds: 900 },
  });
  const fleet = new Fleet<Keeping>({
    options,
    log: memoryLog(),
    create: async (connection) => {
      const bench = new Bench(options(connection), { alerts: new AlertEngine() });
      benches.set(connection.name, bench);
      made.push(connection.name);
      return { monitor: bench.monitor, history: await openStore(t, temporaryFolder(t)) };
    },
  });
  fleet.setVisible(true);
  t.after(() => fleet.dispose());
  const bench = (name: string): Bench => benches.get(name) ?? assert.fail(`${name} is not watched`);
  const advance = async (seconds: number): Promise<void> => {
    for (const { clock } of benches.values()) await clock.advance(seconds);
  };
  return { fleet, bench, made, advance };
}

const [shop, staging, live] = ['shop', 'staging', 'live'].map(connection) as [Connection, Connection, Connection];

async function watched(fleet: Fleet, { id }: Connection): Promise<void> {
  for (let round = 0; fleet.get(id) === undefined; round++) {
    assert.ok(round < 100, `${id} is not watched`);
    await settle();
  }
}

test('those beside the one in front are read lightly, once in the hidden interval, and hold no connection meanwhile', async (t) => {
  const { fleet, bench, advance } = scene(t);
  await fleet.watch({ front: shop, beside: [staging], reconnect: false });
  await watched(fleet, staging);
  await advance(600);
  assert.ok(bench('shop').when('light').length >= 60, 'the one in front every 10 s');
  const light = bench('staging').when('light');
  assert.ok(light.length >= 11 && light.length <= 13, `beside: ${light.join(' ')}`);
  assert.equal(light[1], 3, 'two make a rate');
  assert.deepEqual([bench('staging').when('detail'), bench('staging').when('exact')], [[], []]);
  assert.deepEqual(bench('shop').when('detail').length > 5, true);
  const gaps = light.slice(3).map((second, i) => second - (light[i + 2] ?? 0));
  assert.ok(
    gaps.every((gap) => Math.abs(gap - 60) < 1),
    gaps.join(' '),
  );
});

test('many are spread over the interval, each at its place in every window', () => {
  const at = START;
  const places = Array.from({ length: 50 }, (_, i) => {
    const cadence = new Cadence({ connection: { id: `settings:db${i}`, name: '', production: false }, aside: true });
    const seconds = cadence.secondsToTurn(at);
    assert.ok(seconds >= 30 && seconds < 90);
    const next = cadence.secondsToTurn(new Date(at.getTime() + seconds * 1000));
    assert.ok(Math.abs(next - 60) < 0.01, 'and a whole interval from there on');
    return seconds % 60;
  });
  const inTen = Array.from({ length: 6 }, (_, i) => places.filter((place) => Math.floor(place / 10) === i).length);
  assert.ok(Math.max(...inTen) <= 16 && Math.min(...inTen) >= 3, inTen.join(' '));
});

test('one that comes to the front goes on with its figures, at its pace and with details; the other stays beside', async (t) => {
  const { fleet, bench, made, advance } = scene(t);
  await fleet.watch({ front: shop, beside: [shop, staging], reconnect: false });
  await watched(fleet, staging);
  await advance(200);
  const before = bench('staging').when('light').length;
  await fleet.watch({ front: staging, beside: [shop, staging], reconnect: false });
  assert.equal(fleet.front?.connection.name, 'staging');
  await advance(60);
  assert.deepEqual(made, ['shop', 'staging'], 'no monitor is made anew');
  assert.ok(bench('staging').when('light').length >= before + 6);
  assert.ok(bench('staging').when('detail').length > 0);
  const { state } = bench('staging').monitor;
  assert.ok(state.kind === 'live' && isKnown(state.snapshot.rates.savesPerMinute));
  const details = bench('shop').when('detail').length;
  await advance(300);
  assert.equal(bench('shop').when('detail').length, details, 'beside: none any more');
  assert.equal(fleet.get(shop.id)?.connection.name, 'shop');
});

test('one that is no more wanted is closed, one that is waited for is not watched after all', async (t) => {
  const { fleet, bench, advance } = scene(t);
  await fleet.watch({ front: shop, beside: [staging], reconnect: false });
  await watched(fleet, staging);
  await advance(10);
  const beside = Array.from({ length: 20 }, (_, i) => connection(`db${i}`));
  const many = fleet.watch({ front: shop, beside, reconnect: false });
  const one = many.then(() => fleet.watch({ front: live, beside: [], reconnect: false }));
  await one;
  assert.equal(bench('shop').openReaders, 0);
  assert.equal(bench('staging').openReaders, 0);
  for (let round = 0; round < 20; round++) await settle();
  assert.deepEqual(
    fleet.all.map(({ connection }) => connection.name),
    ['live'],
  );
});

test('one that fails, one whose password is never told, and alerts: each is told by itself', async (t) => {
  const { fleet, bench, advance } = scene(t);
  const told: string[] = [];
  fleet.onDidTransition(({ watched: { connection }, transitions }) =>
    told.push(...transitions.filter(({ to }) => to === 'firing').map(({ ruleId }) => `${connection.name} ${ruleId}`)),
  );
  const hanging: Connection = { ...connection('hanging'), access: () => new Promise<never>(() => undefined) };
  await fleet.watch({ front: shop, beside: [hanging, staging, live], reconnect: false });
  await watched(fleet, staging);
  await watched(fleet, live);
  bench('staging').fails.light = REFUSED;
  bench('live').changes = { sessions: { expired: exact(5_000) } };
  await advance(1_500);
  assert.equal(bench('shop').kind, 'live');
  assert.notEqual(bench('staging').kind, 'live');
  assert.equal(bench('live').kind, 'live');
  assert.ok(bench('live').when('light').length >= 24);
  assert.deepEqual(told, ['live expired-sessions']);
  assert.equal(fleet.get(hanging.id), undefined);
  await fleet.watch({ front: shop, beside: [], reconnect: false });
  assert.equal(fleet.all.length, 1);
});
