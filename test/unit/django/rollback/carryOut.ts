import assert from 'node:assert/strict';
import {
  applyEdits,
  planRollback,
  type RollbackAction,
  type RollbackOptions,
} from '../../../../src/django/rollback/rollback.ts';

/** The text after the action; fails where the plan is not to edit. */
export function carryOut(text: string, action: RollbackAction, options: RollbackOptions = {}): string {
  const plan = planRollback(text, action, options);
  if (plan.kind !== 'edit') return assert.fail(`${action}: ${plan.kind}: ${plan.reason}\n${text}`);
  return applyEdits(text, plan.edits);
}
