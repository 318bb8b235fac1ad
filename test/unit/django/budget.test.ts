import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../../src/django/project/findProject.ts';
import { MAX_PYTHON } from '../../../src/django/python/syntax/maxText.ts';
import { planProjectRollback } from '../../../src/django/rollback/projectRollback.ts';
import { planRollback } from '../../../src/django/rollback/rollback.ts';
import { fixesFor } from '../../../src/django/settings/checks/fixes.ts';
import { describeSettings } from '../../../src/django/settings/checks/settingsFile.ts';
import { readSettings } from '../../../src/django/settings/model/settingsModel.ts';
import { outlineSettings } from '../../../src/django/settings/model/settingsOutline.ts';
import { describeThrottle } from '../../../src/django/throttle/describeThrottle.ts';
import { IN_MATRIX } from '../../kit/inMatrix.ts';
import { THROTTLE } from '../../processes/django/rollback/corpus.ts';
import { memoryFileSystem } from './memory.ts';

/** Settings that are made to take long, or to go deep: everything that reads them ends soon, and throws nothing. */

const MIDDLEWARE = `MIDDLEWARE = [\n    'a.b.C',\n    '${THROTTLE}',\n]\n`;
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');
const nested = (count: number, open: string, inner: string, close = ''): string =>
  `${open.repeat(count)}${inner}${close.repeat(count)}`;

const DEEP = 2_400;
const LONG: Readonly<Record<string, string>> = {
  'tuples in tuples': `t = ('a"',)\n${lines(13, () => 't = (t, t)\n')}d = {t: 1}\n`,
  'tuples in tuples in a loop': `t = ('a"',)\n${lines(12, () => 't = (t, t)\n')}for i in [${'1,'.repeat(30)}]:\n    d = {t: i}\n`,
  'tuples in tuples without end': `t = (1,)\n${lines(60, () => 't = (t, t)\n')}d = {t: 1}\nx = t in [t, t]\nX = t == t\n`,
  'a tuple around a tuple': `t = (1,)\nfor i in [${'1,'.repeat(400)}]:\n  for j in [${'1,'.repeat(400)}]:\n    t = (t,)\nd = {t: 1}\n`,
  'lists in lists': `LISTS = [1]\n${lines(60, () => 'LISTS = [LISTS, LISTS]\n')}`,
  'dicts in dicts': `D = {}\n${lines(60, () => "D = {'a': D, 'b': D, 'c': D}\n")}`,
  'wide lists in lists': `W = [${'1, '.repeat(100)}]\n${lines(8, () => `W = [${'W, '.repeat(100)}]\n`)}`,
  'a dict in itself': "D = {'a': {}}\nD['a']['b'] = D\nL = []\nL.append(L)\n",
  'loops in loops': `a = [${'1, '.repeat(400)}]\nfor i in a:\n  for j in a:\n    for k in a:\n      x = [*a, *a]\n`,
  'long lists in a loop': `a = [${'1, '.repeat(9_000)}]\nfor i in [${'1,'.repeat(400)}]:\n  b = a + [1]\n  c = list(b)\n  d = 5 in b\n`,
  'long texts in loops': `a = 'x' * 10000\nfor i in [${'1,'.repeat(400)}]:\n  for j in [${'1,'.repeat(400)}]:\n    b = (a + a).upper()\n`,
  conditions: lines(4_000, (i) => `if A${i}:\n    B = ${i}\n`),
  'conditions around the list': `MIDDLEWARE = []\n${lines(2_000, (i) => `if A${i}:\n    MIDDLEWARE += ['a.b.C${i}']\n`)}`,
  'a folder above none': 'import environ\nA = environ.Path(__file__) - (0 - 1)\nB = environ.Path(__file__) - 10 ** 9\n',
  parentheses: `A = ${nested(DEEP, '(', '1', ')')}\n`,
  'parentheses around the list': `MIDDLEWARE = ${nested(DEEP, '(', `['a.b.C']`, ')')}\n`,
  'lists around the list': `MIDDLEWARE = ${nested(DEEP, '[*', `['a.b.C']`, ']')}\n`,
  sums: `MIDDLEWARE = ['a.b.C']${lines(DEEP, (i) => ` + ['a.b.C${i}']`)}\n`,
  'comprehensions of comprehensions': `r = range(9000)\nMIDDLEWARE = [str(a) for a in r for b in r for c in r if a == b == c]\nA = ${nested(40, '[', 'a', ' for a in r]')}\n`,
  'sums of numbers': `A = 1${' + 1'.repeat(DEEP)}\n`,
  signs: `A = ${'-'.repeat(DEEP)}1\n`,
  negations: `A = ${'not '.repeat(DEEP)}1\n`,
  attributes: `A = a${'.b'.repeat(DEEP)}\n`,
  'attributes of the list': `MIDDLEWARE${'.b'.repeat(DEEP)}.append('a.b.C')\n`,
  calls: `A = a${'()'.repeat(DEEP)}\n`,
  'calls in calls': `MIDDLEWARE = ${nested(DEEP, 'list(', `['a.b.C']`, ')')}\n`,
  subscripts: `A = a${'[0]'.repeat(DEEP)}\n`,
  'conditional expressions': `MIDDLEWARE = ${"['a.b.C'] if x else ".repeat(DEEP)}[]\n`,
  lambdas: `A = ${'lambda: '.repeat(DEEP)}1\n`,
  'f-strings': `A = ${nested(200, "f'{", '1', "}'")}\n`,
  blocks: `${lines(500, (i) => `${' '.repeat(i)}if A:\n`)}${' '.repeat(500)}MIDDLEWARE = ['a.b.C']\n`,
  targets: `${nested(DEEP, '[', 'A', ']')} = x\ndel ${nested(DEEP, '(', 'A', ')')}\n`,
  patterns: `match x:\n    case ${nested(DEEP, '[', 'A', ']')}:\n        MIDDLEWARE = []\n`,
  branches: `if A:\n  MIDDLEWARE = []\n${lines(2_000, (i) => `elif A${i}:\n  MIDDLEWARE = ['a.b.C${i}']\n`)}`,
};

/** CPU time in milliseconds: what others do on the machine at the same time is not counted. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Ten times what is aimed at, 200 ms a file, because a compiler and a collector of garbage run in the same process. */
const MAX_MS = 2_000;

const ROOT = '/srv/shop';
const MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf')\n";

type Way = 'settings' | 'fixes' | 'disable' | 'fullRollback' | 'restore' | 'project';
const WAYS: readonly Way[] = ['settings', 'fixes', 'disable', 'fullRollback', 'restore', 'project'];

async function endsSoon(whole: string, ways: readonly Way[]): Promise<void> {
  const read: Readonly<Record<Exclude<Way, 'project'>, () => unknown>> = {
    settings: () => {
      const model = readSettings(whole);
      return [describeSettings(model), outlineSettings(model)];
    },
    fixes: () => fixesFor(whole, { code: 'throttle-order', from: 0 }, {}),
    disable: () => planRollback(whole, 'disable'),
    fullRollback: () => planRollback(whole, 'fullRollback'),
    restore: () => planRollback(whole.replace(`'${THROTTLE}'`, `# [session-monitor: off] '${THROTTLE}'`), 'restore'),
  };
  for (const way of ways) if (way !== 'project') assert.ok(cost(read[way]) < MAX_MS, way);
  if (!ways.includes('project')) return;
  const files = memoryFileSystem({ [`${ROOT}/manage.py`]: MANAGE, [`${ROOT}/conf.py`]: whole });
  const project = await readProject(files, ROOT, { environment: {} });
  const texts = new Map([[`${ROOT}/conf.py`, whole]]);
  assert.ok(cost(() => describeThrottle(project, texts)) < MAX_MS, 'throttle');
  assert.ok(cost(() => planProjectRollback(project, texts, 'fullRollback')) < MAX_MS * 2, 'project rollback');
}

for (const [name, text] of Object.entries(LONG)) {
  test(`everything that reads settings ends soon: ${name}`, async () => {
    await endsSoon(text + MIDDLEWARE, WAYS);
    // With the list before it `npm run test:matrix` asks the other ways too.
    await endsSoon(MIDDLEWARE + text, IN_MATRIX ? WAYS : ['settings', 'fullRollback']);
  });
}

test('what is not followed to its end is not known, and the project says so', async () => {
  const burn = `a = [${'1, '.repeat(400)}]\nfor i in a:\n  for j in a:\n    for k in a:\n      x = k\n`;
  const conf = `MIDDLEWARE = ['a.b.C']\nSESSION_COOKIE_AGE = 60\n${burn}MIDDLEWARE = ['${THROTTLE}']\nSESSION_COOKIE_AGE = 5\n`;
  const files = memoryFileSystem({ [`${ROOT}/manage.py`]: MANAGE, [`${ROOT}/conf.py`]: conf });
  const project = await readProject(files, ROOT, { environment: {} });
  assert.equal(project.middleware, undefined);
  assert.equal(project.sessionCookieAge, undefined);
  const told = project.problems.find(({ code }) => code === 'settings-too-large');
  assert.match(told?.message ?? '', /^The settings are too large to be followed behind line \d+\.$/);
  assert.equal(planRollback(conf, 'disable').kind, 'refused');
});

test('a file that is too large is not read, and the project says so', async () => {
  const conf = `${MIDDLEWARE}A = '${'x'.repeat(MAX_PYTHON)}'\n`;
  const files = memoryFileSystem({ [`${ROOT}/manage.py`]: MANAGE, [`${ROOT}/conf.py`]: conf });
  const project = await readProject(files, ROOT, { environment: {} });
  assert.equal(project.middleware, undefined);
  assert.match(
    project.problems.map(({ message }) => message).join('\n'),
    /has more than 500,000 characters, and is not read/,
  );
  const plan = planRollback(conf, 'disable');
  assert.match(plan.kind === 'refused' ? plan.reason : plan.kind, /too large/);
});

test('a text that the parser would take long over is left after a second, and said to be unread', async () => {
  const conf = `${MIDDLEWARE}SESSION_COOKIE_AGE = 60\n${'a.b.('.repeat(95_000)}\n`;
  let model: ReturnType<typeof readSettings> | undefined;
  assert.ok(cost(() => (model = readSettings(conf))) < MAX_MS);
  assert.ok(model !== undefined);
  const files = memoryFileSystem({
    [`${ROOT}/manage.py`]: MANAGE,
    [`${ROOT}/conf.py`]: 'from base import *\n',
    [`${ROOT}/base.py`]: conf,
  });
  const project = await readProject(files, ROOT, { environment: {} });
  assert.equal(project.middleware, undefined);
  assert.equal(project.sessionCookieAge, undefined);
  const told = project.problems.filter(({ file }) => file.endsWith('/base.py')).map(({ message }) => message);
  assert.equal(told.length, 1);
  assert.match(told.join(), /^The file takes too long to be read \(line 6 was reached\), so nothing of it is\.$/);
  const shown = describeSettings(model);
  assert.deepEqual(shown.middleware, []);
  assert.deepEqual(
    shown.problems.map(({ code }) => code),
    ['settings-syntax-error'],
  );
  const plan = planRollback(conf, 'disable');
  assert.match(plan.kind === 'refused' ? plan.reason : plan.kind, /takes too long/);
});
