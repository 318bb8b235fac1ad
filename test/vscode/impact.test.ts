import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { card, chooseRange, OPEN, page, seriousViolations } from './dashboardPage.ts';
import { storedAnnotations } from './historyFile.ts';
import { makeHistory, makeRepository } from './impactScene.ts';
import { assertCleanLogs, openLive, untilRow } from './look.ts';
import { openScene } from './scene.ts';
import { THEMES } from './themes.ts';

/** What became of the saves, in the real VS Code with its own git extension on a real repository. */

const HOUR_MS = 3_600_000;
const changedAt = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 30 * HOUR_MS + 2 * 60_000);
const committedAt = new Date(changedAt.getTime() - 60_000);
let hash = '';

const scene = await openScene({
  workbench: { theme: 'dark', width: 1500, height: 1400 },
  vscode: { builtIns: ['git', 'git-base'], settings: { 'djangoSessionMonitor.intervalSeconds': 1 } },
  prepare: async (folder) => {
    hash = await makeRepository(folder, committedAt);
  },
  beforeStart: (vscode, connectionString) => makeHistory(vscode, connectionString, changedAt),
});
after(() => scene.stop());
const { workbench, vscode, folder } = scene;
const panel = (): ReturnType<ReturnType<typeof page>['locator']> => page(workbench).locator('#compare');

void test('a change of the saves is found and told with the commit one minute before it', async () => {
  await openLive(scene);
  const marks = await workbench.waitFor(
    () => storedAnnotations(scene),
    'the commits and the change among the annotations',
    (all) => all.some(({ kind }) => kind === 'commit') && all.some(({ text }) => text.includes('after: commit')),
    { timeoutMs: 60_000 },
  );
  const change = marks.find(({ kind }) => kind === 'changePoint');
  assert.ok(change !== undefined && Math.abs(change.at - changedAt.getTime()) <= 2 * 60_000, JSON.stringify(marks));
  assert.match(change.text, /^Saves −8[4-7](?:\.\d)?% since .*, [1-3] minutes? after: commit /);
  assert.ok(change.text.includes(hash.slice(0, 7)));
  await workbench.tree().expand('Writes');
  await untilRow(scene, 'Last change of the saves', /−8\d.*% since .* after: commit/);
});

void test('the mark of a commit says it as plain text and compares with one click, allowing for the day', async () => {
  await workbench.runCommand(OPEN);
  await card(workbench, 'saves').waitFor();
  await chooseRange(workbench, '7 days');
  const mark = card(workbench, 'saves').locator('.mark').filter({ visible: true });
  await workbench.waitFor(
    () => mark.evaluateAll((marks) => marks.map((one) => one.getAttribute('title') ?? '')),
    'the marks',
    (titles) => titles.some((title) => title.includes(hash.slice(0, 7))),
  );
  await card(workbench, 'saves')
    .locator(`.mark[title*="${hash.slice(0, 7)}"]`)
    .click();
  const impact = await workbench.waitFor(
    () => panel().locator('.compare-sentence').innerText(),
    'what became of the saves',
    (text) => text !== '',
    { timeoutMs: 60_000 },
  );
  assert.match(impact, /^Saves −8[4-7](?:\.\d)?% \(−8\d(?:\.\d)?% to −8\d(?:\.\d)?%\)/);
  assert.match(await panel().locator('.compare-result').innerText(), /At the same times of day, 95% intervals from/);
  const said = await card(workbench, 'saves').locator('.said').innerText();
  assert.ok(said.includes('[now](command:workbench.action.closeWindow) <img src=x onerror=alert(1)>'), said);
  assert.ok(!said.includes('\u202E'));
  assert.equal(await page(workbench).locator('.said img, .said a').count(), 0);
  assert.deepEqual(await seriousViolations(workbench), []);
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`impact-compare-${theme}`);
  }
  await workbench.setTheme('dark');
});

void test('by keyboard: the mark that has the focus, and the command that asks which commit', async () => {
  await panel().locator('vscode-button').filter({ hasText: 'Clear' }).click();
  const mark = card(workbench, 'saves').locator(`.mark[title*="${hash.slice(0, 7)}"]`);
  await mark.focus();
  // It says the mark already: the first press takes that back, and the second says it and compares.
  await workbench.page.keyboard.press('Enter');
  await workbench.page.keyboard.press('Enter');
  await panel()
    .locator('.compare-sentence')
    .filter({ hasText: /^Saves −8/ })
    .waitFor({ timeout: 60_000 });
  await panel().locator('vscode-button').filter({ hasText: 'Clear' }).click();
  await workbench.runCommand('Django Sessions: Compare Before and After Commit…');
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the commits, as plain text',
    (state) => state?.items[0]?.label.includes(hash.slice(0, 7)) === true,
  );
  await workbench.quickInput.accept();
  await panel()
    .locator('.compare-sentence')
    .filter({ hasText: /^Saves −8/ })
    .waitFor({ timeout: 60_000 });
});

void test('the document says what was expected beside what was measured, and which is which', async () => {
  await workbench.runCommand('Django Sessions: Show Expected and Measured Impact…');
  const chosen = await workbench.waitFor(
    () => workbench.quickInput.state(),
    'what to compare around',
    (state) => state?.items.some(({ label }) => label.includes(hash.slice(0, 7))) === true,
  );
  assert.ok(chosen?.items.every(({ label }) => !label.includes('$(flame)')));
  await workbench.screenshot('impact-choice-dark');
  await workbench.quickInput.type(`Commit ${hash.slice(0, 7)}`);
  await workbench.quickInput.accept();
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the assumptions',
    (state) => state?.items.some(({ label }) => label.includes('Requests of a user a day')) === true,
  );
  await workbench.screenshot('impact-assumptions-dark');
  await workbench.quickInput.type('Users a day');
  await workbench.quickInput.accept();
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the number of users',
    (state) => state?.value === '1000',
  );
  await workbench.quickInput.type('2500');
  await workbench.quickInput.accept();
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the assumptions with the new number',
    (state) => state?.items.some(({ description }) => description.includes('2,500')) === true,
  );
  await workbench.quickInput.accept();
  const text = await workbench.waitFor(
    () => vscode.inExtensionHost((api) => api.window.activeTextEditor?.document.getText() ?? ''),
    'the document',
    (one) => one.startsWith('# Session saves before and after'),
  );
  assert.match(text, /Saves at the same times of day: −8[4-7](?:\.\d)?%, 95% interval/);
  assert.match(text, /\| At each request \| 2,500 × 100 \| ≈ 250,000 \(estimate\) \| before: [\d,]+ \(measured\) \|/);
  assert.match(text, /\| Saves a request \| 0\\\.9\d* \| 0\\\.13\d* \| −8/);
  for (const line of text.split('\n')) if (line.includes('≈')) assert.match(line, /\(estimate\)|simulated/);
  await workbench.screenshot('impact-document-dark');
});

void test('the settings file names the commit over the list and in the hover, both to compare with one click', async () => {
  await workbench.openFile(join(folder, 'config', 'settings', 'base.py'));
  const lens = await workbench.waitFor(
    () => workbench.codeLenses(),
    'the lens of the commit',
    (all) => all.some((one) => one.includes(`Changed by ${hash.slice(0, 7)}`)),
    { timeoutMs: 60_000 },
  );
  assert.ok(lens.length > 0);
  const hover = await workbench.editorHover(
    'config.middleware.ThrottledSessionMiddleware',
    /Compare before and after this commit/,
  );
  assert.match(hover, /Last changed by [0-9a-f]{7} .*\[now\]\(command:workbench.action.closeWindow\)/);
  await workbench.screenshot('impact-lens-dark');
  await workbench.clickCodeLens('compare before and after');
  await panel()
    .locator('.compare-sentence')
    .filter({ hasText: /^Saves −8/ })
    .waitFor({ timeout: 60_000 });
});

void test('leaves no error in the logs', async () => {
  await assertCleanLogs(scene);
});
