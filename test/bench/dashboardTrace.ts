import type { Page } from 'playwright-core';
import { MOMENTS, type Heard, type Moment } from './dashboardProbe.ts';

/**
 * Time that the page's thread has had of a processor, by the marks of the probe: on a machine that is busy with something else the
 * clock on the wall goes on while the thread waits. Milliseconds.
 */
export interface CpuTimes {
  /** Between two moments of messages that were heard meanwhile; NaN: one of them is not known. */
  between(heard: Heard, from: Moment, to: Moment, of?: Heard): number;
}

interface TraceEvent {
  readonly name: string;
  /** Thread time in microseconds. */
  readonly tts?: number;
}

/** Chromium marks each event of a trace with the time of its thread. */
export async function cpuTimesDuring<T>(page: Page, work: () => Promise<T>): Promise<{ result: T; cpu: CpuTimes }> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser.');
  await browser.startTracing(page, { categories: ['blink.user_timing'] });
  let result: T;
  let trace: Buffer;
  try {
    result = await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const times = new Map(
    traceEvents
      .filter(({ name, tts }) => tts !== undefined && MOMENTS.some((moment) => name.endsWith(` ${moment}`)))
      .map(({ name, tts = NaN }) => [name, tts / 1000]),
  );
  const at = ({ id }: Heard, moment: Moment): number => times.get(`${id} ${moment}`) ?? NaN;
  const between = (heard: Heard, from: Moment, to: Moment, of = heard): number => at(of, to) - at(heard, from);
  return { result, cpu: { between } };
}
