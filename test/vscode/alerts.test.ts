import { Client } from 'pg';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import {
  afterReadings,
  allNotifications,
  assertCleanLogs,
  findRow,
  openLive,
  status,
  untilHover,
  untilRow,
  untilStatus,
} from './look.ts';
import { isKept } from './watchPage.ts';
import { addExpired, DATABASE, openScene, VIEW } from './scene.ts';

const EXPIRED = 'Expired sessions pile up';

const scene = await openScene({
  fill: { rows: 500, expiredShare: 0 },
  postgres: { settings: { max_connections: '20' } },
  workbench: { theme: 'light', height: 1300 },
  vscode: {
    settings: {
      'djangoSessionMonitor.intervalSeconds': 1,
      'djangoSessionMonitor.hiddenIntervalSeconds': 1,
      'djangoSessionMonitor.alerts.expiredForSeconds': 3,
      'djangoSessionMonitor.alerts.connectionsForSeconds': 1,
      'djangoSessionMonitor.alerts.savesForSeconds': 1,
      // The rows that the tests add are saves as well.
      'djangoSessionMonitor.alerts.savesPerMinute': 1_000_000,
    },
  },
});
after(() => scene.stop());
const { workbench, vscode, sql, postgres } = scene;

/** With a VACUUM, so that the table stays small enough to be read as a whole and its figures exact. */
async function removeExpired(): Promise<void> {
  await sql.query('DELETE FROM django_session WHERE expire_date < now()');
  await sql.query('VACUUM django_session');
}

/** Waits for exactly this many notifications, and that further readings bring none. */
async function untilNotified(count: number): ReturnType<typeof allNotifications> {
  await workbench.waitFor(
    () => allNotifications(scene),
    `${String(count)} notifications`,
    (all) => all.length === count,
  );
  await afterReadings(scene);
  const all = await allNotifications(scene);
  assert.equal(all.length, count, JSON.stringify(all));
  return all;
}

/** Waits for the row with this icon and a description that fits. */
function untilIcon(label: string, icon: string, text = /./): ReturnType<typeof untilRow> {
  return untilRow(scene, label, (row) => row.icon === icon && text.test(row.description));
}

/** The icons of the status bar item are drawn with its text, a moment after the badge. */
async function untilStatusIcons(...icons: string[]): Promise<void> {
  await workbench.waitFor(
    () => status(scene),
    `the icons ${icons.join()}`,
    (item) => item.icons.join() === icons.join(),
  );
}

async function untilBadge(value: string | undefined): Promise<void> {
  await workbench.waitFor(
    () => workbench.badge(VIEW),
    `the badge ${value ?? 'to go'}`,
    (badge) => badge === value,
  );
}

void test('an alert is pending, then fires: row, icon, badge, status bar, and one notification', async () => {
  await openLive(scene);
  await untilIcon('Alerts', 'pass', /^none/);
  assert.equal(await workbench.badge(VIEW), undefined);
  await addExpired(sql, 1200);
  await untilIcon(EXPIRED, 'watch', /pending/);
  await untilBadge('1');
  const row = await untilIcon(EXPIRED, 'warning', /1,200/);
  assert.deepEqual(row.actions, ['Acknowledge Alert', 'Snooze Alert…', 'Clear Expired Sessions…', 'Diagnose…']);
  assert.match((await untilRow(scene, 'Alerts')).description, /^1 warning/);
  await untilStatus(scene, 'pulse', / 1$/);
  await untilStatusIcons('pulse', 'warning');
  const [notification] = await untilNotified(1);
  assert.equal(notification?.severity, 'warning');
  assert.match(notification.message, /^Expired sessions pile up\. 1,200 expired sessions \(threshold 1,000\)/);
  assert.deepEqual(notification.buttons.toSorted(), ['Acknowledge', 'Clear Expired…', 'Diagnose…', 'Show Alerts']);
  // The age of the alert is drawn with each reading, which takes a hover away.
  await vscode.updateSettings({ 'djangoSessionMonitor.intervalSeconds': 3600 });
  await untilHover(scene, EXPIRED, /Fires when the value is above 1,000 for 3 s/);
});

void test('the notification leads to the alerts, and an acknowledged alert is quiet', async () => {
  await vscode.updateSettings({ 'djangoSessionMonitor.intervalSeconds': 1 });
  await workbench.openView('Explorer');
  await workbench.clickNotificationButton('Show Alerts');
  await workbench.waitFor(
    () => findRow(scene, 'Alerts'),
    'the alerts to be selected',
    (row) => row?.selected === true,
  );
  await workbench.tree().act(EXPIRED, 'Acknowledge Alert');
  const row = await untilIcon(EXPIRED, 'bell-slash', /acknowledged/);
  assert.deepEqual(row.actions, ['Snooze Alert…', 'Clear Expired Sessions…', 'Diagnose…']);
  await untilBadge(undefined);
  await untilStatusIcons('pulse');
});

void test('an alert clears when the rows are gone, and says so once', async () => {
  await workbench.clearNotifications();
  await removeExpired();
  await workbench.waitFor(
    () => findRow(scene, EXPIRED),
    'the row to go',
    (row) => row === undefined,
  );
  const [notification] = await untilNotified(1);
  assert.equal(notification?.severity, 'info');
  assert.match(notification.message, /^Cleared: Expired sessions pile up\. 0 expired sessions/);
  await untilIcon('Alerts', 'pass');
});

void test('a firing alert is not told again after the window is loaded again', async () => {
  await addExpired(sql, 1200);
  await untilBadge('1');
  await workbench.waitFor(() => isKept(workbench, 'firingSince'), 'the state of the alert to be kept');
  await workbench.reload();
  await openLive(scene);
  await untilBadge('1');
  await untilIcon(EXPIRED, 'warning', /1,200/);
  await untilNotified(0);
});

void test('a snoozed alert stays in the list without counting, until the snooze is ended', async () => {
  await workbench.tree().contextMenu(EXPIRED, 'Snooze Alert…');
  const { items } = await workbench.quickInput.waitOpen(`Snooze "${EXPIRED}"`);
  assert.deepEqual(
    items.map((item) => item.label),
    ['15 min', '1 h', '8 h', '24 h'],
  );
  await workbench.quickInput.pick('1 h');
  await untilIcon(EXPIRED, 'bell-slash', /snoozed for (59|60) min|snoozed for 1 h/);
  await untilBadge(undefined);
  await workbench.runCommand('Django Sessions: Snooze Alert…');
  await workbench.quickInput.pick(EXPIRED);
  await workbench.quickInput.pick('End the snooze');
  await untilBadge('1');
  await workbench.runCommand('Django Sessions: Acknowledge Alert');
  await workbench.quickInput.pick(EXPIRED);
  await untilRow(scene, EXPIRED, /acknowledged/);
  await removeExpired();
  await untilNotified(1);
  await workbench.clearNotifications();
});

void test('a critical alert of connections that run out, in red', async () => {
  const clients = Array.from({ length: 15 }, () => new Client({ connectionString: postgres.connectionString() }));
  for (const client of clients) client.on('error', () => undefined); // the server may end before them
  await Promise.all(clients.map((client) => client.connect()));
  const label = 'Connections are running out';
  await untilIcon(label, 'error', /100%|9\d%/);
  await untilBadge('1');
  const item = await workbench.waitFor(
    () => status(scene),
    'the status bar in red',
    (one) => one.kind === 'error',
  );
  assert.deepEqual(item.icons, ['pulse', 'error']);
  const [notification] = await untilNotified(1);
  assert.equal(notification?.severity, 'error');
  assert.match(notification.message, /\d+ of 17 connections are in use/);
  await workbench.clickNotificationButton('Acknowledge');
  await untilBadge(undefined);
  await workbench.waitFor(
    () => status(scene),
    'the status bar to be calm',
    (one) => one.kind === '',
  );
  await Promise.all(clients.map((client) => client.end()));
  await untilNotified(1);
  await workbench.clearNotifications();
});

void test('thresholds and notifications are settings that a running monitor follows', async () => {
  await vscode.updateSettings({
    'djangoSessionMonitor.alerts.savesPerMinute': 100,
    'djangoSessionMonitor.notifications': 'critical',
  });
  const traffic = new TrafficSimulator({
    connectionString: postgres.connectionString(DATABASE),
    secretKey: SAMPLE_SECRET_KEY,
    savesPerMinute: 6000,
  });
  await traffic.start();
  try {
    await untilIcon('Many session saves', 'warning', /\/min/);
    await untilBadge('1');
    await untilNotified(0);
  } finally {
    await traffic.stop();
  }
  await vscode.updateSettings({ 'djangoSessionMonitor.alerts.savesPerMinute': 1_000_000 });
  await untilBadge(undefined);
  await assertCleanLogs(scene);
});
