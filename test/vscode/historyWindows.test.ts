import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ownerOfPort } from '../kit/socketOwner.ts';
import { openWorkbench, type Workbench } from '../kit/vscode.ts';
import { query, storedAnnotations, storedReadings } from './historyFile.ts';
import { findRow, numberIn, openLive, ourLog, untilRow } from './look.ts';
import { addExpired, countSessions, flushCounters, openScene, ROLE, VIEW, type Scene } from './scene.ts';

/** Several windows on one database: one of them reads, whatever happens to it. */

/** Its folder stands in the stack of what it throws. The bare name is in the path of VS Code, too, which lies in a cache of that name. */
const EXTENSION = 'django-session-monitor.django-session-monitor';
const EVERY_SECONDS = 2;
const EVERY_MS = EVERY_SECONDS * 1000;

const scene = await openScene({
  vscode: {
    settings: {
      'djangoSessionMonitor.intervalSeconds': EVERY_SECONDS,
      'djangoSessionMonitor.hiddenIntervalSeconds': EVERY_SECONDS,
      'djangoSessionMonitor.alerts.expiredForSeconds': 0,
    },
  },
});
const windows: Scene[] = [scene];
/** From when on no window was opened; milliseconds since the epoch. */
let allOpenAt = Infinity;
after(async () => {
  for (const { workbench } of windows.slice(1)) await workbench.close();
  await scene.stop();
});

/** Another window on the same folder, by the same server: an extension host of its own. */
async function openAnother(): Promise<Scene> {
  const workbench: Workbench = await openWorkbench(scene.vscode);
  const another = { ...scene, workbench };
  windows.push(another);
  await openLive(another);
  return another;
}

interface Backend {
  readonly pid: number;
  readonly port: number;
}

/** The monitor's connections, as the server sees them. */
async function backends(): Promise<readonly Backend[]> {
  const { rows } = await scene.sql.query<Backend>(
    `SELECT pid, client_port AS port FROM pg_stat_activity
      WHERE usename = $1 AND application_name LIKE 'django-session-monitor%'`,
    [ROLE],
  );
  return rows;
}

/** The one connection there is: waits until there is no more than one. */
async function poller(except?: number): Promise<Backend> {
  const [one] = await scene.workbench.waitFor(
    backends,
    'one window to read',
    (all) => all.length === 1 && all[0]?.pid !== except,
    { timeoutMs: 30_000 },
  );
  return one ?? assert.fail('no connection');
}

const READ_BY_OTHER = 'read by another window';

const readByOther = async (window: Scene): Promise<boolean> =>
  (await untilRow(window, 'History')).description.includes(READ_BY_OTHER);

/** Opens "This monitor", where the row of the history is. */
async function showHistory(window: Scene): Promise<void> {
  if ((await findRow(window, 'History')) === undefined) await window.workbench.tree().expand('This monitor');
  await untilRow(window, 'History', /since/);
}

/** The window that says that it reads, and the others. */
async function roles(): Promise<{ readonly leader: Scene; readonly others: readonly Scene[] }> {
  const leaders = await scene.workbench.waitFor(
    async () => {
      const found = [];
      for (const window of windows) {
        // Where the extension host was killed VS Code starts another, whose tree is folded.
        await showHistory(window);
        if (!(await readByOther(window))) found.push(window);
      }
      return found;
    },
    'one window to say that it reads',
    ({ length }) => length === 1,
    { timeoutMs: 30_000 },
  );
  const [leader = assert.fail()] = leaders;
  return { leader, others: windows.filter((window) => window !== leader) };
}

/** Follows the lease from now on until another window has it: when it was given back, and how long nobody had it. */
async function handOver(): Promise<{ readonly leftMs: number; readonly tookMs: number }> {
  const holder = async (): Promise<string | null> =>
    (await query<{ holder: string | null }>(scene, 'SELECT holder FROM lease'))[0]?.holder ?? null;
  const began = performance.now();
  const first = await holder();
  let leftAt: number | undefined;
  const taken = await scene.workbench.waitFor(
    async () => {
      const now = await holder();
      if (now === null) leftAt ??= performance.now();
      return now;
    },
    'another window to have the lease',
    (now) => now !== null && now !== first,
    { timeoutMs: 30_000 },
  );
  assert.notEqual(taken, first);
  // One that was never free was taken from a window that held it to the end.
  const left = leftAt ?? began;
  return { leftMs: Math.round(left - began), tookMs: Math.round(performance.now() - left) };
}

void test('of three windows one reads, and all show what it read', async () => {
  await openLive(scene);
  await openAnother();
  await openAnother();
  await poller();
  for (const window of windows) await showHistory(window);
  const followers = [];
  for (const window of windows) followers.push(await readByOther(window));
  assert.equal(followers.filter(Boolean).length, 2, followers.join());
  await addExpired(scene.sql, 300);
  const { total } = await countSessions(scene.sql);
  for (const window of windows) await untilRow(window, 'Total', ({ description }) => numberIn(description) === total);
  // While all of them showed it, nobody else has connected.
  assert.equal((await backends()).length, 1);
  allOpenAt = Date.now();
});

void test('an alert is told by one window, and shown by all', async () => {
  await addExpired(scene.sql, 1500);
  for (const window of windows) await untilRow(window, /^Expired sessions pile up/);
  const told = [];
  for (const { workbench } of windows) {
    await workbench.clickStatusItem('status.notifications');
    told.push(...(await workbench.notifications()).filter(({ message }) => message.includes('pile up')));
    await workbench.clearNotifications();
  }
  assert.equal(told.length, 1, JSON.stringify(told));
  const firing = (await storedAnnotations(scene)).filter(({ kind }) => kind === 'alertFiring');
  assert.equal(firing.length, 1, JSON.stringify(firing));
});

void test('kill -9 on the one that reads: another goes on within two intervals, and nothing is stored twice', async () => {
  const first = await poller();
  const pid = (await ownerOfPort(first.port)) ?? assert.fail('no process has the connection');
  const stored = await storedReadings(scene);
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  const next = await poller(first.pid);
  assert.notEqual(await ownerOfPort(next.port), pid);
  const all = await scene.workbench.waitFor(
    () => storedReadings(scene),
    'readings after the kill',
    (times) => times.filter((at) => at > killedAt).length >= 7,
    { timeoutMs: 30_000 },
  );
  const before = all.filter((at) => at <= killedAt).at(-1) ?? assert.fail('no reading before the kill');
  const afterwards = all.find((at) => at > killedAt) ?? assert.fail('no reading after the kill');
  console.log(`Readings ${EVERY_MS} ms apart; ${afterwards - killedAt} ms after the kill the next one was stored`);
  // The last reading came at most one interval before the kill; from the last beat it is two, and the reading takes its time.
  assert.ok(afterwards - killedAt <= 2 * EVERY_MS + 500, `${afterwards - killedAt} ms`);
  assert.ok(before >= (stored.at(-1) ?? 0));
  // Two that read would be closer than half an interval about half of the time. One that takes over keeps its own time.
  const steady = [all.filter((at) => at > allOpenAt && at <= killedAt), all.filter((at) => at > killedAt)];
  const apart = steady.flatMap((times) => times.slice(1).map((at, i) => at - (times[i] ?? 0)));
  assert.ok(apart.length > 4, `${apart.length} readings are too few to tell`);
  assert.ok(Math.min(...apart) > EVERY_MS / 2, `readings of two windows: ${apart.join()}`);
});

void test('paused in the window that reads, another goes on; its figures are the same', async () => {
  const first = await poller();
  const { leader, others } = await roles();
  await leader.workbench.runCommand('Django Sessions: Pause Monitoring');
  await untilRow(leader, 'Monitoring is paused');
  await poller(first.pid);
  const [other = assert.fail('no other window')] = others;
  await flushCounters(scene.sql);
  const { total } = await countSessions(scene.sql);
  await untilRow(other, 'Total', ({ description }) => numberIn(description) === total);
  await leader.workbench.runCommand('Django Sessions: Resume Monitoring');
  await untilRow(leader, 'Total', ({ description }) => numberIn(description) === total);
  assert.equal((await backends()).length, 1);
});

void test('loaded again, the window that reads gives its place to another at once, and has the history from before', async () => {
  const [first] = await storedReadings(scene);
  const before = await poller();
  const { leader } = await roles();
  const handedOver = handOver();
  await leader.workbench.reload();
  const { leftMs, tookMs } = await handedOver;
  console.log(`The lease was given back ${leftMs} ms after the reload began, and taken ${tookMs} ms later`);
  assert.ok(tookMs < 1000, `${tookMs} ms`);
  await poller(before.pid);
  await openLive(leader);
  const [now] = await storedReadings(scene);
  assert.equal(now, first);
  await showHistory(leader);
  const errors = (await ourLog(scene)).split('\n').filter((line) => line.includes('[error]'));
  assert.deepEqual(errors, []);
  // With their stacks: another extension may write to a channel that it has closed, when a reload catches it at work.
  const entries = (await scene.vscode.logs()).split(/^(?=\d{4}-\d\d-\d\d )/mu);
  const closed = entries.filter((entry) => /channel has been closed/iu.test(entry) && entry.includes(EXTENSION));
  assert.deepEqual(closed, []);
  await leader.workbench.openView(VIEW);
});
