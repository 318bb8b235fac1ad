/// <reference lib="dom" />
import { chooseRange, page } from '../vscode/dashboardPage.ts';
import type { Bench } from './bench.ts';
import { takeFrames, watchFrames, type Heard } from './dashboardProbe.ts';
import { cpuTimesDuring } from './dashboardTrace.ts';
import { openDashboardScene, type DashboardScene } from './dashboardScene.ts';
import { figure, type Figure, type PartResult } from './figures.ts';

const FIRST_PAINT = { limit: 300, is: 'atMost' } as const;
const UPDATE = { limit: 8, is: 'atMost' } as const;
/** What 60 frames a second leave for one, and the jitter of the clock. */
const FRAME_MS = 17;
const SMOOTH = { limit: FRAME_MS, is: 'atMost' } as const;
const GROUP = 'Dashboard, in VS Code in headless Chromium without a GPU';
const TIMEOUT = { timeoutMs: 30_000 };
const IDLE_FRAMES = 120;
const MOVES_A_DRAG = 60;

interface Paint {
  /** Milliseconds from the beginning of the page's navigation. */
  readonly ofPage: number;
  /** From the moment that its script was there. */
  readonly ofScript: number;
  /** From what the person did. */
  readonly ofWish: number;
  /** From the moment that the host's answer arrived. */
  readonly ofData: number;
}

/** What a person waits for in a dashboard whose history is a year: its first paint, an update, a zoom by dragging. */
export async function measureDashboard(bench: Bench): Promise<PartResult> {
  const { quick, say } = bench;
  const days = quick ? 40 : 365;
  const scene = await openDashboardScene(bench, days);
  try {
    const figures: Figure[] = [];
    say('Opening the dashboard');
    const rounds = quick ? 3 : 12;
    const opened = await eachTime(rounds, () => paintOfOpening(scene));
    say('Showing it again with the whole history');
    await showEverything(scene);
    const shown = await eachTime(rounds, () => paintOfShowing(scene));
    const of = (paints: readonly Paint[], what: keyof Paint): number[] => paints.map((paint) => paint[what]);
    figures.push(
      figure(GROUP, 'first paint of a year, from the beginning of its page', 'ms', of(shown, 'ofPage'), {
        aim: FIRST_PAINT,
      }),
      figure(GROUP, 'the same from when its script is loaded', 'ms', of(shown, 'ofScript')),
      figure(GROUP, 'the same from when the host has answered', 'ms', of(shown, 'ofData')),
      figure(GROUP, 'from a click on its tab to the year', 'ms', of(shown, 'ofWish')),
      figure(GROUP, 'from Open Dashboard to the first curves, a day', 'ms', of(opened, 'ofWish')),
      figure(GROUP, 'the same from the beginning of its page', 'ms', of(opened, 'ofPage')),
    );
    const updates = quick ? 10 : 60;
    say('Zooming');
    figures.push(...(await zoomFigures(scene, quick ? 3 : 12)));
    say('Live with the whole history');
    figures.push(...(await updateFigures(scene, 'a year', updates)));
    say('Live with 15 minutes');
    await chooseRange(scene.workbench, '15 minutes');
    figures.push(...(await updateFigures(scene, '15 minutes', updates)));
    return { figures, details: { days, opened, shown } };
  } finally {
    await scene.stop();
  }
}

async function eachTime<T>(times: number, work: () => Promise<T>): Promise<readonly T[]> {
  const all: T[] = [];
  // The first warms up and is not counted.
  for (let time = 0; time <= times; time++) {
    const one = await work();
    if (time > 0) all.push(one);
  }
  return all;
}

async function paintOfOpening(scene: DashboardScene): Promise<Paint> {
  await scene.closeDashboard();
  const at = await scene.openDashboard();
  return paint(scene, at, ({ type, points }) => type === 'data' && points > 0);
}

/** Hidden behind another editor the page is gone; shown again it is made anew, with the range that it had. */
async function paintOfShowing(scene: DashboardScene): Promise<Paint> {
  await scene.vscode.inExtensionHost(async (api) => {
    const document = await api.workspace.openTextDocument({ content: 'Another editor' });
    await api.window.showTextDocument(document, { preview: true });
  });
  const webview = scene.workbench.page.locator('iframe.webview.ready');
  await scene.workbench.waitFor(
    () => webview.count(),
    'the dashboard to be gone',
    (count) => count === 0,
  );
  const tab = scene.workbench.page.locator('.tab').filter({ hasText: 'Django Sessions' });
  const clicked = tab.evaluate(
    (element) =>
      new Promise<number>((resolve) =>
        element.addEventListener('mousedown', () => resolve(Date.now()), { once: true, capture: true }),
      ),
  );
  await tab.click();
  return paint(scene, await clicked, isWhole);
}

function isWhole({ type, stepMs, points }: Heard): boolean {
  return type === 'data' && stepMs > 3600_000 && points > 20;
}

async function paint(scene: DashboardScene, since: number, isIt: (heard: Heard) => boolean): Promise<Paint> {
  const heard = await until(scene, isIt);
  const frame = await scene.frame();
  const { origin, script } = await frame.evaluate(() => {
    const [file] = performance.getEntriesByType('resource').filter(({ name }) => name.includes('webview.js'));
    return {
      origin: performance.timeOrigin,
      script: (file as PerformanceResourceTiming | undefined)?.responseEnd ?? 0,
    };
  });
  const { drawn, began } = heard;
  return { ofPage: drawn, ofScript: drawn - script, ofWish: origin + drawn - since, ofData: drawn - began };
}

async function until(scene: DashboardScene, isIt: (heard: Heard) => boolean): Promise<Heard> {
  const find = async (): Promise<Heard | undefined> => (await scene.heard().catch(() => [])).find(isIt);
  const found = await scene.workbench.waitFor(find, 'the curves', (heard) => heard !== undefined, TIMEOUT);
  if (found === undefined) throw new Error('There are no curves.');
  return found;
}

async function showEverything(scene: DashboardScene): Promise<void> {
  await chooseRange(scene.workbench, '1 year');
  await until(scene, isWhole);
}

/** Each reading that came while it was looked at, once: what the page's thread had to do for it. */
async function takeUpdates(scene: DashboardScene, wanted: number): Promise<readonly Heard[]> {
  const before = (await scene.heard()).length;
  const fresh = async (): Promise<readonly Heard[]> => {
    const states = (await scene.heard()).slice(before).filter(({ type }) => type === 'state');
    return states.filter(({ readAt }, i) => readAt !== 0 && readAt !== states[i - 1]?.readAt).slice(1);
  };
  return scene.workbench.waitFor(fresh, 'readings', (all) => all.length >= wanted, { timeoutMs: 300_000 });
}

async function updateFigures(scene: DashboardScene, range: string, wanted: number): Promise<Figure[]> {
  const { result: updates, cpu } = await cpuTimesDuring(scene.workbench.page, () => takeUpdates(scene, wanted));
  const script = updates.map((heard) => cpu.between(heard, 'began', 'done'));
  const frame = updates.map((heard) => cpu.between(heard, 'frameBegan', 'drawn'));
  return [
    figure(GROUP, `an update, ${range}`, 'ms', script, {
      aim: UPDATE,
      note: 'processor time of the thread: script and drawing',
    }),
    figure(
      GROUP,
      'the same with its frame',
      'ms',
      script.map((ms, i) => ms + (frame[i] ?? 0)),
      {
        note: "style, layout and paint of all of VS Code's window",
      },
    ),
    figure(
      GROUP,
      'the same by the clock on the wall',
      'ms',
      updates.map(({ began, done, frameBegan, drawn }) => done - began + drawn - frameBegan),
    ),
  ];
}

/** Drags over half of a chart that shows everything, lets go, and goes back by a double click. */
async function zoomFigures(scene: DashboardScene, rounds: number): Promise<Figure[]> {
  const { workbench } = scene;
  const over = page(workbench).locator('.card[data-chart="sessions"] .u-over');
  const box = await over.boundingBox();
  if (box === null) throw new Error('The chart is not to be seen.');
  const { mouse } = workbench.page;
  const y = box.y + box.height / 2;
  const frame = await scene.frame();
  const idle: number[] = [];
  const dragged: number[] = [];
  const redrawn: number[] = [];
  const work: number[] = [];
  const watch = async (during: () => Promise<unknown>): Promise<number[]> => {
    await frame.evaluate(watchFrames);
    await during();
    const times = await frame.evaluate(takeFrames);
    return times.slice(1).map((time, i) => time - (times[i] ?? 0));
  };
  for (let round = 0; round < rounds; round++) {
    idle.push(
      ...(await watch(() =>
        frame.waitForFunction((n) => (window.dashboardProbe?.frames?.length ?? 0) > n, IDLE_FRAMES / 4),
      )),
    );
    await mouse.move(box.x + box.width * 0.9, y);
    await mouse.down();
    dragged.push(
      ...(await watch(() => mouse.move(box.x + box.width * (0.2 + 0.02 * (round % 5)), y, { steps: MOVES_A_DRAG }))),
    );
    for (const act of [() => mouse.up(), () => over.dblclick()]) {
      const before = (await scene.heard()).length;
      const redraws = await watch(async () => {
        await act();
        await workbench.waitFor(
          async () => (await scene.heard()).slice(before).some(({ type }) => type === 'data'),
          'the curves of the range',
          Boolean,
          TIMEOUT,
        );
      });
      redrawn.push(...redraws);
      const data = (await scene.heard()).slice(before).find(({ type }) => type === 'data');
      const released = await frame.evaluate(() => window.dashboardProbe?.released ?? 0);
      if (data !== undefined) work.push(data.drawn - released);
    }
  }
  const within = (frames: readonly number[]): number[] => [
    (100 * frames.filter((ms) => ms <= FRAME_MS).length) / frames.length,
  ];
  return [
    figure(GROUP, 'a frame at rest', 'ms', idle),
    figure(GROUP, 'a frame while dragging over a year', 'ms', dragged, { aim: SMOOTH }),
    figure(GROUP, 'a frame while the zoom is drawn', 'ms', redrawn, { aim: SMOOTH }),
    figure(GROUP, `frames within ${FRAME_MS} ms at rest`, 'percent', within(idle)),
    figure(GROUP, `frames within ${FRAME_MS} ms while dragging`, 'percent', within(dragged)),
    figure(GROUP, `frames within ${FRAME_MS} ms while the zoom is drawn`, 'percent', within(redrawn)),
    figure(GROUP, 'from letting go to the curves of the new range', 'ms', work),
  ];
}
