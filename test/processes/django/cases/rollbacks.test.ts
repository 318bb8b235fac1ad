import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollback } from '../../../../src/django/rollback/rollback.ts';
import { parseSettings } from '../../../../src/django/settings/checks/settingsFile.ts';
import { applyEdits } from '../../../../src/django/settings/text/edits.ts';
import { executeCases, type CaseRun } from './python.ts';
import { ROLLBACKS, type RollbackCase } from './rollbacks.ts';

/** CPython is the judge: after an edit the list is what it was without the one entry, and all else is as it was. */

const ACTIONS = ['disable', 'fullRollback'] as const;

const runs = (texts: (one: RollbackCase) => string): readonly CaseRun[] =>
  executeCases(ROLLBACKS.map((one) => ({ ...one, text: texts(one) })));

const edited = (one: RollbackCase, action: (typeof ACTIONS)[number]): string => {
  const plan = planRollback(one.text, action, { middleware: one.target });
  return plan.kind === 'edit' ? applyEdits(one.text, plan.edits) : one.text;
};

const before: readonly (CaseRun | undefined)[] = runs((one) => one.text);
const after = new Map(ACTIONS.map((action) => [action, runs((one) => edited(one, action))]));

for (const [i, one] of ROLLBACKS.entries()) {
  test(one.name, () => {
    assert.deepEqual(before[i]?.middleware, one.middleware, before[i]?.error);
    const { problems } = parseSettings(one.text);
    assert.ok(!problems.some(({ code }) => code === 'settings-syntax-error'));
    for (const action of ACTIONS) {
      const plan = planRollback(one.text, action, { middleware: one.target });
      const expected = (action === 'fullRollback' ? one.fullRollback : undefined) ?? one.disable;
      if (expected !== 'edit') {
        assert.match(plan.kind === 'refused' ? plan.reason : `${action} is not refused: ${plan.kind}`, expected);
        continue;
      }
      assert.ok(plan.kind === 'edit', `${action}: ${plan.kind === 'edit' ? '' : plan.reason}`);
      if (one.warning !== undefined) assert.match(plan.warnings.join('\n'), one.warning);
      const run = after.get(action)?.[i];
      assert.deepEqual(
        run?.middleware,
        one.middleware.filter((path) => path !== one.target),
        `${action}: ${run?.error ?? ''}`,
      );
      assert.deepEqual(run.others, before[i].others);
      assert.equal(run.everyRequest ?? null, action === 'fullRollback' ? true : (before[i].everyRequest ?? null));
      const text = applyEdits(one.text, plan.edits);
      for (const options of [{}, { middleware: one.target }]) {
        const back = planRollback(text, 'restore', options);
        assert.equal(back.kind === 'edit' ? applyEdits(text, back.edits) : back.reason, one.text);
      }
    }
  });
}
