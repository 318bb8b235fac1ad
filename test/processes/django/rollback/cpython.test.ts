import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollback, type RollbackAction } from '../../../../src/django/rollback/rollback.ts';
import { parseSettings } from '../../../../src/django/settings/checks/settingsFile.ts';
import { carryOut } from './carryOut.ts';
import { combinations, THROTTLE } from './corpus.ts';
import { execute, type Execution } from './python.ts';

/** CPython is the judge: each file is executed before and after. */

const CASES = combinations();
const BEFORE = execute(CASES.map(({ text }) => text));

/** The list itself, the list that the corpus makes it from, and the same as JSON. */
const LIST_NAMES = new Set(['MIDDLEWARE', 'MIDDLEWARE_CLASSES', 'BASE', 'middleware']);

const namesOf = ({ names, error }: Execution, of: string): Readonly<Record<string, string>> => {
  assert.ok(names !== undefined, `${of}: ${error ?? ''}`);
  return names;
};

const entriesOf = (execution: Execution, of: string): string[] =>
  JSON.parse(namesOf(execution, of)['middleware'] ?? '[]') as string[];

test('the corpus is what it says', () => {
  assert.ok(CASES.length >= 200, String(CASES.length));
  assert.equal(new Set(CASES.map(({ text }) => text)).size, CASES.length);
  for (const [i, { name, text }] of CASES.entries()) {
    assert.deepEqual(
      entriesOf(BEFORE[i] ?? {}, text).filter((path) => path === THROTTLE),
      [THROTTLE],
      name,
    );
  }
});

test('the entries that are read are those that Python makes, in their order', () => {
  for (const [i, { text, split }] of CASES.entries()) {
    const { middleware, problems } = parseSettings(text);
    assert.deepEqual(
      middleware.filter(({ enabled }) => enabled).map(({ path }) => path),
      entriesOf(BEFORE[i] ?? {}, text).filter(
        (path) => split !== true || !/^base\.|SessionMiddleware$/.test(path) || path === THROTTLE,
      ),
      text,
    );
    assert.ok(!problems.some(({ code }) => code === 'settings-syntax-error'), text);
  }
});

for (const action of ['disable', 'fullRollback'] satisfies RollbackAction[]) {
  test(`${action} of ${CASES.length} files changes what it should and nothing else; restore gives the same bytes`, () => {
    const texts = CASES.map(({ text }) => carryOut(text, action));
    const after = execute(texts);
    for (const [i, { text }] of CASES.entries()) {
      const shown = `${text}\n-----\n${texts[i] ?? ''}`;
      const [had, has] = [BEFORE[i] ?? {}, after[i] ?? {}];
      const expected = entriesOf(had, shown).filter((path) => path !== THROTTLE);
      assert.deepEqual(entriesOf(has, shown), expected, shown);
      assert.equal(kindOf(has), kindOf(had), shown);
      assert.deepEqual(others(has, action), others(had, action), shown);
      if (action === 'fullRollback') assert.equal(has.names?.['SESSION_SAVE_EVERY_REQUEST'], 'True', shown);

      const off = parseSettings(texts[i] ?? '').middleware.filter(({ path }) => path === THROTTLE);
      const already = parseSettings(text).middleware.filter(({ path, enabled }) => path === THROTTLE && !enabled);
      assert.ok(!off.some(({ enabled }) => enabled), shown);
      assert.equal(off.length - already.length, action === 'disable' ? 1 : 0, shown);
      const again = planRollback(texts[i] ?? '', action);
      assert.equal(again.kind, 'nothing', shown);

      assert.equal(carryOut(texts[i] ?? '', 'restore'), text);
    }
  });
}

/** List or tuple. */
function kindOf({ names }: Execution): string | undefined {
  return (names?.['MIDDLEWARE'] ?? names?.['MIDDLEWARE_CLASSES'])?.[0];
}

function others({ names }: Execution, action: RollbackAction): [string, string][] {
  return Object.entries(names ?? {}).filter(
    ([name]) => !LIST_NAMES.has(name) && !(action === 'fullRollback' && name === 'SESSION_SAVE_EVERY_REQUEST'),
  );
}
