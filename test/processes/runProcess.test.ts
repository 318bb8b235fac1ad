import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startProcess, type StartedProcess } from '../../src/common/runProcess.ts';

/** Programs that have ended: what they wrote is read however late, and what they leave behind is not waited for. */

/** 140 kB: 64 that are read, 64 that the stream holds, and a rest in the socket, which takes 18 more before the program has to wait. */
const LINES = 13_700;
const WRITES = `process.stdout.write(Array.from({ length: ${LINES} }, (_, i) => 'line ' + i + '\\n').join(''));`;

/** Keeps all that would read in this process from being run. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function linesOf({ stdout }: StartedProcess): () => number {
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text.split('\n').length - 1;
}

test('no line is lost where who reads has paused it, and this process is then too busy to read for longer than is waited', async () => {
  const program = startProcess(process.execPath, ['-e', WRITES]);
  const lines = linesOf(program);
  program.stdout.once('data', () => program.stdout.pause());
  // Node lets it flow again when the program has ended; what the pipe holds comes after what it has read already.
  program.stdout.once('pause', () => program.stdout.once('resume', () => block(1_000)));
  // Where a socket holds less, the program can't end before it is read on.
  const held = setTimeout(() => program.stdout.resume(), 2_000);
  assert.equal(await program.closed, 0);
  clearTimeout(held);
  assert.equal(lines(), LINES);
});

test('what a program leaves behind, silent or writing without end, is not waited for', async () => {
  for (const left of ['sleep 60', 'yes']) {
    const program = startProcess('sh', ['-c', `echo one; ${left} & exit 0`]);
    const lines = linesOf(program);
    assert.equal(await program.closed, 0, left);
    assert.ok(lines() >= 1, left);
    program.end();
  }
});
