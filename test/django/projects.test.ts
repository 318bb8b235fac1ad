import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { askDjango } from '../../src/django/project/askDjango.ts';
import { readProject } from '../../src/django/project/findProject.ts';
import type { DatabaseSettings, DjangoProject } from '../../src/django/project/project.ts';
import { ensureDjango, importable } from '../kit/django.ts';
import { CORPUS, type CorpusProject } from './corpus/index.ts';

/** What the text of a project is read as must be what Django itself says, in both versions. */

let folder = '';
before(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'dsm-projects-')));
});
after(async () => rm(folder, { recursive: true, force: true }));

async function write(root: string, project: CorpusProject): Promise<void> {
  for (const [name, text] of Object.entries(project.files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
}

/** '' and None are the same to Django; the old name of the engine is the same engine. */
function comparable(db: DatabaseSettings): unknown {
  const { alias, name = '', user = '', password = '', host = '', port = '', options } = db;
  return {
    alias,
    engine: db.engine.replace(/_psycopg2$/, ''),
    kind: db.kind,
    name,
    user,
    password,
    host,
    port,
    options,
  };
}

function session(project: DjangoProject): unknown {
  return {
    engine: project.sessionEngine ?? 'django.contrib.sessions.backends.db',
    age: project.sessionCookieAge ?? 1_209_600,
    everyRequest: project.sessionSaveEveryRequest ?? false,
  };
}

/** All before the first suite: what is registered after an await may come after the end of the tests. */
const INSTALLED = await Promise.all(
  (['3.2', '5.2'] as const).map(async (version) => {
    const django = await ensureDjango(version);
    const modules = [...new Set(CORPUS.flatMap((project) => project.needs ?? []))];
    return { version, django, present: 'python' in django ? await importable(django.python, modules) : [] };
  }),
);

for (const { version, django, present } of INSTALLED) {
  const skip = 'skip' in django ? django.skip : false;
  const python = 'python' in django ? django.python : '';
  suite(`with Django ${version}`, { skip }, () => {
    for (const project of CORPUS) {
      if (project.unlikeDjango !== undefined) continue;
      const missing = (project.needs ?? []).filter((module) => !present.includes(module));
      const without = missing.length > 0 ? `${python} has no ${missing.join(', ')}` : false;
      test(project.name, { skip: without }, async () => {
        const root = path.join(folder, version, project.name.replace(/\W+/g, '-'));
        await write(root, project);
        const environment = { PATH: process.env.PATH, ...project.environment };
        const read = await readProject(nodeFileSystem, root, { environment });
        const said = await askDjango({ root, python, environment: { ...environment, ...project.inContainer } });
        assert.equal(said.settingsModule, read.settingsModule);
        assert.ok(read.databases.length > 0);
        const byAlias = (a: DatabaseSettings, b: DatabaseSettings): number => a.alias.localeCompare(b.alias);
        const saidDatabases = said.databases.filter(
          (db) => db.engine !== '' && db.engine !== 'django.db.backends.dummy',
        );
        assert.deepEqual(
          [...read.databases].sort(byAlias).map(comparable),
          saidDatabases.sort(byAlias).map(comparable),
        );
        assert.deepEqual(session(read), session(said));
      });
    }
  });
}
