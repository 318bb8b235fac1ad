import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import pg from 'pg';
import { clearExpiredSessions } from '../../src/postgres/cleanup/cleanup.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { ensureDjango } from '../kit/django.ts';
import { startPostgres } from '../kit/postgres.ts';
import { spawnGuarded, run } from '../kit/process.ts';
import { copySample } from '../kit/sample.ts';

/**
 * Real Django saves sessions that have expired, as a request does whose clock is a little behind, while a cleanup deletes them: what
 * Django says that it saved must be there.
 */

/** Says when the first is saved; writes which keys Django took for saved, and how many it was told to be gone. */
const RENEW = `
import json, django
django.setup()
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
keys = list(Session.objects.filter(expire_date__lt=timezone.now()).order_by("session_key").values_list("session_key", flat=True)[::7])
saved, lost = [], 0
for key in keys:
    store = SessionStore(key)
    store._session_cache = {"renewed": True}
    try:
        store.save()
        saved.append(key)
        if len(saved) == 1:
            print("began", flush=True)
    except UpdateError:
        lost += 1
with open("saves.json", "w") as file:
    json.dump({"saved": saved, "lost": lost}, file)
`;

const MIGRATE =
  'import django; django.setup(); from django.core.management import call_command; call_command("migrate", verbosity=0)';

const FILL = `INSERT INTO django_session SELECT md5(i::text), 'x', now() + CASE WHEN i % 2 = 0 THEN interval '-1 day' ELSE interval '1 day' END
  FROM generate_series(1, 40000) AS i`;

/** Before the first suite: what is registered after an await may come after the end of the tests. */
const INSTALLED = await Promise.all(
  (
    [
      ['3.2', 15],
      ['5.2', 18],
    ] as const
  ).map(async ([version, major]) => ({ version, major, django: await ensureDjango(version) })),
);

for (const { version, major, django } of INSTALLED) {
  suite(`Django ${version} on PostgreSQL ${major}`, { skip: 'skip' in django ? django.skip : false }, () => {
    test('a session that Django saves while a cleanup runs survives, and clearsessions then finds nothing', async (t) => {
      const python = 'python' in django ? django.python : '';
      const server = await startPostgres({ major });
      t.after(() => server.stop());
      const connectionString = server.connectionString();
      const folder = await copySample(connectionString);
      t.after(() => rm(dirname(folder), { recursive: true }));
      const env = { ...process.env, DJANGO_SETTINGS_MODULE: 'config.settings.dev' };
      await run(python, ['-c', MIGRATE], { cwd: folder, env });
      const admin = new pg.Client({ connectionString });
      admin.on('error', () => undefined); // the server is stopped first
      await admin.connect();
      t.after(() => admin.end());
      await admin.query(FILL);

      let ready = (): void => undefined;
      const saving = new Promise<void>((resolve) => (ready = resolve));
      const renewing = spawnGuarded(python, ['-c', RENEW], { cwd: folder, env, onOutput: () => ready() });
      t.after(() => renewing.stop());
      await Promise.race([saving, renewing.exited.then(() => assert.fail(renewing.output()))]);
      const db = await connect({ connectionString });
      const result = await clearExpiredSessions(db, { pace: 'gentle', targetBatchMs: 5 });
      await db.close();
      assert.equal(await renewing.exited, 0, renewing.output());

      const saves = JSON.parse(await readFile(join(folder, 'saves.json'), 'utf8')) as { saved: string[]; lost: number };
      const { saved, lost } = saves;
      assert.ok(saved.length > 0 && lost > 0, `${saved.length} were saved in time, ${lost} not`);
      const { rows } = await admin.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM django_session WHERE session_key = ANY ($1) AND expire_date > now()',
        [saved],
      );
      assert.equal(rows[0]?.n, saved.length, 'what Django saved is there');
      const { rows: left } = await admin.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM django_session WHERE expire_date < now()',
      );
      assert.deepEqual([result.remainingExpired, left[0]?.n, result.outcome], [0, 0, 'done'], JSON.stringify(result));
      assert.equal(result.deleted, 20_000 - saved.length);
      const before = await admin.query('SELECT FROM django_session');
      await run(python, ['manage.py', 'clearsessions'], { cwd: folder, env });
      assert.equal((await admin.query('SELECT FROM django_session')).rowCount, before.rowCount);
    });
  });
}
