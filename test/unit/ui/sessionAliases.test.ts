import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProjects } from '../../../src/django/project/findProject.ts';
import { judgeProject } from '../../../src/django/project/judgeProject.ts';
import type { DjangoProject } from '../../../src/django/project/project.ts';
import { SessionAliases, type AskAlias } from '../../../src/ui/connection/django/sessionAliases.ts';
import { below, memoryFileSystem } from '../django/memory.ts';

const database = (name: string): string =>
  `{'ENGINE': 'django.db.backends.postgresql', 'NAME': '${name}', 'USER': 'a', 'PASSWORD': 'b', 'HOST': 'localhost'}`;

/** A project of two databases whose router decides by the weather. */
async function routed(router: string): Promise<DjangoProject> {
  const files = below('/shop', {
    'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')",
    'shop/__init__.py': '',
    'shop/routers.py': `import weather\nclass Router:\n    def db_for_write(self, model, **hints):\n        return ${router}\n`,
    'shop/settings.py': `DATABASES = {'default': ${database('shop')}, 'visitors': ${database('visits')}}\nDATABASE_ROUTERS = ['shop.routers.Router']\n`,
  });
  const [project] = await findProjects(memoryFileSystem(files), '/shop', { settingsModule: '', environment: {} });
  return project ?? assert.fail('no project');
}

function kept(ask: AskAlias): { aliases: SessionAliases; changes: () => number } {
  const values = new Map<string, unknown>();
  let changes = 0;
  const memory = {
    get: (key: string) => values.get(key),
    keys: () => [...values.keys()],
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
  return { aliases: new SessionAliases(memory as never, ask, () => changes++), changes: () => changes };
}

test('where no router tells which database has the sessions, it is asked once, and remembered', async () => {
  const project = await routed('weather.now()');
  const asked: string[] = [];
  const { aliases, changes } = kept((_, name) => {
    asked.push(name);
    return Promise.resolve('visitors');
  });
  assert.equal(aliases.settled(project), project);
  await aliases.ask(project, 'shop');
  await aliases.ask(project, 'shop');
  assert.deepEqual([asked, changes()], [['shop'], 1]);
  const settled = aliases.settled(await routed('weather.now()'));
  assert.equal(settled.sessions?.alias, 'visitors');
  const judged = judgeProject(settled, 'visitors');
  assert.ok(judged.usable);
  assert.match(judged.notes.join(), /You have said that the sessions are in 'visitors'/u);
  assert.doesNotMatch(judged.notes.join(), /is not known|DATABASE_ROUTERS send/u);
});

test('who does not say is not asked again; what the text tells goes before, and nothing is asked then', async () => {
  const project = await routed('weather.now()');
  let asked = 0;
  const silent = kept(() => {
    asked++;
    return Promise.resolve(undefined);
  });
  await silent.aliases.ask(project, 'shop');
  await silent.aliases.ask(project, 'shop');
  assert.deepEqual([asked, silent.changes()], [1, 0]);
  assert.match(judgeProject(silent.aliases.settled(project), 'default').usable ? 'usable' : '', /usable/u);

  const { aliases } = kept(() => Promise.resolve('default'));
  await aliases.ask(project, 'shop');
  const told = await routed("'visitors'");
  assert.equal(aliases.settled(told), told);
  assert.equal(told.sessions?.alias, 'visitors');
});
