import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollback } from '../../../../src/django/rollback/rollback.ts';
import { parseSettings } from '../../../../src/django/settings/checks/settingsFile.ts';
import { applyEdits } from '../../../../src/django/settings/text/edits.ts';
import { THROTTLE } from './corpus.ts';
import { execute, type Execution } from './python.ts';

/** Files in which taking the entry out could take another with it. CPython says whether it does. */

const FIRST = 'django.contrib.sessions.middleware.SessionMiddleware';
const LAST = 'shop.web.Last';

/** What names a place in the list by counting, at every place there is and one behind. */
const COUNTING: readonly ((index: number) => string)[] = [
  (i) => `del MIDDLEWARE[${i}]`,
  (i) => `del MIDDLEWARE[${i}:]`,
  (i) => `del MIDDLEWARE[:${i}]`,
  (i) => `del MIDDLEWARE[${i - 1}:${i}]`,
  (i) => `del MIDDLEWARE[::${i + 1}]`,
  (i) => `MIDDLEWARE.pop(${i})`,
  (i) => `gone = MIDDLEWARE.pop(${i})`,
  (i) => `if True:\n    MIDDLEWARE.pop(${i})`,
  (i) => `MIDDLEWARE.__delitem__(${i})`,
  (i) => `MIDDLEWARE.__setitem__(${i}, 'a.b.C')`,
  (i) => `MIDDLEWARE.insert(${i}, 'a.b.C')`,
  (i) => `MIDDLEWARE[${i}] = 'a.b.C'`,
  (i) => `MIDDLEWARE[${i}] += 'Two'`,
  (i) => `MIDDLEWARE[${i}:${i + 1}] = ['a.b.C', 'a.b.D']`,
  (i) => `MIDDLEWARE = MIDDLEWARE[:${i}] + ['a.b.C'] + MIDDLEWARE[${i}:]`,
  (i) => `MIDDLEWARE = MIDDLEWARE[${i}:]`,
  (i) => `MIDDLEWARE = MIDDLEWARE[::${i + 1}]`,
  (i) => `COPY = MIDDLEWARE\ndel COPY[${i}]`,
  (i) => `import operator\noperator.delitem(MIDDLEWARE, ${i})`,
  (i) => `list.pop(MIDDLEWARE, ${i})`,
  (i) => `if NAME == 'x':\n    del MIDDLEWARE[${i}]`,
  (i) => `for at in [${i}]:\n    del MIDDLEWARE[at]`,
];

const WHOLE: readonly string[] = [
  'MIDDLEWARE.reverse()',
  'MIDDLEWARE.sort()',
  'MIDDLEWARE *= 2',
  'MIDDLEWARE.pop()',
  'MIDDLEWARE.clear()',
  `MIDDLEWARE.remove('${LAST}')`,
  `MIDDLEWARE.pop(MIDDLEWARE.index('${LAST}'))`,
  `del MIDDLEWARE[MIDDLEWARE.index('${LAST}')]`,
];

/** The entry, written in every way that gives the same text. */
const WRITTEN: readonly string[] = [
  `'${THROTTLE}'`,
  `f'{APP}.middleware.ThrottledSessionMiddleware'`,
  `'%s.middleware.ThrottledSessionMiddleware' % APP`,
  `'%s.%s.ThrottledSessionMiddleware' % (APP, 'middleware')`,
  `APP + '.middleware.ThrottledSessionMiddleware'`,
  `'{}.middleware.ThrottledSessionMiddleware'.format(APP)`,
  `'.'.join([APP, 'middleware', 'ThrottledSessionMiddleware'])`,
  `f"{APP}."\n    'middleware.ThrottledSessionMiddleware'`,
];

const start = (entry: string): string =>
  `NAME = 'x'\nAPP = 'nba'\nMIDDLEWARE = [\n    '${FIRST}',\n    ${entry},\n    '${LAST}',\n    'shop.web.End',\n]\n`;

const COUNTED = [-1, 0, 1, 2, 3, 4].flatMap((index) => COUNTING.map((statement) => statement(index)));
const FILES: readonly string[] = [
  ...[...COUNTED, ...WHOLE].map((statement) => `${start(WRITTEN[0] ?? '')}${statement}\n`),
  ...WRITTEN.map(start),
  ...WRITTEN.map((entry) => `${start(`'a.b.C'`)}MIDDLEWARE.append(${entry})\n`),
  ...WRITTEN.map((entry) => `${start(`'a.b.C'`)}MIDDLEWARE += [${entry}]\n`),
].filter((text, i, all) => all.indexOf(text) === i);

const entriesOf = ({ names }: Execution): string[] => JSON.parse(names?.['middleware'] ?? '[]') as string[];

for (const action of ['disable', 'fullRollback'] as const) {
  test(`${action} takes out the one entry, or is refused; the restore gives every byte back`, () => {
    const before = execute(FILES);
    const files = FILES.filter((_, i) => entriesOf(before[i] ?? {}).includes(THROTTLE));
    assert.ok(files.length > 60, String(files.length));
    const plans = files.map((text) => planRollback(text, action, { middleware: THROTTLE }));
    const texts = files.map((text, i) => {
      const plan = plans[i];
      return plan?.kind === 'edit' ? applyEdits(text, plan.edits) : text;
    });
    const [had, has] = [execute(files), execute(texts)];
    for (const [i, text] of files.entries()) {
      const plan = plans[i];
      assert.notEqual(plan?.kind, 'nothing', text);
      if (plan?.kind !== 'edit') continue;
      const after = texts[i] ?? '';
      const expected = entriesOf(had[i] ?? {}).filter((path) => path !== THROTTLE);
      assert.equal(has[i]?.error, undefined, after);
      assert.deepEqual(entriesOf(has[i] ?? {}), expected, after);
      for (const options of [{}, { middleware: THROTTLE }]) {
        const back = planRollback(after, 'restore', options);
        assert.ok(back.kind === 'edit', `${'reason' in back ? back.reason : ''}\n${after}`);
        assert.equal(applyEdits(after, back.edits), text);
      }
    }
    const edited = plans.filter((plan) => plan.kind === 'edit').length;
    assert.ok(edited >= MUST_EDIT.length, `${edited} of ${files.length} are edits`);
  });
}

/** What surely is a plain edit, so that refusing everything is no answer. */
const MUST_EDIT: readonly string[] = [
  ...WRITTEN.map(start),
  `${start(WRITTEN[0] ?? '')}del MIDDLEWARE[0]\n`,
  `${start(WRITTEN[0] ?? '')}MIDDLEWARE.pop()\n`,
  `${start(WRITTEN[0] ?? '')}MIDDLEWARE.pop(0)\n`,
  `${start(WRITTEN[0] ?? '')}MIDDLEWARE.remove('${LAST}')\n`,
];

test('plain edits are not refused', () => {
  for (const text of MUST_EDIT) {
    const plan = planRollback(text, 'disable', { middleware: THROTTLE });
    assert.equal(plan.kind, 'edit', `${'reason' in plan ? plan.reason : ''}\n${text}`);
  }
});

test('MIDDLEWARE_CLASSES beside all names of another file is not edited: MIDDLEWARE may come from there', () => {
  const text = `from .common import *\nMIDDLEWARE_CLASSES = (\n    '${FIRST}',\n    '${THROTTLE}',\n)\n`;
  for (const action of ['disable', 'fullRollback'] as const) {
    const plan = planRollback(text, action);
    assert.match(plan.kind === 'refused' ? plan.reason : plan.kind, /^Line 1 takes over .* MIDDLEWARE_CLASSES/);
  }
  const alone = text.replace('from .common import *\n', '');
  assert.equal(planRollback(alone, 'disable').kind, 'edit');
});

test('a list that is added to under many conditions stays as long as it is', () => {
  const conditions = (n: number): string =>
    Array.from(
      { length: n },
      (_, i) => `MIDDLEWARE = MIDDLEWARE + ['a.b.C${i}'] if os.environ.get('C${i}') else MIDDLEWARE\n`,
    ).join('');
  const head = `import os\nMIDDLEWARE = ['${FIRST}', '${THROTTLE}']\n`;
  const { middleware } = parseSettings(`${head}${conditions(60)}`);
  assert.equal(middleware.length, 62);
  const plan = planRollback(`${head}${conditions(60)}`, 'disable');
  assert.equal(plan.kind, 'edit');
  for (const doubling of [
    'MIDDLEWARE = MIDDLEWARE + MIDDLEWARE\n',
    'MIDDLEWARE = [*MIDDLEWARE, *MIDDLEWARE]\n',
    'MIDDLEWARE += MIDDLEWARE\n',
  ]) {
    const { kind } = planRollback(`${head}${doubling.repeat(64)}`, 'disable');
    assert.equal(kind, 'refused', doubling);
  }
});

test('a restore that would make another statement take something else is refused', () => {
  const text = start(WRITTEN[0] ?? '');
  const off = planRollback(text, 'disable');
  assert.ok(off.kind === 'edit');
  for (const counted of ['del MIDDLEWARE[2]\n', 'MIDDLEWARE.pop(2)\n', "MIDDLEWARE.insert(2, 'a.b.C')\n"]) {
    const plan = planRollback(`${applyEdits(text, off.edits)}${counted}`, 'restore');
    assert.match(plan.kind === 'refused' ? plan.reason : plan.kind, /would change their places/, counted);
  }
});

/** The file, what is looked for in it, and what the answer has to be. */
const NOT_NOTHING: readonly (readonly [string, string, RegExp])[] = [
  [
    'a generator',
    `BASE = ['${THROTTLE}', 'a.b.Gone']\nMIDDLEWARE = tuple(use(m) for m in BASE if m != 'a.b.Gone') + ('a.b.New',)\n`,
    /not all can: tuple\(use\(m\)/,
  ],
  ['unpacked', `from apps import setup\nMIDDLEWARE = ['a.b.C']\nAPPS, MIDDLEWARE = setup(1, 2)\n`, /line 3/],
  [
    'a class',
    `class Base(Settings):\n    MIDDLEWARE = [\n        '${THROTTLE}',\n    ]\n`,
    /in line 2, inside a class/,
  ],
  ['a loop', `MIDDLEWARE = ['a.b.C']\nfor name in ['${THROTTLE}', 'a.b.D']:\n    MIDDLEWARE.append(name)\n`, /line 3/],
  [
    'an item of globals',
    `MIDDLEWARE = ['a.b.C', '${THROTTLE}', 'a.b.D']\nglobals()['MIDDLEWARE'].pop(1 + 1)\n`,
    /change/,
  ],
];

for (const [name, text, why] of NOT_NOTHING) {
  test(`what is not followed is refused with its reason, and is not taken for absent: ${name}`, () => {
    const plan = planRollback(text, 'disable');
    assert.match(plan.kind === 'refused' ? plan.reason : plan.kind, why);
  });
}

test('what all settings were given to may have changed MIDDLEWARE, which is told with the change', () => {
  for (const call of ['heroku.settings(locals())', 'inject(globals())', 'x = dynaconf.DjangoDynaconf(__name__)']) {
    const plan = planRollback(`${start(WRITTEN[0] ?? '')}${call}\n`, 'disable');
    assert.match(plan.kind === 'edit' ? plan.warnings.join() : plan.kind, /Not all of MIDDLEWARE can be read/, call);
  }
});

test('a full rollback that a later line undoes is refused', () => {
  const text = `${start(WRITTEN[0] ?? '')}globals()['SESSION_SAVE_EVERY_REQUEST'] = False\n`;
  const plan = planRollback(text, 'fullRollback');
  assert.match(plan.kind === 'refused' ? plan.reason : plan.kind, /SESSION_SAVE_EVERY_REQUEST is set to False/);
});
