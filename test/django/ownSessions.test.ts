import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import pg from 'pg';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { readProject } from '../../src/django/project/findProject.ts';
import { judgeProject } from '../../src/django/project/judgeProject.ts';
import { clearExpiredSessions, previewCleanup } from '../../src/postgres/cleanup/cleanup.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { checkSessionTable } from '../../src/postgres/readings/checkTable.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { ensureDjango } from '../kit/django.ts';
import { startPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';
import { managePy } from './corpus/kit.ts';

/**
 * A project with an engine and a model of its own, to which rows of another table refer: the right table is watched and cleared, what is
 * kept is left to Django's own clearsessions, and the table of before is named.
 */

const FILES = {
  'manage.py': managePy('shop.settings'),
  'shop/__init__.py': '',
  'members/__init__.py': '',
  'members/engine.py': `from django.contrib.sessions.backends.db import SessionStore as DBStore

class SessionStore(DBStore):
    @classmethod
    def get_model_class(cls):
        from .models import Visit
        return Visit

    def create_model_instance(self, data):
        visit = super().create_model_instance(data)
        visit.member_id = data.get('member')
        return visit
`,
  'members/models.py': `from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

class Visit(AbstractBaseSession):
    member_id = models.IntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls):
        from members.engine import SessionStore
        return SessionStore

class Basket(models.Model):
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE)
`,
};

const SAVE = `
import datetime, django
django.setup()
from django.contrib.sessions.backends.db import SessionStore as Old
from django.utils import timezone
from members.engine import SessionStore
from members.models import Basket, Visit
old = Old()
old['cart'] = [1]
old.create()
for i in range(20):
    store = SessionStore()
    store['member'] = i
    store.save()
past = timezone.now() - datetime.timedelta(days=1)
keys = list(Visit.objects.order_by('member_id').values_list('session_key', flat=True))
Visit.objects.filter(session_key__in=keys[:12]).update(expire_date=past)
for key in keys[:3] + keys[15:16]:
    Basket.objects.create(visit_id=key)
`;

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
    test('an own model is watched and cleared; what rows of another table refer to is left to clearsessions', async (t) => {
      const python = 'python' in django ? django.python : '';
      const server = await startPostgres({ major });
      t.after(() => server.stop());
      const url = new URL(server.connectionString());
      const root = await realpath(await mkdtemp(path.join(tmpdir(), 'dsm-own-')));
      t.after(() => rm(root, { recursive: true }));
      const settings = `SECRET_KEY = 'not-secret'
INSTALLED_APPS = ['django.contrib.sessions', 'members']
SESSION_ENGINE = 'members.engine'
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': '${url.pathname.slice(1)}', 'USER': '${url.username}',
    'PASSWORD': '${url.password}', 'HOST': '${url.hostname}', 'PORT': '${url.port}'}}
`;
      for (const [name, text] of Object.entries({ ...FILES, 'shop/settings.py': settings })) {
        await mkdir(path.dirname(path.join(root, name)), { recursive: true });
        await writeFile(path.join(root, name), text);
      }
      const env = { ...process.env, DJANGO_SETTINGS_MODULE: 'shop.settings' };
      await run(python, ['manage.py', 'migrate', '--run-syncdb', '--verbosity', '0'], { cwd: root, env });
      await run(python, ['-c', SAVE], { cwd: root, env });

      const project = await readProject(nodeFileSystem, root, { environment: {} });
      const table = { name: project.sessions?.table ?? 'django_session' };
      assert.deepEqual(table, { name: 'members_visit' });
      const judgement = judgeProject(project);
      assert.match(
        judgement.usable ? judgement.notes.join() : '',
        /kept in members_visit, by SESSION_ENGINE 'members\.engine'/u,
      );
      const db = await connect({ connectionString: server.connectionString() });
      t.after(() => db.close());
      await checkSessionTable(db, table);
      const { sessions } = await readSessionMetrics(db, { table });
      assert.deepEqual([sessions.total.value, sessions.active.value, sessions.expired.value], [20, 8, 12]);
      const { tables } = await readDetailMetrics(db, { table });
      assert.deepEqual(
        tables.value?.map(({ name, watched }) => [name, watched]),
        [
          ['members_visit', true],
          ['django_session', false],
        ],
      );
      const preview = await previewCleanup(db, { table });
      assert.deepEqual([preview.expired.value, preview.kept.value, preview.stay.value], [9, 3, 11]);
      const result = await clearExpiredSessions(db, { table });
      assert.deepEqual([result.deleted, result.remainingExpired], [9, 3]);
      const counts = async (): Promise<unknown[]> => {
        const client = new pg.Client({ connectionString: server.connectionString() });
        await client.connect();
        const found = [];
        for (const name of ['members_visit', 'members_basket', 'django_session'])
          found.push((await client.query(`SELECT FROM ${name}`)).rowCount);
        await client.end();
        return found;
      };
      assert.deepEqual(await counts(), [11, 4, 1], 'nothing of another table is touched');
      await run(python, ['manage.py', 'clearsessions'], { cwd: root, env });
      assert.deepEqual(await counts(), [8, 1, 1], 'Django deletes them with what refers to them');
    });
  });
}
