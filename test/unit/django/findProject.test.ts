import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProjectRoots, findProjects, readProject } from '../../../src/django/project/findProject.ts';
import { LITERAL, managePy } from '../../django/corpus/kit.ts';
import { below, memoryFileSystem } from './memory.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

const NO_MODULE = managePy('').replace(/^.*setdefault.*\n/m, '');

test('finds manage.py up to three levels down, and nothing in virtual environments', async () => {
  const files = Object.fromEntries(
    ['a', 'b/c/d', 'b/c/d/e', 'node_modules/x', '.venv/x', 'odd-venv/x', '.git/x', 'c/site-packages/x'].map(
      (folder) => [`${folder}/manage.py`, managePy('x.settings')],
    ),
  );
  const fs = memoryFileSystem(
    below('/w', {
      ...files,
      'odd-venv/pyvenv.cfg': '',
      'other/manage.py': 'print("of another tool")\n',
      'other/x.txt': '',
    }),
  );
  assert.deepEqual(await findProjectRoots(fs, '/w'), ['/w/a', '/w/b/c/d']);
  assert.deepEqual(await findProjectRoots(fs, '/w/nowhere'), []);
  assert.deepEqual(
    (await findProjects(fs, '/w', { environment: {} })).map((p) => p.root),
    ['/w/a', '/w/b/c/d'],
  );
});

/** What names the module, in falling precedence: each case has all the later sources too. */
const SOURCES: readonly (readonly [string, Record<string, string>])[] = [
  ['DJANGO_SETTINGS_MODULE in the environment', {}],
  ['.env', { '.env': 'DJANGO_SETTINGS_MODULE=m.dotenv\n' }],
  ['manage.py', { 'manage.py': managePy('m.manage') }],
  ['m/wsgi.py', { 'm/wsgi.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "m.wsgi_settings")\n' }],
  ['m2/asgi.py', { 'm2/asgi.py': 'import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "m.asgi_settings"\n' }],
  ['pytest.ini', { 'pytest.ini': '[pytest]\nDJANGO_SETTINGS_MODULE = m.pytest_ini\n' }],
  ['pyproject.toml', { 'pyproject.toml': '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "m.pyproject"\n' }],
  ['setup.cfg', { 'setup.cfg': '[tool:pytest]\nDJANGO_SETTINGS_MODULE = m.setup_cfg\n' }],
  ['the only settings module there is', { 'm/settings.py': '' }],
];

test('the settings module by precedence', async () => {
  const seen = new Set<string>();
  for (const [i, [from]] of SOURCES.entries()) {
    const files = Object.assign({ 'manage.py': NO_MODULE }, ...SOURCES.slice(i).map(([, f]) => f)) as Record<
      string,
      string
    >;
    const environment = i === 0 ? { DJANGO_SETTINGS_MODULE: 'm.environment' } : {};
    const fs = memoryFileSystem(below('/w', files));
    const project = await readProject(fs, '/w', { environment });
    assert.equal(project.settingsModuleFrom, from);
    assert.match(project.settingsModule, /^m\./);
    seen.add(project.settingsModule);
    const overridden = await readProject(fs, '/w', { environment, settingsModule: 'm.mine' });
    assert.deepEqual(
      [overridden.settingsModule, overridden.problems.at(-1)?.code],
      ['m.mine', 'settings-module-missing'],
    );
  }
  assert.equal(seen.size, SOURCES.length);
  const none = await readProject(memoryFileSystem(below('/w', { 'manage.py': NO_MODULE })), '/w', { environment: {} });
  assert.deepEqual(
    none.problems.map((p) => p.code),
    ['settings-module-unknown'],
  );
});

test('a module in src, imports in a circle and a file that is too large', async () => {
  const files = {
    'manage.py': managePy('shop.settings'),
    'src/shop/settings.py': `from .a import *\nfrom .huge import *\n${LITERAL}`,
    'src/shop/a.py': 'from .b import B\nA = 1\n',
    'src/shop/b.py': 'from .settings import *\nfrom .a import A\nB = 2\n',
    'src/shop/huge.py': `${'# filler\n'.repeat(150_000)}DATABASES = {}\n`,
  };
  const project = await readProject(memoryFileSystem(below('/w', files)), '/w', { environment: {} });
  assert.equal(project.databases[0]?.name, 'shop');
  assert.equal(project.files[0], '/w/src/shop/settings.py');
  assert.deepEqual(
    [...project.files].sort(),
    ['a.py', 'b.py', 'huge.py', 'settings.py']
      .map((f) => `/w/src/shop/${f}`)
      .concat('/w/manage.py')
      .sort(),
  );
  const { file, code } = project.problems.find((problem) => problem.file.endsWith('huge.py')) ?? {};
  assert.deepEqual([file, code], ['/w/src/shop/huge.py', 'settings-too-large']);
});

test('the place of an entry is that of its dictionary', async () => {
  const files = { 'manage.py': managePy('s'), 's.py': 'from t import *\n', 't.py': `# é🐎\n${LITERAL}` };
  const project = await readProject(memoryFileSystem(below('/w', files)), '/w', { environment: {} });
  const location = project.databases[0]?.location;
  assert.equal(location?.file, '/w/t.py');
  assert.ok(files['t.py'].slice(location.offset).startsWith("{\n        'ENGINE'"));
});

test('reading is quick, and every file is read once', async () => {
  const modules = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [
      `p/m${i}.py`,
      `from .m${i + 1} import *\nimport lib${i}\n${'X = [1, "a", {}]\n'.repeat(50)}`,
    ]),
  );
  const files = { 'manage.py': managePy('p.m0'), ...modules, 'p/m30.py': LITERAL };
  const fs = memoryFileSystem(below('/w', files));
  const started = cpuNow();
  const project = await readProject(fs, '/w', { environment: {} });
  assert.ok(cpuNow() - started < 3_000);
  assert.equal(project.databases[0]?.host, 'db.example.org');
  assert.equal(new Set(fs.reads).size, fs.reads.length);
});
