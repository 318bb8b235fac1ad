import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { askDjango } from '../../src/django/project/askDjango.ts';
import { readProject } from '../../src/django/project/findProject.ts';
import { ensureDjango, importable } from '../kit/django.ts';
import { SESSION_MODELS } from './corpus/sessionModels.ts';
import { SESSION_ROUTERS } from './corpus/sessionRouters.ts';

/** The table that the text of a project names is the one that its Django uses, in both versions. */

let folder = '';
before(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'dsm-models-')));
});
after(async () => rm(folder, { recursive: true, force: true }));

async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
}

/** All before the first suite: what is registered after an await may come after the end of the tests. */
const INSTALLED = await Promise.all(
  (['3.2', '5.2'] as const).map(async (version) => {
    const django = await ensureDjango(version);
    const modules = [...new Set(SESSION_MODELS.flatMap(({ needs = [] }) => needs))];
    return { version, django, present: 'python' in django ? await importable(django.python, modules) : [] };
  }),
);

for (const { version, django, present } of INSTALLED) {
  const python = 'python' in django ? django.python : '';
  suite(`with Django ${version}`, { skip: 'skip' in django ? django.skip : false, concurrency: 4 }, () => {
    for (const [i, { name, files, expected, needs = [] }] of SESSION_MODELS.entries()) {
      const missing = needs.filter((module) => !present.includes(module));
      const skip = missing.length > 0 ? `${python} has no ${missing.join(', ')}` : false;
      test(name, { skip }, async () => {
        const root = path.join(folder, version, `project-${i}`);
        await write(root, files);
        const environment = { PATH: process.env.PATH };
        const { sessions: read } = await readProject(nodeFileSystem, root, { environment });
        const { sessions: said } = await askDjango({ root, python, environment });
        assert.equal(said?.engine, read?.engine);
        if (expected.table === undefined && expected.without === undefined) {
          assert.equal(read?.table, undefined, 'it is not guessed');
          return;
        }
        if (read?.without !== undefined) assert.equal(said?.table, undefined, 'it has no model either');
        else assert.deepEqual([said?.schema, said?.table], [read?.schema, read?.table], said?.why);
        assert.equal(said?.cached === true, read?.cached === true);
      });
    }
    for (const [i, { name, files, alias, asked }] of SESSION_ROUTERS.entries()) {
      test(`routers: ${name}`, async () => {
        const root = path.join(folder, version, `routers-${i}`);
        await write(root, files);
        const environment = { PATH: process.env.PATH };
        const { sessions: read } = await readProject(nodeFileSystem, root, { environment });
        const { sessions: said } = await askDjango({ root, python, environment });
        assert.equal(said?.table, 'django_session', said?.why);
        assert.equal(said.alias, alias ?? asked, said.aliasWhy);
        if (alias === undefined) assert.equal(read?.alias, undefined, 'it is not guessed');
        else assert.equal(read?.alias, alias);
        if (said.alias === undefined) assert.match(said.aliasWhy ?? '', /^Django raised (?:LookupError|KeyError)/);
      });
    }
  });
}
