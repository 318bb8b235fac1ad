import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { Client } from 'pg';
import { unknown } from '../../src/common/measured.ts';
import { CAUSES } from '../../src/diagnosis/causes/causes.ts';
import { CONNECTION_CAUSES } from '../../src/diagnosis/causes/connectionCauses.ts';
import { diagnose, type Diagnosis } from '../../src/diagnosis/diagnose.ts';
import { DatabaseSources } from '../../src/diagnosis/evidence/databaseSources.ts';
import type { EvidenceSources } from '../../src/diagnosis/evidence/gather.ts';
import type { ConnectionUse } from '../../src/django/project/connections/connectionUse.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { createSessionTable, fillSessions, TrafficSimulator } from '../kit/sessions.ts';
import { all, CANARY, first, look, USE } from './diagnosisLook.ts';
import { eventually, newDatabase, onNewestMajor, SECRET_KEY } from './support.ts';

/** Causes that the database alone tells, each made for real. */

onNewestMajor(
  'causes that the database tells',
  (bench) => {
    const open: Client[] = [];
    after(() => Promise.allSettled(open.map((client) => client.end())));

    async function client(database: string, application_name: string): Promise<Client> {
      const one = new Client({ connectionString: bench.server.connectionString(database), application_name });
      one.on('error', () => undefined);
      await one.connect();
      open.push(one);
      return one;
    }

    /** Its transaction is no request's any more. */
    async function olderThan5s(one: Client): Promise<void> {
      await eventually(async () => {
        const { rows } = await one.query<{ old: boolean }>(
          "SELECT clock_timestamp() - now() > interval '5.2 s' AS old",
        );
        return rows[0]?.old === true;
      }, 'five seconds');
    }

    /** A database with sessions and a site that saves them. */
    async function site(name: string, savesPerMinute = 3_000): Promise<{ admin: Client; traffic: TrafficSimulator }> {
      const admin = await newDatabase(bench, name);
      await admin.query('CREATE EXTENSION pg_stat_statements');
      await createSessionTable(admin);
      await fillSessions(admin, { rows: 1_000, secretKey: SECRET_KEY });
      const connectionString = bench.server.connectionString(name);
      const traffic = new TrafficSimulator({ connectionString, secretKey: SECRET_KEY, savesPerMinute, visitors: 400 });
      await traffic.start();
      open.push({ end: () => traffic.stop() } as unknown as Client);
      return { admin, traffic };
    }

    it('name who holds the connections', async () => {
      const admin = await newDatabase(bench, 'crowded');
      await createSessionTable(admin);
      const web = await Promise.all(Array.from({ length: 52 }, (_, i) => client('crowded', `web-${i % 2}`)));
      const found = (use: Partial<ConnectionUse>): Promise<Diagnosis> =>
        look(() => bench.monitor('crowded'), {
          symptom: 'connections',
          use: { ...USE, ...use },
          causes: CONNECTION_CAUSES,
        });
      const workers = { processes: 26, threads: 2, where: 'gunicorn.conf.py' };
      const persistent = await found({ maxAgeSeconds: null, workers });
      assert.equal(first(persistent), 'persistent-connections', all(persistent));
      assert.match(
        persistent.findings[0]?.sentence ?? '',
        /26 processes × 2 threads \(gunicorn\.conf\.py\) may hold 52/u,
      );
      const pooled = await found({ poolSize: 12 });
      assert.equal(first(pooled), 'pool-size', all(pooled));
      const others = await found({ users: ['shop'] });
      assert.equal(first(others), 'other-application', all(others));
      await admin.query('ALTER DATABASE crowded CONNECTION LIMIT 55');
      const limited = await found({});
      assert.equal(first(limited), 'own-limit', all(limited));
      await admin.query('ALTER DATABASE crowded CONNECTION LIMIT -1');
      // None of them has been idle for longer than a request takes until now.
      const early = await found({});
      assert.notEqual(first(early), 'connection-leak', all(early));
      await Promise.all(web.slice(0, 12).map((one) => one.query(`BEGIN; SELECT '${CANARY}'`)));
      const clock = await client('crowded', 'clock');
      await clock.query('BEGIN');
      await olderThan5s(clock);
      await clock.end();
      const later = await found({});
      assert.deepEqual(
        later.findings.map(({ cause: { id } }) => id),
        ['connection-leak', 'idle-in-transaction'],
        all(later),
      );
      assert.equal(first(later), 'connection-leak');
      await Promise.all(web.map((one) => one.end()));
    });

    it('are none on a site that is fine; and a role that sees little is told what it can’t see', async () => {
      const { admin, traffic } = await site('fine', 0);
      await admin.query("CREATE ROLE blind LOGIN PASSWORD 'blind-password'");
      await admin.query('GRANT SELECT ON django_session TO blind');
      for (const symptom of ['load', 'connections'] as const) {
        const fine = await look(() => bench.monitor('fine'), { symptom });
        assert.equal(first(fine), 'nothing', all(fine));
      }
      const busy = await Promise.all(Array.from({ length: 52 }, () => client('fine', 'web')));
      const connectionString = bench.server.connectionString('fine', 'blind', 'blind-password');
      const blind = await look(() => bench.monitor('fine', { connectionString }), {
        symptom: 'connections',
        use: { ...USE, maxAgeSeconds: null },
      });
      const unseen = blind.unseen.map(({ cause: { id } }) => id);
      assert.ok(unseen.includes('persistent-connections') && unseen.includes('idle-in-transaction'), all(blind));
      for (const { reason } of blind.unseen) assert.match(reason, /[a-z].*\.$/u);
      await Promise.all(busy.map((one) => one.end()));
      await traffic.stop();
    });

    it('name a chain of locks with who blocks whom', async () => {
      const { admin, traffic } = await site('locks');
      await admin.query('CREATE TABLE stock (id int PRIMARY KEY, n int)');
      await admin.query('INSERT INTO stock VALUES (1, 0), (2, 0)');
      const [a, b, c] = await Promise.all(['cron', 'web-1', 'web-2'].map((name) => client('locks', name)));
      assert.ok(a && b && c);
      await a.query('BEGIN');
      await a.query(`UPDATE stock SET n = 1 WHERE id = 1 AND '${CANARY}' <> ''`);
      await b.query('BEGIN');
      await b.query('UPDATE stock SET n = 1 WHERE id = 2');
      const waiting = [b.query('UPDATE stock SET n = 2 WHERE id = 1'), c.query('UPDATE stock SET n = 2 WHERE id = 2')];
      const found = await look(() => bench.monitor('locks'), { symptom: 'load' });
      assert.equal(first(found), 'lock-waits', all(found));
      const [finding] = found.findings;
      assert.match(finding?.sentence ?? '', /Process \d+ of cron \(idle in transaction/u);
      const chain = finding?.exhibits.find(({ kind }) => kind === 'log');
      assert.match(
        chain?.kind === 'log' ? chain.text : '',
        /^Process \d+ of cron[^]*\n {4}waits[^]*web-1[^]*\n {8}waits[^]*web-2/u,
      );
      await traffic.stop();
      await a.query('ROLLBACK');
      await waiting[0];
      await b.query('ROLLBACK');
      await waiting[1];
    });

    it('end where they are cancelled midway, and leave no connection', async () => {
      const admin = await newDatabase(bench, 'cancelled');
      await createSessionTable(admin);
      const abort = new AbortController();
      const sources = new DatabaseSources({
        open: (signal) => bench.monitor('cancelled', {}).then((db) => (signal.throwIfAborted(), db)),
        table: DJANGO_SESSION,
        snapshot: () => Promise.resolve(unknown('None.')),
        watchSeconds: 60,
      });
      const began = performance.now();
      const causes = CAUSES.filter(({ id }) => id === 'lock-waits');
      const running = diagnose(sources.sources as unknown as EvidenceSources, {
        causes,
        signal: abort.signal,
        onProgress: () => setTimeout(() => abort.abort(), 300),
      });
      await assert.rejects(running, { name: 'AbortError' });
      await sources.close();
      assert.ok(performance.now() - began < 15_000);
      await eventually(async () => {
        const { rows } = await admin.query<{ n: number }>(
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'django-session-monitor' AND datname = 'cancelled'",
        );
        return rows[0]?.n === 0;
      }, 'its end');
    });

    // Each takes some seconds: npm run test:matrix.
    if (!IN_MATRIX) return;

    it('name who keeps dead rows', async () => {
      const { traffic } = await site('held', 60_000);
      const old = await client('held', 'report');
      await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await old.query('SELECT count(*) FROM django_session');
      await eventually(() => Promise.resolve(traffic.counts.updates > 1_500), 'many saves');
      await olderThan5s(old);
      const found = await look(() => bench.monitor('held'), { symptom: 'load' });
      assert.equal(first(found), 'old-transaction', all(found));
      assert.match(found.findings[0]?.sentence ?? '', /report \(idle in transaction/u);
      await old.query('ROLLBACK');
      await traffic.stop();
    });

    it('name statements by others, also one that is not over', async () => {
      const { traffic } = await site('others');
      const report = await client('others', 'report');
      const long = 'SELECT count(*) FROM generate_series(1, 20000000) AS a, generate_series(1, 100) AS b';
      const running = report.query(long).catch(() => undefined);
      const found = await look(() => bench.monitor('others'), { symptom: 'load' });
      assert.equal(first(found), 'other-statements', all(found));
      await (
        await bench.admin()
      ).query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'report'");
      await running;
      await traffic.stop();
    });

    it('name what is wrong with the indexes', async () => {
      const { admin, traffic } = await site('indexes', 12_000);
      const found = (): Promise<Diagnosis> => look(() => bench.monitor('indexes'), { symptom: 'load', seconds: 1 });
      // What a CREATE INDEX CONCURRENTLY leaves that finds two rows alike.
      await assert.rejects(
        admin.query('CREATE UNIQUE INDEX CONCURRENTLY broken ON django_session ((length(session_key)))'),
      );
      const invalid = await found();
      assert.equal(first(invalid), 'index-invalid', all(invalid));
      await admin.query('DROP INDEX broken');
      await admin.query('CREATE INDEX spare ON django_session (md5(session_key))');
      await eventually(() => Promise.resolve(traffic.counts.updates > 1_300), 'some saves');
      const spare = await found();
      assert.equal(first(spare), 'index-unused', all(spare));
      await admin.query('DROP INDEX spare, django_session_expire_date_a5c62663');
      const slow = await found();
      assert.equal(first(slow), 'expiry-index-missing', all(slow));
      await admin.query('ALTER TABLE django_session DROP CONSTRAINT django_session_pkey');
      await admin.query('DROP INDEX django_session_session_key_c0390e0f_like');
      const keyless = await found();
      assert.equal(first(keyless), 'key-index-missing', all(keyless));
      await traffic.stop();
    });
  },
  { settings: { max_connections: '70', autovacuum: 'off' } },
);
