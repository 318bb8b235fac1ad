import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../kit/node24.ts';

/** `npm run demo` as a person has it: one address to open, and after Ctrl-C nothing is left. */

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

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`the demo opens one address, and ends with all it started on ${signal}`, async (t) => {
    const demo = spawn(process.execPath, ['test/demo/main.mjs', '--rows', '2000'], {
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
