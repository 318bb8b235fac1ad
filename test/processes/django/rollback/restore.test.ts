import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollback, type RollbackAction, type RollbackPlan } from '../../../../src/django/rollback/rollback.ts';
import { parseSettings } from '../../../../src/django/settings/checks/settingsFile.ts';
import { applyEdits } from '../../../../src/django/settings/text/edits.ts';
import { seeded } from '../../../kit/random.ts';
import { carryOut } from './carryOut.ts';
import { combinations, THROTTLE } from './corpus.ts';

const ENTRY = `'${THROTTLE}'`;

function reason(plan: RollbackPlan, kind: 'nothing' | 'refused'): string {
  assert.equal(plan.kind, kind);
  return 'reason' in plan ? plan.reason : '';
}

/** Where an offset of the text before stands in the text after. */
function moved(plan: RollbackPlan, offset: number): number {
  const edits = plan.kind === 'edit' ? plan.edits : [];
  return edits.reduce((at, { from, to, insert }) => (from < offset ? at + insert.length - (to - from) : at), offset);
}

test('restore after other lines changed gives the changed text as if there had been no rollback', () => {
  const random = seeded(3);
  let checked = 0;
  for (const { text } of combinations()) {
    for (const action of ['disable', 'fullRollback'] satisfies RollbackAction[]) {
      const plan = planRollback(text, action);
      const starts = [...text.matchAll(/(?:^\uFEFF?|[\]\d]\r?\n)(?=[A-Z\n])/g)].map(
        (match) => match.index + match[0].length,
      );
      const at = starts[Math.floor(random() * starts.length)] ?? 0;
      const note = text.includes('\r\n') ? '# a note\r\nNEW = {\r\n}\r\n' : '# a note\nNEW = {\n}\n';
      const edited = text.slice(0, at) + note + text.slice(at);
      const after = plan.kind === 'edit' ? applyEdits(text, plan.edits) : '';
      const to = moved(plan, at);
      const later = after.slice(0, to) + note + after.slice(to);
      assert.equal(carryOut(later, 'restore'), edited);
      checked++;
    }
  }
  assert.ok(checked > 400, String(checked));
});

test('both rollbacks after another are undone by one restore', () => {
  for (const { text } of combinations()) {
    const disabled = carryOut(text, 'disable');
    const both = planRollback(disabled, 'fullRollback');
    const already = parseSettings(text).sessionSaveEveryRequest === true;
    assert.equal(both.kind, already ? 'nothing' : 'edit', `${'reason' in both ? both.reason : ''}\n${disabled}`);
    if (both.kind === 'edit') assert.equal(carryOut(applyEdits(disabled, both.edits), 'restore'), text);
  }
});

test('what a person reads in the file', () => {
  const text = `MIDDLEWARE = [\n    'a.B',\n    ${ENTRY},  # 15 minutes\n]\nSESSION_SAVE_EVERY_REQUEST = False  # see above\n`;
  assert.equal(carryOut(text, 'disable'), text.replace(ENTRY, `# [session-monitor: off] ${ENTRY}`));
  assert.equal(
    carryOut(text, 'fullRollback'),
    text
      .replace(ENTRY, `# [session-monitor: removed] ${ENTRY}`)
      .replace('= False', '= True  # [session-monitor: was "False"]'),
  );
  const bare = text.slice(0, text.indexOf('SESSION'));
  assert.equal(
    carryOut(bare, 'fullRollback'),
    `${bare.replace(ENTRY, `# [session-monitor: removed] ${ENTRY}`)}SESSION_SAVE_EVERY_REQUEST = True  # [session-monitor: added]\n`,
  );
});

test('an entry that was commented out by hand is restored with a warning', () => {
  const text = `MIDDLEWARE = [\n    'a.B',\n    ${ENTRY},\n]\n`;
  for (const sign of ['# ', '#', '## ']) {
    const byHand = text.replace(ENTRY, `${sign}${ENTRY}`);
    const plan = planRollback(byHand, 'restore');
    assert.ok(plan.kind === 'edit' && plan.warnings.join().includes('by hand'));
    assert.equal(carryOut(byHand, 'restore'), text);
  }
  const statement = `MIDDLEWARE = ['a.B']\nMIDDLEWARE.append(${ENTRY})\n`;
  assert.equal(carryOut(statement.replace('MIDDLEWARE.append', '# MIDDLEWARE.append'), 'restore'), statement);
  // Python would join it with the next string.
  const joined = `MIDDLEWARE = [\n    # ${ENTRY}\n    'a.B',\n]\n`;
  assert.match(reason(planRollback(joined, 'restore'), 'refused'), /does not become an entry/);
  const two = `MIDDLEWARE = [\n    # ${ENTRY},\n    'a.B',\n    # ${ENTRY},\n]\n`;
  assert.match(reason(planRollback(two, 'restore'), 'refused'), /lines 2, 4/);
});

test('nothing to restore', () => {
  for (const text of ['', 'DEBUG = True\n', `MIDDLEWARE = [${ENTRY}]\n`, `NOTE = "# [session-monitor: off] x"\n`]) {
    reason(planRollback(text, 'restore'), 'nothing');
  }
});

test('what was changed after the rollback is refused, and says where', () => {
  const text = `MIDDLEWARE = [\n    'a.B',\n    ${ENTRY},\n]\nSESSION_SAVE_EVERY_REQUEST = False\n`;
  const full = carryOut(text, 'fullRollback');
  const refusals: readonly (readonly [string, RegExp])[] = [
    [full.replace('= True', '= False'), /line 5 was changed after the rollback/],
    [full.replace('"False"', 'False'), /line 5 was changed/],
    [full.replace('removed]', 'removed'), /line 3 was changed/],
    [full.replace(`'a.B',`, `'a.B',\n    ${ENTRY},`), /is on in line 3: restoring would list it twice/],
  ];
  for (const [changed, pattern] of refusals) {
    assert.match(reason(planRollback(changed, 'restore'), 'refused'), pattern);
  }
});

test('with a path only that entry is restored', () => {
  const text = `MIDDLEWARE = [\n    'a.One',\n    'b.Two',\n]\n`;
  const off = carryOut(carryOut(text, 'disable', { middleware: 'a.One' }), 'disable', { middleware: 'b.Two' });
  assert.deepEqual(
    parseSettings(off).middleware.map(({ enabled }) => enabled),
    [false, false],
  );
  assert.equal(carryOut(off, 'restore', { middleware: 'a.One' }), carryOut(text, 'disable', { middleware: 'b.Two' }));
  assert.equal(carryOut(off, 'restore'), text);
});

test('a formatter that moves lines, or cuts blanks at their end, does no harm', () => {
  const text = `MIDDLEWARE = ['a.B', ${ENTRY}, 'c.D']\n`;
  const formatted = carryOut(text, 'disable').replace(/\n 'c/, `\n    'c`).replace(`['a.B', #`, `[\n    'a.B',\n    #`);
  const { middleware } = parseSettings(carryOut(formatted, 'restore'));
  assert.deepEqual(
    middleware.map(({ path, enabled }) => [path, enabled]),
    [
      ['a.B', true],
      [THROTTLE, true],
      ['c.D', true],
    ],
  );
});
