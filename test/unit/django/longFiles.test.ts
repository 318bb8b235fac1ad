import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollback } from '../../../src/django/rollback/rollback.ts';
import { parseSettings } from '../../../src/django/settings/checks/settingsFile.ts';
import { carryOut } from '../../processes/django/rollback/carryOut.ts';
import { combinations, THROTTLE } from '../../processes/django/rollback/corpus.ts';

/** Long files are read like short ones: the parser would close what is open in the middle of a statement. */

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

const STATEMENTS = 5_000;

const LAYOUTS: Readonly<Record<string, (from: number, count: number) => string>> = {
  'blank lines between': (from, count) => lines(count, (i) => `OPTION_${from + i} = ${i}\n\n`),
  'comments between': (from, count) => lines(count, (i) => `# Option ${i}\nOPTION_${from + i} = ['a', ('b', ${i})]\n`),
  'dicts over lines': (from, count) => lines(count, (i) => `X${from + i}={\n'a':1}\n\n`),
  conditions: (from, count) => lines(count / 2, (i) => `if A:\n    B = ${from + i}\nelse:\n    B = 0\n\n`),
  'one block': (from, count) => `if A${from}:\n${lines(count, (i) => `    OPTION_${i} = ${i}\n\n`)}`,
  'functions and texts that look like statements': (from, count) =>
    lines(count / 2, (i) => `@known\n# why\ndef f${from + i}():\n    return ${i}\n\n\nT = """\nA = [\nif x:\n"""\n`),
};

for (const [name, layout] of Object.entries(LAYOUTS)) {
  test(`${STATEMENTS.toLocaleString('en')} statements, and nothing is wrong with them: ${name}`, () => {
    const half = STATEMENTS / 2;
    const file = `${layout(0, half)}MIDDLEWARE = ['a.b.C', '${THROTTLE}']\n${layout(half, half)}`;
    const { problems, middleware } = parseSettings(file);
    assert.deepEqual(
      problems.filter(({ code }) => code === 'settings-syntax-error'),
      [],
    );
    assert.deepEqual(
      middleware.map(({ path }) => path),
      ['a.b.C', THROTTLE],
    );
    const off = carryOut(file, 'disable');
    assert.equal(off, file.replace(`'${THROTTLE}'`, `# [session-monitor: off, join] '${THROTTLE}'\n`));
    assert.equal(carryOut(off, 'restore'), file);
  });
}

test('an error in a long file is found where it is', () => {
  const text = LAYOUTS['conditions']?.(0, 1_000) ?? '';
  const { problems } = parseSettings(`${text}A = (\n${text}`);
  assert.ok(problems.some(({ code, message }) => code === 'settings-syntax-error' && message.includes('line 2501')));
});

test('what is planned in a file does not depend on what stands before it', () => {
  const before = LAYOUTS['blank lines between']?.(0, 900) ?? '';
  for (const { text } of combinations().filter((_, i) => i % 60 === 0)) {
    if (text.startsWith('\uFEFF') || text.includes('\r')) continue;
    const [alone, after] = [planRollback(text, 'fullRollback'), planRollback(before + text, 'fullRollback')];
    assert.ok(alone.kind === 'edit' && after.kind === 'edit', text);
    const moved = alone.edits.map(({ from, to, insert }) => ({
      from: from + before.length,
      to: to + before.length,
      insert,
    }));
    assert.deepEqual(after.edits, moved, text);
  }
});
