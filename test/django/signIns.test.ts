import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unknown } from '../../src/common/measured.ts';
import { readSignIns } from '../../src/diagnosis/routine/gatherChecks.ts';
import { decodeSession } from '../../src/django/sessionData.ts';
import { HistoryStore } from '../../src/history/historyStore.ts';
import { storeIdentity } from '../../src/history/identity.ts';
import { RateWindow } from '../../src/monitoring/snapshot/rates.ts';
import type { Snapshot } from '../../src/monitoring/snapshot/snapshot.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { SaveMemory } from '../../src/postgres/saves/saveMemory.ts';
import { ensureDjango } from '../kit/django.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { startPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';

/** Sign-ins and sign-outs of real Django, as they are told from the table's counters and from what new sessions hold. */

const SCRIPT = fileURLToPath(new URL('sign_ins.py', import.meta.url));
/** What sign_ins.py does. */
const DONE = { signIns: 20, signOuts: 5, cycledKeys: 8, newSessions: 48 };

const INSTALLED = await Promise.all(
  (IN_MATRIX ? (['3.2', '5.2'] as const) : (['5.2'] as const)).map(async (version) => ({
    version,
    django: await ensureDjango(version),
  })),
);

for (const { version, django } of INSTALLED) {
  suite(`Sign-ins of Django ${version}`, { skip: 'skip' in django ? django.skip : false }, () => {
    test('each is an insert, a cycled key and a sign-out are deletes, and the estimate has them', async (t) => {
      const python = 'python' in django ? django.python : '';
      const server = await startPostgres();
      t.after(() => server.stop());
      const url = new URL(server.connectionString('postgres'));
      const ENGINE = 'django.db.backends.postgresql';
      const place = {
        NAME: 'postgres',
        USER: url.username,
        PASSWORD: url.password,
        HOST: url.hostname,
        PORT: url.port,
      };
      const database = JSON.stringify({ ENGINE, ...place });
      await run(python, [SCRIPT, database, 'migrate']);
      const db = await connect({ connectionString: url.href, readOnly: true });
      t.after(() => db.close());
      const saves = new SaveMemory();
      const first = new Date();
      /** As if all of it had taken a minute: two readings that near to each other stand for no time. */
      const read = async (seconds: number): Promise<Snapshot> => {
        const at = new Date(first.getTime() + seconds * 1000);
        const metrics = { ...(await readSessionMetrics(db)), at, serverTime: at };
        const detail = await readDetailMetrics(db, { decode: decodeSession, saves });
        return {
          at,
          connection: { id: 'shop', name: 'shop', production: false },
          metrics,
          detail,
          rates: new RateWindow().rates(900),
          growthPerDay: unknown('-'),
          settings: { throttleIntervalSeconds: 900 },
          monitor: { readings: 1, statements: 1, meanServerMs: 1, intervalSeconds: 60, coreShare: 0 },
        };
      };
      const before = await read(0);
      await run(python, [SCRIPT, database, 'visit']);
      // A backend tells its counters as it ends, which may be a moment after its client has gone.
      let after = await read(60);
      const inserted = (): number => after.metrics.counters.inserted - before.metrics.counters.inserted;
      while (inserted() < DONE.newSessions) after = await read(60);
      assert.equal(inserted(), DONE.newSessions);
      const deleted = after.metrics.counters.deleted - before.metrics.counters.deleted;
      assert.equal(deleted, DONE.cycledKeys + DONE.signOuts);

      const folder = await mkdtemp(join(tmpdir(), 'dsm-signins-'));
      const fails = (message: string): never => assert.fail(message);
      const log = { trace: () => undefined, info: () => undefined, warn: fails, error: fails };
      const identity = storeIdentity(url.href, { name: 'django_session' });
      const store = await HistoryStore.open({ folder, identity, log, everyMs: 60_000 });
      t.after(async () => {
        store.dispose();
        await rm(folder, { recursive: true, force: true });
      });
      store.election.start();
      const window = new RateWindow();
      for (const read of [before, after]) {
        window.add(read.metrics);
        assert.ok(store.add({ ...read, rates: window.rates(900) }));
      }
      const days = await readSignIns({ history: store, service: undefined }, { from: before.at, to: after.at });
      const sum = (of: (day: (typeof days)[number]) => number): number => days.reduce((all, day) => all + of(day), 0);
      const signIns = sum((day) => day.signIns ?? NaN);
      const [least, most] = [sum(({ signOuts }) => signOuts.least), sum(({ signOuts }) => signOuts.most)];
      t.diagnostic(
        `sign-ins ${signIns.toFixed(1)} of ${DONE.signIns}, sign-outs ${least.toFixed(1)} to ${most.toFixed(1)} of ${DONE.signOuts}`,
      );
      assert.ok(Math.abs(signIns - DONE.signIns) <= 3, String(signIns));
      assert.ok(least <= DONE.signOuts && most >= DONE.signOuts, `${least} to ${most}`);
      assert.ok(Math.abs(most - deleted) < 0.5, 'no more than what was deleted');
    });
  });
}
