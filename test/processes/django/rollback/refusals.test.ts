import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollback, type RollbackPlan } from '../../../../src/django/rollback/rollback.ts';
import { REFUSALS, SETTING_REFUSALS, type Expectation } from './refusals.ts';

function check(plan: RollbackPlan, expected: Expectation, shown: string): void {
  if (!(expected instanceof RegExp)) return assert.equal(plan.kind, expected, shown);
  assert.match(plan.kind === 'refused' ? plan.reason : `not refused: ${plan.kind}`, expected, shown);
}

for (const { name, text, disable, full } of [...REFUSALS, ...SETTING_REFUSALS]) {
  test(`what would be guessed is refused, with the reason: ${name}`, () => {
    check(planRollback(text, 'disable'), disable, text);
    check(planRollback(text, 'fullRollback'), full ?? disable, text);
  });
}

test('one of two candidates by its path', () => {
  const text = `MIDDLEWARE = [\n    'a.ThrottledSessionMiddleware',\n    'b.ThrottledSessionMiddleware',\n]\n`;
  const plan = planRollback(text, 'disable', { middleware: 'b.ThrottledSessionMiddleware' });
  assert.ok(plan.kind === 'edit' && plan.edits.length === 1);
  assert.equal(plan.edits[0]?.from, text.indexOf(`'b.`));
  assert.equal(planRollback(text, 'disable', { middleware: 'c.ThrottledSessionMiddleware' }).kind, 'nothing');
});

test('warnings: the logout trap, a list that others share, a condition, what was computed', () => {
  const warnings = (text: string, action: 'disable' | 'fullRollback'): string => {
    const plan = planRollback(text, action);
    return plan.kind === 'edit' ? plan.warnings.join('\n') : plan.reason;
  };
  const entry = `MIDDLEWARE = [\n    'a.ThrottledSessionMiddleware',\n]\n`;
  assert.match(warnings(entry, 'disable'), /logged out/);
  assert.match(warnings(`SESSION_SAVE_EVERY_REQUEST = False\n${entry}`, 'disable'), /logged out/);
  assert.doesNotMatch(warnings(`SESSION_SAVE_EVERY_REQUEST = True\n${entry}`, 'disable'), /logged out/);
  assert.doesNotMatch(warnings(entry, 'fullRollback'), /logged out/);
  assert.match(warnings(entry, 'fullRollback'), /every request/i);
  assert.match(
    warnings(`BASE = ['a.ThrottledSessionMiddleware']\nMIDDLEWARE = BASE\n`, 'disable'),
    /BASE changes with it/,
  );
  const conditional = `from x import A\nMIDDLEWARE = []\nif A:\n    MIDDLEWARE += ['a.ThrottledSessionMiddleware']\n`;
  assert.match(warnings(conditional, 'disable'), /condition/);
  const computed = `import os\n${entry}SESSION_SAVE_EVERY_REQUEST = os.environ['A'] == '1'\n`;
  assert.match(warnings(computed, 'fullRollback'), /line 5 was computed/);
  const local = `SESSION_SAVE_EVERY_REQUEST = False\n${entry}try:\n    from .local import *\nexcept ImportError:\n    pass\n`;
  assert.match(warnings(local, 'fullRollback'), /line 5 takes over/i);
  assert.match(
    warnings(`from .base import *\nMIDDLEWARE += ['a.ThrottledSessionMiddleware']\n`, 'disable'),
    /elsewhere/,
  );
});
