import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SqliteHistory } from '../../../src/history/sqlite/sqliteHistory.ts';
import { IDENTITY, sqlite, temporaryFolder } from '../../unit/history/folder.ts';

const WINDOW = fileURLToPath(new URL('window.ts', import.meta.url));
const EVERY_MS = 1500;

interface Line {
  readonly event: string;
  readonly at: number;
  readonly role?: string;
  readonly kind?: string;
  readonly code?: string;
  readonly reading?: number;
  readonly stored?: boolean;
  readonly log?: readonly string[];
}

/** One process; killed after the test, whatever happens. */
class Window {
  readonly lines: Line[] = [];
  readonly #child;
  #errors = '';

  constructor(t: TestContext, folder: string, everyMs = EVERY_MS, fails = '') {
    const args = ['--disable-warning=ExperimentalWarning', WINDOW, folder, String(everyMs), fails];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => undefined); // it was killed
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line) as Line));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    t.after(() => {
      this.kill();
    });
  }

  get role(): string | undefined {
    return this.lines.findLast(({ event }) => event === 'role')?.role;
  }

  events(event: string, since = 0): Line[] {
    return this.lines.filter((line) => line.event === event && line.at >= since);
  }

  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): number {
    this.#child.kill(signal);
    return Date.now();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.send('stop');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    const stopped = this.lines.at(-1);
    assert.equal(stopped?.event, 'stopped', this.#errors);
    assert.deepEqual(stopped.log, []);
  }
}

async function until(what: string, holds: () => boolean, limitMs = 30_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end) assert.fail(`Waited in vain until ${what}.`);
    await sleep(10);
  }
}

/** Windows that are all up, the first of them polling. */
async function windows(t: TestContext, folder: string, number: number): Promise<readonly Window[]> {
  const first = new Window(t, folder);
  await until('the first polls', () => first.events('shown').length > 0);
  const all = [first, ...Array.from({ length: number - 1 }, () => new Window(t, folder))];
  await until('all show figures', () => all.every((window) => window.events('shown').length > 1));
  return all;
}

const polling = (all: readonly Window[]): Window[] => all.filter(({ role }) => role === 'leader');

/** Times of the readings in the store, which must be those of the readings that windows took. */
async function stored(folder: string): Promise<number[]> {
  const file = new SqliteHistory(await sqlite(), join(folder, IDENTITY.fileName));
  const times = file.readings(0, Infinity).map(({ at }) => at);
  file.close();
  return times;
}

test('of three windows one polls, and all show what it read; when it closes, another goes on at once', async (t) => {
  const folder = temporaryFolder(t);
  const all = await windows(t, folder, 3);
  const [first, second, third] = all;
  assert.ok(first && second && third);
  await until('some readings are shown', () => all.every((window) => window.events('shown').length >= 4));
  assert.deepEqual(polling(all), [first]);
  for (const follower of [second, third]) {
    assert.equal(follower.events('open').length + follower.events('read').length, 0);
    const own = follower.events('shown').map(({ reading }) => reading);
    const read: ReadonlySet<number | undefined> = new Set(first.events('shown').map(({ reading }) => reading));
    assert.ok(own.every((reading) => read.has(reading)));
    assert.equal(new Set(own).size, own.length);
    assert.ok(follower.events('shown').every((line) => line.stored === false));
  }
  await first.stop();
  const closed = Date.now();
  await until('another polls', () => polling([second, third]).length === 1);
  const [next] = polling([second, third]);
  await until('it has read', () => next !== undefined && next.events('read', closed).length > 0);
  assert.ok((next?.events('role').at(-1)?.at ?? Infinity) - closed <= EVERY_MS);
  await Promise.all([second.stop(), third.stop()]);
});

test('kill -9 on the one that polls: another has read within two intervals, and no reading is stored twice', async (t) => {
  const folder = temporaryFolder(t);
  const all = await windows(t, folder, 3);
  const [first, ...others] = all;
  assert.ok(first);
  const killed = first.signal('SIGKILL');
  await until('another has read', () => others.some((window) => window.events('read', killed).length > 0));
  const taken = Math.min(...others.flatMap((window) => window.events('read', killed)).map(({ at }) => at));
  assert.ok(taken - killed <= 2 * EVERY_MS, `${taken - killed} ms`);
  await until('the others show it', () => others.every((window) => window.events('shown', killed).length >= 3));
  assert.equal(polling(others).length, 1);
  await Promise.all(others.map((window) => window.stop()));
  const shown = new Set(all.flatMap((window) => window.events('shown')).map(({ reading }) => reading));
  const times = await stored(folder);
  assert.equal(new Set(times).size, times.length);
  assert.ok(times.every((at) => shown.has(at)));
  // Two windows would read side by side. The first two readings are close together, so that rates are there soon; and the one
  // that takes over keeps its own time, so that nothing is said of the last reading before and the first after.
  const steady = [times.slice(2).filter((at) => at <= killed), times.filter((at) => at > killed)];
  const distances = steady.flatMap((part) => part.slice(1).map((at, i) => at - (part[i] ?? 0)));
  assert.ok(distances.length >= 2, 'too few to tell');
  assert.ok(Math.min(...distances) > EVERY_MS / 2, distances.join(' '));
});

test('a window that hangs loses its place within two intervals; awake again, it stores nothing and follows', async (t) => {
  const folder = temporaryFolder(t);
  const [first, second] = await windows(t, folder, 2);
  assert.ok(first && second);
  const hung = first.signal('SIGSTOP');
  await until('the other has read', () => second.events('read', hung).length > 0);
  const took = (second.events('read', hung)[0]?.at ?? Infinity) - hung;
  assert.ok(took <= 2 * EVERY_MS, `${took} ms`);
  await until('it has read some', () => second.events('read', hung).length >= 3);
  const awake = first.signal('SIGCONT');
  await until('the first follows', () => first.role === 'follower');
  await until('it shows what the second reads', () => {
    const read = new Set(second.events('shown', awake).map(({ reading }) => reading));
    return first.events('shown', awake).some(({ reading }) => read.has(reading));
  });
  assert.equal(second.role, 'leader');
  assert.equal(first.events('read', awake).length, 0);
  assert.equal(first.events('close').length, first.events('open').length);
  assert.ok(first.events('shown', awake).every((line) => line.stored === false));
  await Promise.all([first.stop(), second.stop()]);
  const times = await stored(folder);
  const others = new Set(
    first
      .events('shown', hung)
      .filter((line) => line.stored)
      .map(({ reading }) => reading),
  );
  assert.ok(times.every((at) => !others.has(at)));
});

test('a person who refreshes another window gets a reading at once, and that window polls from then on', async (t) => {
  const [first, second] = await windows(t, temporaryFolder(t), 2);
  assert.ok(first && second);
  const asked = Date.now();
  second.send('refresh');
  await until('it has read', () => second.events('read', asked).length > 0);
  await until('the first follows', () => first.role === 'follower');
  await until('the first shows it', () => first.events('shown', asked).length >= 2);
  assert.deepEqual(polling([first, second]), [second]);
  await Promise.all([first.stop(), second.stop()]);
});

test('who reads more often polls, so that a hidden window does not slow down a visible one', async (t) => {
  const [first, second] = await windows(t, temporaryFolder(t), 2);
  assert.ok(first && second);
  first.send('every 30000');
  await until('the second polls', () => second.role === 'leader' && first.role === 'follower');
  await Promise.all([first.stop(), second.stop()]);
});

test('what fails in the one that polls is told in the others as well', async (t) => {
  const folder = temporaryFolder(t);
  const first = new Window(t, folder, EVERY_MS, 'server-down');
  await until('it fails', () => first.events('state').some(({ code }) => code === 'server-down'));
  const second = new Window(t, folder);
  await until('the other says so', () => second.events('state').some(({ code }) => code === 'server-down'));
  assert.equal(second.events('read').length, 0);
  second.kill();
  await first.stop().catch(() => undefined);
});

test('windows that begin at the same moment make one store, and one of them polls', async (t) => {
  const folder = temporaryFolder(t);
  const all = Array.from({ length: 3 }, () => new Window(t, folder));
  await until('all show figures', () => all.every((window) => window.events('shown').length > 2));
  assert.equal(polling(all).length, 1);
  await Promise.all(all.map((window) => window.stop()));
});
