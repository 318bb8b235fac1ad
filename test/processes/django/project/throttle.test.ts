import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readProject } from '../../../../src/django/project/findProject.ts';
import type { DjangoProject } from '../../../../src/django/project/project.ts';
import { planProjectRollback, type ProjectRollbackPlan } from '../../../../src/django/rollback/projectRollback.ts';
import { describeThrottle, type ProjectThrottle } from '../../../../src/django/throttle/describeThrottle.ts';
import { settingsFilesOf } from '../../../../src/django/throttle/otherSettings.ts';
import { managePy } from '../../../django/corpus/kit.ts';
import { below, memoryFileSystem } from '../../../unit/django/memory.ts';
import { SESSION, THROTTLE } from './corpus.ts';

const ROOT = '/srv/shop';
const S = `'${SESSION}'`;
const T = `'${THROTTLE}'`;
const LIST = `MIDDLEWARE = [\n    ${S},\n    ${T},\n]\n`;
const WITHOUT = `MIDDLEWARE = [${S}]\n`;

interface Read {
  readonly project: DjangoProject;
  readonly texts: Map<string, string>;
  readonly throttle: ProjectThrottle;
}

/** A project with the package `conf`; what is looked at is what `settingsFilesOf` names. */
async function read(conf: Readonly<Record<string, string>>, module = 'conf.dev'): Promise<Read> {
  const named = Object.fromEntries(Object.entries(conf).map(([name, text]) => [`conf/${name}`, text]));
  const files = below(ROOT, { 'manage.py': managePy(module), 'conf/urls.py': 'urlpatterns = []\n', ...named });
  const fs = memoryFileSystem(files);
  const project = await readProject(fs, ROOT, { environment: { STAGE: 'one' } });
  const texts = new Map<string, string>();
  for (const file of await settingsFilesOf(fs, project)) texts.set(file, files[file] ?? '');
  return { project, texts, throttle: describeThrottle(project, texts) };
}

const conf = (name: string): string => path.join(ROOT, 'conf', name);

function reason(plan: ProjectRollbackPlan, kind: 'nothing' | 'refused'): string {
  assert.equal(plan.kind, kind, JSON.stringify(plan));
  return 'reason' in plan ? plan.reason : '';
}

/** What decides: state, file and the text of the place. */
function shown({ throttle, texts }: Read): (string | undefined)[] {
  const { state, place } = throttle;
  if (place === undefined) return [state];
  return [state, path.basename(place.file), texts.get(place.file)?.slice(place.from, place.to)];
}

const STAR = 'from .base import *\n';

/** Files, and what decides. */
const CASES: readonly (readonly [string, Record<string, string>, (string | undefined)[]])[] = [
  ['on in the base', { 'base.py': LIST, 'dev.py': STAR }, ['on', 'base.py', T]],
  ['nowhere', { 'base.py': WITHOUT, 'dev.py': STAR }, ['absent']],
  ['no list at all', { 'dev.py': 'DEBUG = True\n' }, ['absent']],
  ['commented out', { 'base.py': LIST.replace(T, `# ${T}`), 'dev.py': STAR }, ['off', 'base.py', T]],
  [
    'rolled back in a list of another name',
    { 'base.py': `COMMON = [\n    # [session-monitor: off] ${T},\n]\n`, 'dev.py': `${STAR}MIDDLEWARE = COMMON\n` },
    ['off', 'base.py', T],
  ],
  [
    'removed by a full rollback',
    { 'base.py': LIST.replace(T, `# [session-monitor: removed] ${T}`), 'dev.py': STAR },
    ['off', 'base.py', `# [session-monitor: removed] ${T},`],
  ],
  ['another list in its place', { 'base.py': LIST, 'dev.py': STAR + WITHOUT }, ['off', 'base.py', T]],
  ['taken out again', { 'base.py': LIST, 'dev.py': `${STAR}MIDDLEWARE.remove(${T})\n` }, ['off', 'base.py', T]],
  ['the same in both', { 'base.py': LIST, 'dev.py': STAR + LIST }, ['on', 'dev.py', T]],
  [
    'a branch that is taken',
    { 'base.py': WITHOUT, 'dev.py': `import os\n${STAR}if os.environ['STAGE'] == 'one':\n    MIDDLEWARE += [${T}]\n` },
    ['on', 'dev.py', T],
  ],
  [
    'a branch that is not taken',
    { 'base.py': WITHOUT, 'dev.py': `import os\n${STAR}if os.environ['STAGE'] == 'two':\n    MIDDLEWARE += [${T}]\n` },
    ['off', 'dev.py', T],
  ],
  [
    'a condition that is not known',
    { 'base.py': WITHOUT, 'dev.py': `${STAR}from elsewhere import A\nif A:\n    MIDDLEWARE += [${T}]\n` },
    ['unknown', 'dev.py', T],
  ],
  ['a list of a package', { 'dev.py': 'from company.settings import *\n' }, ['unknown']],
  [
    'a list of a package, and more',
    { 'dev.py': `from company.settings import *\nMIDDLEWARE += [${T}]\n` },
    ['on', 'dev.py', T],
  ],
  [
    'by a name',
    { 'base.py': `THROTTLE = ${T}\n`, 'dev.py': `${STAR}MIDDLEWARE = [${S}, THROTTLE]\n` },
    ['on', 'dev.py', 'THROTTLE'],
  ],
  ['no entry that stands anywhere', { 'dev.py': `MIDDLEWARE = "a.B ${THROTTLE}".split()\n` }, ['on']],
  ['the name before Django 1.10', { 'dev.py': LIST.replace('MIDDLEWARE', 'MIDDLEWARE_CLASSES') }, ['on', 'dev.py', T]],
  [
    'split-settings',
    {
      'dev.py': `from split_settings.tools import include, optional\ninclude('parts/*.py', optional('local.py'))\n`,
      'parts/a.py': WITHOUT,
      'parts/b.py': `MIDDLEWARE = MIDDLEWARE + [${T}]\n`,
    },
    ['on', 'b.py', T],
  ],
];

for (const [name, files, expected] of CASES) {
  test(`which file decides: ${name}`, async () => {
    const found = await read(files);
    assert.deepEqual(shown(found), expected);
    const { state, why, place, list, candidates } = found.throttle;
    if (state === 'unknown') assert.match(why ?? '', /^Not all of MIDDLEWARE is known: .*\.$/);
    assert.equal(
      candidates.some(({ effective }) => effective),
      state === 'on' && place !== undefined,
    );
    const set = list === undefined ? '' : (found.texts.get(list.file)?.slice(list.from, list.to) ?? '');
    assert.match(set, list === undefined ? /^$/ : /^MIDDLEWARE/);
  });
}

test('no settings module: unknown, with the reason', async () => {
  const { project } = await read({ 'dev.py': LIST }, 'conf.nowhere');
  assert.match(describeThrottle(project, new Map()).why ?? '', /conf\.nowhere is not a file/);
  const { reading, ...answered } = project;
  assert.ok(reading !== undefined);
  assert.equal(describeThrottle(answered, new Map()).state, 'unknown');
  assert.match(reason(planProjectRollback(answered, new Map(), 'disable'), 'refused'), /not read from their files/);
  assert.ok(!JSON.stringify(project).includes('STAGE'));
});

test('what is typed and not saved counts, and imports that it adds', async () => {
  const { project, texts } = await read({ 'base.py': WITHOUT, 'dev.py': STAR, 'extra.py': LIST });
  texts.set(conf('dev.py'), `${STAR}import not_there_yet\n\n\n${LIST}`);
  const throttle = describeThrottle(project, texts);
  assert.deepEqual([throttle.state, throttle.place?.line], ['on', 6]);
  texts.set(conf('dev.py'), `${STAR}from .extra import *\n`);
  assert.deepEqual(describeThrottle(project, texts).place?.file, conf('extra.py'));
  texts.set(conf('dev.py'), `${STAR}MIDDLEWARE = [${T}, \n`);
  assert.equal(describeThrottle(project, texts).candidates.length, 1);
});

test('settings files that are not in use, and what they do', async () => {
  const { throttle, texts, project } = await read({
    'base.py': LIST,
    'dev.py': STAR,
    'production.py': `${STAR}SESSION_SAVE_EVERY_REQUEST = False\n`,
    'staging.py': 'from conf.production import *\n',
    'old.py': `${STAR}${LIST}`,
    'parting.py': `${STAR}MIDDLEWARE.remove(${T})\n`,
    'tests.py': LIST,
    'alone.py': 'INSTALLED_APPS = []\n',
    'environments/cloud.py': 'from ..base import MIDDLEWARE\n',
  });
  assert.deepEqual(
    throttle.others.map(({ file, ...rest }) => [path.relative(path.join(ROOT, 'conf'), file), ...Object.values(rest)]),
    [
      ['environments/cloud.py', true, false, false],
      ['old.py', true, true, false],
      ['parting.py', true, false, false],
      ['production.py', true, false, true],
      ['staging.py', true, false, false],
    ],
  );
  const plan = planProjectRollback(project, texts, 'fullRollback');
  const warnings = plan.kind === 'edit' ? plan.warnings.join('\n') : plan.reason;
  assert.match(warnings, /conf\/production\.py.*goes off there too/);
  assert.match(warnings, /conf\/production\.py.*sets SESSION_SAVE_EVERY_REQUEST itself/);
  assert.match(warnings, /conf\/staging\.py.*goes off there too/);
  assert.match(warnings, /conf\/old\.py.*lists ThrottledSessionMiddleware itself: it stays on there/);
  assert.match(warnings, /conf\/parting\.py.*does not get along/);
  assert.doesNotMatch(warnings, /elsewhere|logged out/);
});

test('two that count: which one is meant? A choice is taken', async () => {
  const { project, texts, throttle } = await read({
    'base.py': LIST,
    'dev.py': `${STAR}MIDDLEWARE += ['b.ThrottledSessionMiddleware']\n`,
  });
  assert.equal(throttle.candidates.filter(({ effective }) => effective).length, 2);
  assert.match(
    reason(planProjectRollback(project, texts, 'disable'), 'refused'),
    /more than one place: conf\/base\.py \(line 3\), conf\/dev\.py \(line 2\)/,
  );
  const path2 = { middleware: 'b.ThrottledSessionMiddleware' };
  const plan = planProjectRollback(project, texts, 'disable', path2);
  assert.deepEqual(plan.kind === 'edit' ? plan.files.map(({ file }) => file) : [], [conf('dev.py')]);
  for (const chosen of throttle.candidates) {
    const one = planProjectRollback(project, texts, 'disable', { chosen });
    assert.ok(one.kind === 'edit', JSON.stringify(one));
    assert.deepEqual(
      one.files.map(({ file }) => file),
      [chosen.file],
    );
    assert.match(one.warnings.join('\n'), /still on/);
  }
});

test('nothing to do, and what would be guessed', async () => {
  const plan = async (files: Record<string, string>, action: 'disable' | 'restore' | 'fullRollback' = 'disable') => {
    const { project, texts } = await read(files);
    return planProjectRollback(project, texts, action);
  };
  assert.match(reason(await plan({ 'dev.py': WITHOUT }), 'nothing'), /in no settings file that is in use/);
  assert.match(
    reason(await plan({ 'base.py': LIST, 'dev.py': STAR + WITHOUT }), 'nothing'),
    /conf\/base\.py, line 3, and not in MIDDLEWARE/,
  );
  assert.match(reason(await plan({ 'dev.py': LIST }, 'restore'), 'nothing'), /no rollback is noted/i);
  assert.match(
    reason(await plan({ 'dev.py': LIST.replace(T, `# ${T}`) }), 'nothing'),
    /conf\/dev\.py: .*already commented out/,
  );
  assert.match(reason(await plan({ 'dev.py': `MIDDLEWARE = "a.B ${THROTTLE}".split()\n` }), 'refused'), /computed/);
  assert.match(reason(await plan({ 'dev.py': 'from company.settings import *\n' }), 'refused'), /company\.settings/);
  const indexed = `${STAR}MIDDLEWARE.insert(MIDDLEWARE.index(${T}), 'x.Y')\n`;
  assert.match(reason(await plan({ 'base.py': LIST, 'dev.py': indexed }), 'refused'), /depends on the entry/);
  const counted = `${STAR}MIDDLEWARE.insert(2, 'x.Y')\nMIDDLEWARE.insert(3, 'z.Z')\n`;
  assert.match(
    reason(await plan({ 'base.py': LIST.replace(']', `    'c.D',\n]`), 'dev.py': counted }), 'refused'),
    /change their places/,
  );
  const made = `${STAR}SESSION_COOKIE_AGE = len(MIDDLEWARE)\n`;
  assert.match(reason(await plan({ 'base.py': LIST, 'dev.py': made }), 'refused'), /SESSION_COOKIE_AGE would change/);
  const tied = `${STAR}SESSION_SAVE_EVERY_REQUEST = X = False\n`;
  assert.match(
    reason(await plan({ 'base.py': LIST, 'dev.py': tied }, 'fullRollback'), 'refused'),
    /conf\/dev\.py: Line 2 sets/,
  );
  const twice = { 'base.py': LIST.replace(T, `# ${T}`), 'dev.py': `${STAR}MIDDLEWARE += [\n    # ${T},\n]\n` };
  assert.match(reason(await plan(twice, 'restore'), 'refused'), /more than one file: conf\/dev\.py, conf\/base\.py/);
});

test('a condition that is not known: the plan is made, with the doubt in the warnings', async () => {
  const { project, texts } = await read({
    'base.py': WITHOUT,
    'dev.py': `${STAR}from elsewhere import A\nif A:\n    MIDDLEWARE += [${T}]\n`,
  });
  const plan = planProjectRollback(project, texts, 'disable');
  assert.ok(plan.kind === 'edit', JSON.stringify(plan));
  assert.match(plan.warnings.join('\n'), /Not all of MIDDLEWARE is known/);
});
