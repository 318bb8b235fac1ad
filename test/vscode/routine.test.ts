import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LANGUAGE_MODEL_TOOLS } from '../../src/contributions.ts';
import { storedAnnotations } from './historyFile.ts';
import { allNotifications, assertCleanLogs, findRow, openLive, ourLog, untilHover, untilRow } from './look.ts';
import { flushCounters, openScene } from './scene.ts';

/** The routine checks by keyboard, and what an agent in the chat is answered, in the real VS Code. */

const OWN = [
  {
    id: 'few-expired',
    title: 'Keep expired sessions few',
    period: 'daily',
    evidence: { metric: 'sessions.expired', maximum: 1 },
  },
  { id: 'backup-restored', title: 'Restore a backup', period: 'monthly' },
  { id: 'yearly', title: 'Celebrate', period: 'yearly' },
];
const scene = await openScene({
  fill: { rows: 500, expiredShare: 0.1 },
  workbench: { theme: 'light', height: 1300 },
  vscode: {
    settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.routineChecks.additional': OWN },
  },
});
after(() => scene.stop());
const { workbench, vscode, sql } = scene;
const { page, quickInput } = workbench;
const CHECKS = 'Routine checks';
const SIZE = 'Verify session table size is stable';
const SIZE_ROW = 'Table size';

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Runs the command from the palette with the keyboard alone, and waits for its question. */
async function ask(command: string, question: string | RegExp): Promise<void> {
  await press('F1');
  await workbench.waitFor(
    () => quickInput.state(),
    'the palette',
    (state) => state?.value.startsWith('>') === true,
  );
  await quickInput.type(`>Django Sessions: ${command}`);
  await workbench.waitFor(
    () => quickInput.state(),
    command,
    (state) => state?.items[0]?.label === `Django Sessions: ${command}`,
  );
  await press('Enter');
  await quickInput.waitOpen(question);
}

/** That something is overdue: the clock that is put forward has a notification of its own. */
async function reminders(): Promise<readonly string[]> {
  return (await allNotifications(scene)).map(({ message }) => message).filter((text) => text.includes('overdue'));
}

void test('the node is closed, says what is due, and names the entry of the setting that is no check', async () => {
  await openLive(scene);
  const row = await untilRow(scene, CHECKS, /^10 due, 1 wrong in the settings$/);
  assert.equal(row.expanded, false);
  assert.equal(row.ariaLabel.startsWith('Routine checks: 10 due'), true, row.ariaLabel);
  assert.match(await ourLog(scene), /routineChecks\.additional: Entry 3 \("yearly"\): "period" has to be one of/u);
});

void test('run due checks: each is judged by what is there, kept with figures, and marked in the history', async () => {
  await workbench.runCommand('Django Sessions: Run Due Checks');
  await untilRow(scene, CHECKS, /^1 failed, \d need a look, 1 wrong/u);
  const [said] = await workbench.waitFor(
    () => allNotifications(scene),
    'the result',
    (all) => all.some(({ message }) => message.includes('10 of 10')),
  );
  assert.match(said?.message ?? '', /10 routine checks were made: \d passed, 1 failed, \d need a look\.$/u);
  await workbench.clickNotificationButton('Show');
  await workbench.waitFor(
    () => findRow(scene, CHECKS),
    'the node to be chosen',
    (row) => row?.selected === true,
  );
  await workbench.clearNotifications();
  const failed = await untilRow(scene, 'Keep expired sessions few', /^failed, due tomorrow$/);
  assert.equal(failed.icon, 'error');
  await untilHover(
    scene,
    'Keep expired sessions few',
    /Expired: \d\d to \d\d, \d\d in the median; it has to stay at 1 or below/u,
  );
  assert.equal((await untilRow(scene, SIZE_ROW)).icon, 'eye', 'a moment is no day');
  assert.equal((await untilRow(scene, 'Not a check')).icon, 'warning');
  await workbench.tree().expand('Keep expired sessions few');
  await untilRow(scene, /^Expired: \d\d to/u);
  await workbench.tree().row('Restore a backup');
  await workbench.screenshot('routine-light');
  const marks = await workbench.waitFor(
    async () => (await storedAnnotations(scene)).filter(({ kind }) => kind === 'check'),
    'the marks',
    (all) => all.length === 10,
  );
  assert.ok(
    marks.some(({ text }) => /^Keep expired sessions few: failed\. Expired: \d\d to/u.test(text)),
    JSON.stringify(marks),
  );
});

void test('a person marks a check with a note by the keyboard, sees its history, and opens the report', async () => {
  await ask('Mark Check as Passed…', 'Mark which check as passed?');
  await quickInput.type('size is stable');
  await press('Enter');
  await quickInput.waitOpen(`Mark "${SIZE}" as passed`);
  await page.keyboard.type('Looked at it with Kim.');
  await press('Enter');
  await untilRow(scene, SIZE_ROW, /^passed, due tomorrow$/);
  await ask('Show Check History', 'Results of routine checks');
  const [newest, ...more] = (await quickInput.state())?.items ?? [];
  assert.equal(newest?.label, `passed: ${SIZE}`);
  assert.match(`${newest.description} ${newest.detail}`, /marked.*Note: Looked at it with Kim\./u);
  assert.ok(more.length > 5);
  await press('Enter');
  await workbench.waitFor(
    () => workbench.clipboard(),
    'the copy',
    (text) => text.includes('"note": "Looked at it with Kim."'),
  );
  await ask('Report Routine Checks…', 'Report Routine Checks');
  await press('Enter');
  const text = await workbench.waitFor(
    () => vscode.inExtensionHost((v) => v.window.activeTextEditor?.document.getText() ?? ''),
    'the report',
    (shown) => shown.startsWith('# Routine checks of Django sessions'),
  );
  assert.match(text, /\| Verify session table size is stable \| daily \| 1 \| 0 \| 1 \| passed, /u);
  assert.match(text, /- Marked by a person\.\n- Note: Looked at it with Kim\./u);
  assert.match(text, /## Sign-ins and sign-outs by day, estimated/u);
  await workbench.setTheme('dark');
  await workbench.screenshot('routine-report-dark');
  await press('Control+F4');
});

void test('when the day is over the status bar says so quietly, and on wish one notification a day does', async () => {
  // The clock of the extension host is put two days forward.
  await vscode.inExtensionHost(() => {
    const RealDate = Date;
    const ahead = 2 * 86_400_000;
    globalThis.Date = class extends RealDate {
      constructor(...given: [] | [number]) {
        if (given.length === 0) super(RealDate.now() + ahead);
        else super(...given);
      }
      static override now(): number {
        return RealDate.now() + ahead;
      }
    } as DateConstructor;
  });
  const overdue = (): ReturnType<typeof workbench.statusItem> => workbench.statusItem('djangoSessionMonitor.checks');
  await workbench.waitFor(
    overdue,
    'the reminder',
    ({ text, icons }) => text === '3 overdue' && icons[0] === 'checklist',
  );
  // The items beside it come and go, and with them it moves from under the mouse.
  await workbench.waitFor(
    () => workbench.statusHover('djangoSessionMonitor.checks'),
    'the hover of the reminder',
    (hover) => hover.includes('Overdue routine checks: Check session cleanup logs, Verify'),
  );
  assert.equal(await workbench.badge('Django Sessions'), undefined);
  assert.deepEqual(await reminders(), []);
  await workbench.screenshot('routine-overdue-dark');
  await vscode.updateSettings({ 'djangoSessionMonitor.routineChecks.reminder': 'notification' });
  await workbench.waitFor(reminders, 'the reminder of the day', (all) => all.length === 1);
  await workbench.clearNotifications();
  // A new result that leaves others overdue is no new reminder.
  await workbench.runCommand('Django Sessions: Run Check');
  await quickInput.waitOpen('Run which check?');
  await press('Enter');
  await workbench.waitFor(overdue, 'one less', ({ text }) => text === '2 overdue');
  assert.deepEqual(await reminders(), []);
  await vscode.updateSettings({ 'djangoSessionMonitor.routineChecks.reminder': 'none' });
  await workbench.waitFor(
    () => workbench.statusBar(),
    'the reminder to go',
    (items) => items.every(({ text }) => !text.includes('overdue')),
  );
});

void test('each tool of the chat answers through vscode.lm.invokeTool, and says what is wrong with a question', async () => {
  await flushCounters(sql);
  const invoke = (name: string, input: object): Promise<string> =>
    vscode.inExtensionHost(
      async (v, tool, given) => {
        try {
          const { content } = await v.lm.invokeTool(tool, { toolInvocationToken: undefined, input: given });
          return content.map((part) => (part instanceof v.LanguageModelTextPart ? part.value : '')).join('');
        } catch (error) {
          return String(error);
        }
      },
      name,
      input,
    );
  const registered = await vscode.inExtensionHost((v) => v.lm.tools.map(({ name }) => name));
  const ids = Object.values(LANGUAGE_MODEL_TOOLS);
  assert.deepEqual(
    ids.filter((id) => !registered.includes(id)),
    [],
  );
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const inputs: Readonly<Record<string, object>> = {
    [LANGUAGE_MODEL_TOOLS.history]: { metrics: ['sessions.total'], from },
    [LANGUAGE_MODEL_TOOLS.diagnosis]: { symptom: 'loggedOut' },
  };
  for (const id of ids) {
    const text = await invoke(id, inputs[id] ?? {});
    assert.ok(text.startsWith('{"database":"shop"'), `${id}: ${text.slice(0, 200)}`);
    const { rows } = await sql.query<{ session_key: string }>('SELECT session_key FROM django_session');
    assert.deepEqual(
      rows.filter(({ session_key }) => text.includes(session_key)),
      [],
      'a session key',
    );
  }
  assert.match(
    await invoke(LANGUAGE_MODEL_TOOLS.metrics, { group: 'sessions' }),
    /"id":"sessions\.total".{0,60}"value":500/u,
  );
  assert.match(
    await invoke(LANGUAGE_MODEL_TOOLS.history, { metrics: ['sessions.total'], from: 'now' }),
    /"from" is no date that can be read/u,
  );
  await assertCleanLogs(scene);
});
