import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollback, type RollbackAction } from '../../../../src/django/rollback/rollback.ts';
import { parseSettings } from '../../../../src/django/settings/checks/settingsFile.ts';
import { applyEdits, type TextEdit } from '../../../../src/django/settings/text/edits.ts';
import { IN_MATRIX } from '../../../kit/inMatrix.ts';
import { mutations } from './mutations.ts';
import { compare } from './python.ts';

const COUNT = Number(process.env['MUTATIONS'] ?? (IN_MATRIX ? 10_000 : 3_000));
const SEED = Number(process.env['SEED'] ?? 20_251_109);
const ACTIONS: readonly RollbackAction[] = ['disable', 'fullRollback', 'restore'];

/** What a rollback may put into a text; it takes away nothing but the value of SESSION_SAVE_EVERY_REQUEST. */
const INSERTED = [
  /^(?:(?:pass|\*\(\),) {2})?# \[session-monitor: (?:off|removed|and)(?:, fill)?(?:, join)?\] ?$/,
  /^(?:\r\n|\r|\n)$/,
  /^(?:\r\n|\r|\n)?SESSION_SAVE_EVERY_REQUEST = True {2}# \[session-monitor: added\](?:\r\n|\r|\n)?$/,
];
const CHANGED = /^True {2}# \[session-monitor: was "(?:[^"\\]|\\.)*"\]$/;

const isOurs = ({ from, to, insert }: TextEdit): boolean =>
  from === to ? INSERTED.some((pattern) => pattern.test(insert)) : CHANGED.test(insert);

test(`${COUNT} mutations: never a throw, nothing else changed, and never Python that parsed and doesn't after`, () => {
  const texts = mutations(COUNT, SEED);
  const pairs: [string, string][] = [];
  const of: string[] = [];
  const kinds = new Map<string, number>();
  for (const text of texts) {
    const { middleware, problems } = parseSettings(text);
    for (const { from, to } of [...middleware, ...problems])
      assert.ok(from >= 0 && from <= to && to <= text.length, text);
    for (const action of ACTIONS) {
      const plan = planRollback(text, action);
      kinds.set(`${action} ${plan.kind}`, (kinds.get(`${action} ${plan.kind}`) ?? 0) + 1);
      if (plan.kind !== 'edit') {
        assert.match(plan.reason, /\S.*[.?]$/);
        continue;
      }
      const after = applyEdits(text, plan.edits);
      pairs.push([text, after]);
      of.push(action);
      if (action === 'restore') continue;
      for (const edit of plan.edits) assert.ok(isOurs(edit), JSON.stringify({ text, edit }));
      if (text.includes('[session-monitor')) continue;
      const back = planRollback(after, 'restore');
      assert.equal(back.kind === 'edit' ? applyEdits(after, back.edits) : back.reason, text);
    }
  }
  for (const [i, { parsed, parses, changed, more }] of compare(pairs).entries()) {
    const [before, after] = pairs[i] ?? [];
    const shown = `${of[i] ?? ''}\n${before ?? ''}\n-----\n${after ?? ''}`;
    assert.ok(!parsed || parses, shown);
    if (of[i] === 'restore') continue;
    assert.ok(more <= (of[i] === 'fullRollback' ? 1 : 0), shown);
    for (const names of changed) {
      assert.ok(
        names.some((name) => /^(?:MIDDLEWARE(?:_CLASSES)?|BASE|SESSION_SAVE_EVERY_REQUEST)$/.test(name)),
        shown,
      );
    }
  }
  // The run says something only if plans of every kind are among it.
  for (const action of ACTIONS) {
    for (const kind of ['edit', 'refused']) assert.ok((kinds.get(`${action} ${kind}`) ?? 0) > 20, `${action} ${kind}`);
  }
});
