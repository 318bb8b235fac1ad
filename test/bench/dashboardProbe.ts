/// <reference lib="dom" />

/** What is noted inside the page of the dashboard, by its own clock; the page itself knows nothing of it. */

/** A message of the host that was heard and drawn; milliseconds since the page's navigation began. */
export interface Heard {
  /** Of all pages. The marks of its moments in a trace begin with it: see dashboardTrace.ts. */
  readonly id: string;
  readonly type: string;
  /** Of the reading that it tells, milliseconds since the epoch; of others 0. */
  readonly readAt: number;
  /** Points that it brings. */
  readonly points: number;
  /** Milliseconds that each of them stands for. */
  readonly stepMs: number;
  readonly began: number;
  /** The page's code is done with it, what it has put off to the end of the task included. */
  readonly done: number;
  /** The next frame: from before its first callback until it was drawn, the rest of VS Code's window included. */
  readonly frameBegan: number;
  readonly drawn: number;
}

export const MOMENTS = ['began', 'done', 'frameBegan', 'drawn'] as const;
export type Moment = (typeof MOMENTS)[number];

interface Probe {
  readonly heard: Heard[];
  /** Times of frames, as requestAnimationFrame tells them; null: not wanted. */
  frames: number[] | null;
  /** When the mouse button was released last. */
  released: number;
}

declare global {
  interface Window {
    dashboardProbe?: Probe;
  }
}

/** Runs in every frame before its scripts: what the page listens to is listened to first. */
export function installProbe(): void {
  const probe: Probe = { heard: [], frames: null, released: 0 };
  window.dashboardProbe = probe;
  const add = window.addEventListener.bind(window);
  const note = (data: unknown, work: () => void): void => {
    const message = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
    if (typeof message['type'] !== 'string' || document.getElementById('dashboard') === null) {
      work();
      return;
    }
    const id = crypto.randomUUID();
    const now = (moment: Moment): number => performance.mark(`${id} ${moment}`).startTime;
    const began = now('began');
    let frameBegan = 0;
    const first = {
      id,
      type: message['type'],
      readAt: Number(message['readAt'] ?? 0),
      points: Array.isArray(message['at']) ? message['at'].length : 0,
      stepMs: Number(message['stepMs'] ?? 0),
      began,
    };
    // Asked for before the page asks for one, so that it is the first of its callbacks; the message comes after the drawing.
    requestAnimationFrame(() => {
      frameBegan = now('frameBegan');
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        probe.heard.push({ ...first, done, frameBegan, drawn: now('drawn') });
        port1.close();
      };
      port2.postMessage(0);
    });
    let done = 0;
    work();
    // Behind those that the page has queued meanwhile.
    queueMicrotask(() => queueMicrotask(() => (done = now('done'))));
  };
  const listen = (type: string, listener: EventListener, options?: boolean | AddEventListenerOptions): void => {
    if (type !== 'message' || typeof listener !== 'function') {
      add(type, listener, options);
      return;
    }
    add(type, (event) => note(event.data, () => listener(event)), options);
    // Not before: VS Code writes the document anew, and with it goes what was listened to.
    add('mouseup', () => (probe.released = performance.now()), true);
  };
  window.addEventListener = listen as typeof window.addEventListener;
}

/** Notes the time of each frame from now on. Runs in the page. */
export function watchFrames(): void {
  const probe = window.dashboardProbe;
  if (probe === undefined) return;
  probe.frames = [];
  const frame = (at: number): void => {
    probe.frames?.push(at);
    if (probe.frames !== null) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** The times of the frames since; runs in the page. */
export function takeFrames(): number[] {
  const probe = window.dashboardProbe;
  const frames = probe?.frames ?? [];
  if (probe !== undefined) probe.frames = null;
  return frames;
}
