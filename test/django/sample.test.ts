import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ensureDjango, type DjangoVersion } from '../kit/django.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';
import { copySample } from '../kit/sample.ts';

/** The sample project is what demo and tests rest on: it runs on both Djangos, and its middleware throttles. */

let postgres: TestPostgres;

before(async () => {
  postgres = await startPostgres();
});

after(async () => {
  await postgres.stop();
});

async function createDatabase(name: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.connectionString() });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
}

/** Requests of one visitor; prints as JSON which statements each sent to django_session. */
const VISIT = `
import json, django
django.setup()
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
call_command("migrate", verbosity=0)
visitor = Client(HTTP_HOST="127.0.0.1")
def request(send):
    with CaptureQueriesContext(connection) as captured:
        response = send()
    assert response.status_code in (200, 302), response.status_code
    return [q["sql"].split()[0] for q in captured if "django_session" in q["sql"] and not q["sql"].startswith("SELECT")]
steps = {}
steps["stranger"] = request(lambda: visitor.get("/"))
steps["cart"] = request(lambda: visitor.post("/cart/add/"))
steps["again"] = request(lambda: visitor.get("/"))
session = visitor.session
session["last_activity"] -= 901
session.save()
steps["later"] = request(lambda: visitor.get("/"))
steps["keys"] = sorted(visitor.session.keys())
steps["rows"] = Session.objects.count()
print(json.dumps(steps))
`;

for (const version of ['3.2', '5.2'] satisfies DjangoVersion[]) {
  test(`the sample project throttles saves on Django ${version}`, async (t) => {
    const django = await ensureDjango(version);
    if ('skip' in django) return t.skip(django.skip);
    const database = `shop_${version.replace('.', '_')}`;
    await createDatabase(database);
    const folder = await copySample(postgres.connectionString(database));
    t.after(() => rm(dirname(folder), { recursive: true, force: true }));
    await writeFile(join(folder, 'visit.py'), VISIT);
    const env = {
      PATH: process.env['PATH'],
      DJANGO_SETTINGS_MODULE: 'config.settings.dev',
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const in_ = { cwd: folder, env, timeoutMs: 120_000 };
    assert.match(await run(django.python, ['manage.py', 'check'], in_), /no issues/);
    const steps: unknown = JSON.parse(await run(django.python, ['visit.py'], in_));
    assert.deepEqual(steps, {
      stranger: [],
      cart: ['INSERT'],
      again: [],
      later: ['UPDATE'],
      keys: ['cart', 'last_activity'],
      rows: 1,
    });
  });
}
