import assert from 'node:assert/strict';
import { planRollback, type RollbackAction, type RollbackOptions } from '../../../../src/django/rollback/rollback.ts';
import { applyEdits } from '../../../../src/django/settings/text/edits.ts';

/** The text after the action; fails where the plan is not to edit. */
export function carryOut(text: string, action: RollbackAction, options: RollbackOptions = {}): string {
  const plan = planRollback(text, action, options);
  if (plan.kind !== 'edit') return assert.fail(`${action}: ${plan.kind}: ${plan.reason}\n${text}`);
  return applyEdits(text, plan.edits);
}
