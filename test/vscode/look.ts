import assert from 'node:assert/strict';
import type { TreeRow } from '../kit/workbench/tree.ts';
import { PASSWORD, ROLE, VIEW, type Scene } from './scene.ts';

/** What tests look at: rows of the tree by their labels, the item of the status bar, and the logs. */

const STATUS_ITEM = 'djangoSessionMonitor.status';

/** The row with this label, or undefined; the group of a metric is opened for it. */
export async function findRow({ workbench }: Scene, label: string | RegExp): Promise<TreeRow | undefined> {
  return workbench.tree().find(label);
}

/** Waits until the row is there and it, or by an expression what stands behind its label, fits. */
export async function untilRow(
  scene: Scene,
  label: string | RegExp,
  fits: RegExp | ((row: TreeRow) => boolean) = () => true,
  timeoutMs?: number,
): Promise<TreeRow> {
  const accept = (row: TreeRow | undefined): boolean =>
    row !== undefined && (fits instanceof RegExp ? fits.test(row.description) : fits(row));
  const row = await scene.workbench.waitFor(
    () => findRow(scene, label),
    `the row ${String(label)} to be ${String(fits)}`,
    accept,
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  return row ?? assert.fail('no row');
}

/** Opens the view and waits for its first figures. */
export async function openLive(scene: Scene): Promise<void> {
  await scene.workbench.openView(VIEW);
  await untilRow(scene, 'Active', /\d/);
}

/** 3,000 and ≈ 3,000 and > 3,000: the number that a person reads. */
export function numberIn(text: string): number {
  return Number(text.replace(/^[≈>≥]\s*/, '').replaceAll(',', ''));
}

/** The hover of the row, as soon as all of this stands in it: a row that moves may leave its neighbour under the mouse. */
export async function untilHover({ workbench }: Scene, label: string, ...texts: readonly RegExp[]): Promise<void> {
  await workbench.waitFor(
    () => workbench.tree().hover(label),
    `the hover of ${label} with ${texts.join(' and ')}`,
    (hover) => texts.every((text) => text.test(hover)),
    { timeoutMs: 60_000 },
  );
}

/** Waits until the tab in front says so; the text of an editor is shown before its tab is in front. */
export async function untilTab({ workbench }: Scene, label: RegExp): Promise<void> {
  await workbench.waitFor(
    () => workbench.activeTabLabel(),
    `the tab ${String(label)} in front`,
    (text) => label.test(text),
  );
}

/** Waits until the title of the view says so: it is told to VS Code apart from the rows. */
export async function untilTitle({ workbench }: Scene, title: RegExp): Promise<void> {
  await workbench.waitFor(
    () => workbench.viewTitle(),
    `the title ${String(title)}`,
    (text) => title.test(text),
  );
}

export function status(scene: Scene): ReturnType<Scene['workbench']['statusItem']> {
  return scene.workbench.statusItem(STATUS_ITEM);
}

export async function untilStatus(scene: Scene, icon: string, text = /./): Promise<void> {
  await scene.workbench.waitFor(
    () => status(scene),
    `the status bar to show ${icon} and ${String(text)}`,
    (item) => item.icons[0] === icon && text.test(item.text),
  );
}

/** The output channel of the extension, of every window that was opened so far. */
export async function ourLog(scene: Scene): Promise<string> {
  const files = (await scene.vscode.logs()).split(/^=== /mu);
  return files.filter((file) => file.startsWith('Django Sessions.log')).join('');
}

/** VS Code's own terminal, in 1.117, after its process has ended. */
const VSCODES_OWN = /CodeExpectedError: Could not find pty \d+ on pty host/u;

/** No rejection that nobody handled, no error but those that fit `expected`, and the password nowhere. */
export async function assertCleanLogs(scene: Scene, expected?: RegExp): Promise<void> {
  const logs = await scene.vscode.logs();
  assert.match(await ourLog(scene), /Activated/, 'the log of the extension is there');
  const bad = logs
    .split('\n')
    .filter((line) => /rejected promise not handled|unhandled ?(rejection|error)|uncaught/i.test(line))
    .filter((line) => !VSCODES_OWN.test(line));
  assert.deepEqual(bad, []);
  const errors = (await ourLog(scene))
    .split('\n')
    .filter((line) => line.includes('[error]') && expected?.test(line) !== true);
  assert.deepEqual(errors, []);
  assert.ok(!logs.includes(PASSWORD), 'the password is in a log');
}

/** All notifications there are, also those whose toast has gone: opens the notification centre, which stays open. */
export async function allNotifications({ workbench }: Scene): ReturnType<Scene['workbench']['notifications']> {
  const centre = workbench.page.locator('.notifications-center');
  if (!(await centre.isVisible())) await workbench.clickStatusItem('status.notifications');
  await centre.waitFor();
  return workbench.notifications();
}

/** Allows what the workspace wants, as soon as something waits; resolves with what was shown. */
export async function allowWishes(scene: Scene): Promise<string> {
  const { workbench } = scene;
  await untilRow(scene, 'Waits for you');
  await workbench.clearNotifications();
  await workbench.runCommand('Django Sessions: Review What the Workspace Wants…');
  const modal = await workbench.waitFor(() => workbench.modal(), 'what waits');
  await workbench.clickModalButton('Allow');
  return modal?.detail ?? '';
}

/** Waits until the monitor has sent so many more statements, seen by the server: readings that begin after this call. */
export async function afterReadings({ sql, workbench }: Scene, wanted = 2): Promise<void> {
  const seen = new Set<string>();
  const count = async (): Promise<number> => {
    const { rows } = await sql.query<{ at: string }>(
      "SELECT query_start::text AS at FROM pg_stat_activity WHERE usename = $1 AND application_name LIKE 'django-session-monitor%'",
      [ROLE],
    );
    for (const { at } of rows) seen.add(at);
    return seen.size;
  };
  // The first that is seen may have begun before.
  await workbench.waitFor(count, `${String(wanted)} further readings`, (n) => n > wanted, { timeoutMs: 30_000 });
}

/** Drags the border of the side bar to this width in CSS pixels; resolves with the width before. */
export async function setSideBarWidth({ workbench }: Scene, width: number): Promise<number> {
  const { mouse } = workbench.page;
  const sideBar = workbench.page.locator('.part.sidebar');
  const box = await sideBar.boundingBox();
  assert.ok(box);
  await mouse.move(box.x + box.width, 500);
  await mouse.down();
  await mouse.move(box.x + width, 500, { steps: 5 });
  await mouse.up();
  await workbench.waitFor(
    async () => (await sideBar.boundingBox())?.width ?? 0,
    'the new width',
    (now) => Math.abs(now - width) < 20,
  );
  return box.width;
}
