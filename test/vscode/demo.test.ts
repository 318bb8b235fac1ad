import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { THINGS_TO_TRY, titleOf } from '../demo/thingsToTry.ts';
import { ROOT } from '../kit/node24.ts';
import { launchBrowser } from '../kit/vscode.ts';
import { notifications } from '../kit/workbench/messages.ts';
import { TreeDriver } from '../kit/workbench/tree.ts';
import { screenshot } from '../kit/workbench/wait.ts';

/** `npm run demo` as a person has it: one address to open, a picture that explains itself, and after Ctrl-C nothing is left. */

/** A third of them has expired: more than the alert allows. */
const ROWS = '6000';

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited 60 s for ${what}.`);
    await sleep(50);
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

/** What is there without a click: the view, the dashboard beside it, a past, and a word on what of it is made up. */
async function assertPicture(page: Page): Promise<void> {
  const dashboard = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await dashboard.locator('.card[data-chart="expired"][data-firing]').waitFor({ timeout: 60_000 });
  const range = dashboard.locator('.toolbar vscode-dropdown').first();
  assert.deepEqual(
    (await range.locator('vscode-option').allTextContents()).filter((label) => label.includes('no readings that old')),
    [],
    'there are readings of a year',
  );
  const marks = dashboard.locator('.card[data-chart="saves"] .mark[title*="before this moment are made up"]');
  assert.equal(await marks.count(), 1);
  const response = dashboard.locator('.card[data-chart="responseTimes"] button[data-series="application.p95"] .value');
  await until(async () => /\d ms/.test(await response.innerText()), 'the response times of the application');

  const tree = new TreeDriver(page, page.locator('.part.sidebar [role="tree"]').first());
  const service = (await tree.row('Cleanup service')).row;
  assert.match(service.description, /failing/);
  await page.locator('.part.statusbar').getByText('Demo: the past is made up').click();
  const things = THINGS_TO_TRY.map(titleOf).join();
  await until(
    async () => (await notifications(page)).some(({ buttons }) => buttons.join() === things),
    'the three things to try',
  );
  await screenshot(page, 'demo');
}

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`the demo opens one address, and ends with all it started on ${signal}`, async (t) => {
    const demo = spawn(process.execPath, ['test/demo/main.mjs', '--rows', ROWS], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => demo.kill('SIGTERM'));
    let output = '';
    demo.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    demo.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    await until(
      () => output.endsWith('(Ctrl-C ends everything)\n') || demo.exitCode !== null,
      `the address in:\n${output}`,
    );
    const lines = output.trim().split('\n');
    const [, url = ''] = /^Open (http:\S+) {2}\(Ctrl-C ends everything\)$/.exec(lines.at(-1) ?? '') ?? [];
    assert.notEqual(url, '', output);
    assert.equal(lines.filter((line) => line.includes('http:')).length, 1, output);
    assert.ok(await answers(url));
    const folder = new URL(url).searchParams.get('folder') ?? '';
    assert.ok(existsSync(`${folder}/backend/manage.py`));
    for (const thing of THINGS_TO_TRY) assert.ok(output.includes(`${titleOf(thing)} ${thing.text}`), output);
    assert.match(output, /history before this start is made up/);

    if (signal === 'SIGINT') {
      const browser = await launchBrowser();
      t.after(() => browser.close());
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
      await page.goto(url);
      await assertPicture(page);
      await browser.close();
    }

    demo.kill(signal);
    if (signal === 'SIGINT') assert.deepEqual(await once(demo, 'exit'), [0, null], output);
    await until(async () => !(await answers(url)), 'VS Code to be gone');
    await until(() => !existsSync(dirname(folder)), 'the copy of the sample project to be gone');
  });
}

test('the demo refuses options that make no sense, each with what is allowed', async () => {
  for (const [args, message] of [
    [['--rows', 'many'], /--rows takes a whole number from 1 to 50000000, not "many"/],
    [['--port', '0'], /--port takes a whole number from 1 to 65535/],
    [['--colour'], /Unknown option '--colour'/],
  ] as const) {
    const demo = spawn(process.execPath, ['test/demo/main.mjs', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    demo.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const [code] = (await once(demo, 'close')) as [number];
    assert.equal(code, 1);
    assert.match(errors, message);
  }
});
