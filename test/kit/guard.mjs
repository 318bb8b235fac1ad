/**
 * Runs a command in a process group of its own and ends the whole group when whoever started this guard is gone, for
 * whatever reason: the guard's standard input is a pipe held by the starter, and the kernel closes it even after
 * SIGKILL. Afterwards it removes the folders that were made for the command.
 *
 *   node guard.mjs '{"remove":["/tmp/x"],"graceMs":3000}' command argument…
 *
 * Plain JavaScript, so that it starts in the time of a bare Node.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [optionsText = '{}', command, ...args] = process.argv.slice(2);
const { remove = [], graceMs = 3000 } = JSON.parse(optionsText);
if (command === undefined) throw new Error('guard: no command given');

const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
let ending = false;

/** Signals the group; false when no process of it is left. */
function signalGroup(signal) {
  if (child.pid === undefined) return false;
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    // EPERM: macOS reports it for a group of zombies only.
    if (error.code === 'ESRCH' || error.code === 'EPERM') return false;
    throw error;
  }
}

async function end(code) {
  if (ending) return;
  ending = true;
  signalGroup('SIGTERM');
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && signalGroup(0)) await sleep(20);
  // Zombies of the group count as alive until init has reaped them, so this loop is bounded too.
  for (let tries = 0; tries < 100 && signalGroup('SIGKILL'); tries++) await sleep(20);
  for (const folder of remove) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(code);
}

child.on('error', (error) => {
  process.stderr.write(`guard: ${error.message}\n`);
  void end(127);
});
child.on('exit', (code, signal) => void end(code ?? (signal === null ? 1 : 128)));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void end(0));
// The starter may be gone together with the readers of our output: that must not keep us from cleaning up.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => void end(0));
process.stdin.on('error', () => void end(0));
process.stdin.on('end', () => void end(0));
process.stdin.on('close', () => void end(0));
process.stdin.resume();
