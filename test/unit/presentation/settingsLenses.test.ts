import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import { planRollback } from '../../../src/django/rollback/rollback.ts';
import { readSettings } from '../../../src/django/settings/model/settingsModel.ts';
import { outlineSettings } from '../../../src/django/settings/model/settingsOutline.ts';
import { applyEdits } from '../../../src/django/settings/text/edits.ts';
import { affectedShare } from '../../../src/presentation/settingsFile/affected.ts';
import type { SettingsFacts } from '../../../src/presentation/settingsFile/facts.ts';
import { settingHover } from '../../../src/presentation/settingsFile/hovers.ts';
import { settingsLenses } from '../../../src/presentation/settingsFile/lenses.ts';
import { estimated, exact, metrics, snapshot, START } from '../monitoring/samples.ts';

const SETTINGS = `"""Settings."""
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop.middleware.ThrottledSessionMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 1209600
SESSION_SAVE_EVERY_REQUEST = False
`;

const NOTHING: SettingsFacts = { locale: 'en', now: START };

function facts(changes: Partial<SettingsFacts> = {}, old = false): SettingsFacts {
  return { ...NOTHING, figures: { snapshot: snapshot(), old, connection: 'shop' }, ...changes };
}

/** The text of each line with lenses: "MIDDLEWARE: a | b". */
function drawn(text: string, given: SettingsFacts): string[] {
  const lenses = settingsLenses(outlineSettings(readSettings(text)), given);
  const lines = new Map<number, string[]>();
  for (const { at, title } of lenses) lines.set(at, [...(lines.get(at) ?? []), title]);
  return [...lines].map(([at, titles]) => `${text.slice(at).split(/\W/, 1)[0] ?? ''}: ${titles.join(' | ')}`);
}

function rolledBack(action: 'disable' | 'fullRollback'): string {
  const plan = planRollback(SETTINGS, action);
  assert.equal(plan.kind, 'edit');
  return applyEdits(SETTINGS, plan.edits);
}

void test('without figures the state of the throttle and what can be done is all there is', () => {
  assert.deepEqual(drawn(SETTINGS, NOTHING), ['MIDDLEWARE: Session throttle on | Disable | Full rollback']);
});

void test('live figures stand where they belong', () => {
  assert.deepEqual(drawn(SETTINGS, facts()), [
    'MIDDLEWARE: Session throttle on, 42 saves/min | Disable | Full rollback',
    'SESSION_ENGINE: 1,000 sessions · table of 10 MB',
    'SESSION_COOKIE_AGE: 900 active sessions · ≈ 300 saved in the last hour',
    'SESSION_SAVE_EVERY_REQUEST: 42 saves/min · ≈ 33% of active sessions would be affected',
  ]);
});

void test('figures that are not live say so', () => {
  assert.match(drawn(SETTINGS, facts({}, true)).at(-1) ?? '', / · not live$/);
});

void test('what is unknown is left out, and a setting without any figure has no lens', () => {
  const none = unknown('Not read.');
  const sessions = { total: none, active: none, savedLastHour: none };
  const given = facts({
    figures: { snapshot: snapshot({ metrics: metrics({ sessions }) }), old: false, connection: 'shop' },
  });
  assert.deepEqual(drawn(SETTINGS, given).slice(1), [
    'SESSION_ENGINE: table of 10 MB',
    'SESSION_SAVE_EVERY_REQUEST: 42 saves/min',
  ]);
});

void test('a quick rollback is seen, and since when only where the history knows it', () => {
  const off = rolledBack('disable');
  assert.deepEqual(drawn(off, NOTHING), ['MIDDLEWARE: Session throttle off | Restore']);
  const since = new Date(2025, 10, 9, 14, 3);
  assert.match(drawn(off, { ...NOTHING, offSince: since })[0] ?? '', /off since Nov 9, 2025, 2:03\sPM \| Restore$/);
});

void test('a full rollback is seen as one', () => {
  assert.deepEqual(drawn(rolledBack('fullRollback'), NOTHING), [
    'MIDDLEWARE: Session throttle off by full rollback | Restore',
  ]);
});

void test('a file that is not in use says which module is', () => {
  assert.match(
    drawn(SETTINGS, { ...NOTHING, activeModule: 'config.settings.dev' })[0] ?? '',
    /throttle on · not in use, config\.settings\.dev is \|/,
  );
});

void test('a throttle under a condition does not claim to be on', () => {
  const text =
    'import os\nMIDDLEWARE = []\nif os.environ.get("T"):\n    MIDDLEWARE.append("a.ThrottledSessionMiddleware")\n';
  assert.match(drawn(text, NOTHING)[0] ?? '', /on if its condition holds/);
});

void test('a file without the throttle and without session settings has no lens', () => {
  assert.deepEqual(drawn('MIDDLEWARE = ["a.B"]\nDEBUG = True\n', facts()), []);
});

void test('a throttle that is listed twice has its lens once, and says so', () => {
  const twice = SETTINGS.replace(/^( +"shop.*\n)/m, '$1$1');
  assert.deepEqual(drawn(twice, NOTHING), [
    'MIDDLEWARE: Session throttle on · listed 2 times | Disable | Full rollback',
  ]);
});

void test('half-typed code keeps its lens', () => {
  const text = SETTINGS.replace('MIDDLEWARE = [', 'X = [1, \nMIDDLEWARE = [');
  assert.ok(drawn(SETTINGS.replace('= False', '= Fal'), NOTHING).length === 1);
  assert.doesNotThrow(() => drawn(text, NOTHING));
});

void test('a hover says what the setting does and what is measured about it', () => {
  const at = SETTINGS.indexOf('SESSION_COOKIE_AGE') + 3;
  const hover = settingHover(outlineSettings(readSettings(SETTINGS)), at, facts());
  assert.equal(hover && SETTINGS.slice(hover.from, hover.to), 'SESSION_COOKIE_AGE');
  assert.match(hover?.markdown ?? '', /Active:\s*\*\*900\*\*/);
  assert.match(hover?.markdown ?? '', /Measured on shop/);
});

void test('the hover of the entry tells its state, its interval and when it was rolled back', () => {
  const off = rolledBack('disable');
  const outline = outlineSettings(readSettings(off));
  const at = off.indexOf('ThrottledSession');
  const hover = settingHover(outline, at, { ...NOTHING, offSince: START, intervalSeconds: 900 });
  assert.match(hover?.markdown ?? '', /ThrottledSessionMiddleware: off/);
  assert.match(hover?.markdown ?? '', /Rolled back .*interval is 15 min/);
  assert.match(hover?.markdown ?? '', /Nothing has been measured yet/);
});

void test('there is no hover beside the names', () => {
  const outline = outlineSettings(readSettings(SETTINGS));
  for (const text of ['MIDDLEWARE', '"""Settings', '1209600', 'SessionMiddleware"'])
    assert.equal(settingHover(outline, SETTINGS.indexOf(text), facts()), undefined, text);
});

void test('the share that would be affected is never more than all, and unknown without sessions', () => {
  const share = (saved: number, active: number): ReturnType<typeof affectedShare> =>
    affectedShare(
      snapshot({ metrics: metrics({ sessions: { savedLastHour: estimated(saved), active: exact(active) } }) }),
    );
  assert.equal(share(300, 900).value, 1 / 3);
  assert.equal(share(300, 200).value, 1);
  assert.equal(share(0, 0).how, 'unknown');
});
