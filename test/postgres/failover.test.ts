import assert from 'node:assert/strict';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { Monitor } from '../../src/monitoring/poll/monitor.ts';
import type { Snapshot } from '../../src/monitoring/snapshot/snapshot.ts';
import type { Connection } from '../../src/monitoring/watch/connection.ts';
import { openReader } from '../../src/monitoring/watch/reader.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { eventually, one, SECRET_KEY } from './support.ts';

const ROWS = { first: 4_000, second: 1_000 };

describe('another server answers at the same address', () => {
  const servers: TestPostgres[] = [];
  const admins: Client[] = [];
  const sockets = new Set<Socket>();
  let monitor: Monitor | undefined;
  /** Port of the server that answers now, as the address of a cluster leads to it. */
  let leads = 0;
  const address = createServer((from) => {
    const to = connectSocket(leads, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', () => other.destroy());
      one.pipe(other);
    }
  });

  before(async () => {
    for (const rows of [ROWS.first, ROWS.second]) {
      const server = await startPostgres();
      servers.push(server);
      const admin = new Client({ connectionString: server.connectionString() });
      await admin.connect();
      admins.push(admin);
      await createSessionTable(admin);
      await fillSessions(admin, { rows, secretKey: SECRET_KEY, expiredShare: 0 });
    }
    await new Promise<void>((resolve) => address.listen(0, '127.0.0.1', resolve));
  });

  after(async () => {
    await monitor?.dispose();
    for (const socket of sockets) socket.destroy();
    address.close();
    for (const admin of admins) await admin.end();
    for (const server of servers) await server.stop();
  });

  it('is noticed: its counters are not compared with those of the other, and its figures are shown', async () => {
    const [first, second] = servers;
    assert.ok(first && second);
    const identifiers = await Promise.all(
      admins.map((admin) =>
        one<{ id: string }>(admin, 'SELECT system_identifier::text AS id FROM pg_control_system()'),
      ),
    );
    assert.notEqual(identifiers[0]?.id, identifiers[1]?.id);
    leads = Number(new URL(first.connectionString()).port);
    const url = new URL(first.connectionString());
    url.port = String((address.address() as AddressInfo).port);
    const connectionString = url.href;
    const connection: Connection = {
      id: 'cluster',
      name: 'cluster',
      source: 'settings',
      target: 'cluster',
      connectionString,
      table: DJANGO_SESSION,
      production: false,
      session: {},
      notes: [],
      borrow: 'any',
      access: () => Promise.resolve({ connectionString }),
    };
    const seen: Snapshot[] = [];
    const quiet = (): void => undefined;
    const watching = (monitor = new Monitor({
      open: () => openReader(connection, () => 1_001),
      options: {
        connection: { id: 'cluster', name: 'cluster', production: false },
        settings: { throttleIntervalSeconds: 900 },
        lightIntervalSeconds: 1,
      },
      log: { trace: quiet, info: quiet, warn: quiet, error: quiet },
      keep: (snapshot) => seen.push(snapshot),
    }));
    watching.start();
    const last = (): Snapshot | undefined => seen.at(-1);
    await eventually(() => Promise.resolve(last()?.rates.savesPerMinute.how === 'exact'), 'rates of the first');
    const before = last()?.metrics.server.startedAt.getTime();

    leads = Number(new URL(second.connectionString()).port);
    for (const socket of sockets) socket.destroy();
    await eventually(() => {
      const { server } = last()?.metrics ?? {};
      return Promise.resolve(watching.state.kind === 'live' && server?.startedAt.getTime() !== before);
    }, 'a reading of the second');
    const changed = seen.find(({ metrics }) => metrics.server.startedAt.getTime() !== before);
    assert.ok(changed);
    const { savesPerMinute, transactionsPerSecond } = changed.rates;
    for (const rate of [savesPerMinute, transactionsPerSecond]) {
      assert.ok(rate.how === 'unknown');
      assert.equal(rate.reason, 'The server was restarted, or another one answers.');
    }
    await eventually(() => Promise.resolve(last()?.rates.savesPerMinute.how === 'exact'), 'rates of the second');
    const { sessions } = last()?.metrics ?? assert.fail('a reading');
    assert.ok(Math.abs((sessions.total.value ?? 0) - ROWS.second) < ROWS.second / 5, String(sessions.total.value));
    const rates = seen.map((snapshot) => snapshot.rates.savesPerMinute.value ?? 0);
    assert.ok(
      rates.every((rate) => rate === 0),
      `no save was made: ${String(Math.max(...rates))} a minute`,
    );
  });
});
