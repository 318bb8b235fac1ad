import type { At, HistoryQuery } from './historyRow.ts';
import type { Selectors } from './selectors.ts';

/** What is asked of one series: at each point its mean over the step, and the extremes in it where they can differ. */
export interface Parts {
  readonly mean: string;
  readonly min?: string;
  readonly max?: string;
}

export type QueryPart = keyof Parts;

export interface Span {
  /** Between two points. */
  readonly stepSeconds: number;
  /** That rates are over: four times the scrape interval or more. */
  readonly windowSeconds: number;
}

const EXTREMES = ['min', 'max'] as const;
/** A scrape interval is not told by the API: it is this part of the window, or more. Looking closer sees the same again. */
const LOOKS_A_WINDOW = 20;
/** Looks at one step at most: a year of days is 44,000 of them for each curve. */
const MOST_LOOKS = 120;
/** A selector with nothing around it, whose samples can be taken as they are. */
const PLAIN = /^[a-zA-Z_:][\w:]*\s*(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?$/u;

/** The closest distance of points at which there can be something new. */
export function closestSeconds(windowSeconds: number): number {
  return Math.max(1, Math.floor(windowSeconds / LOOKS_A_WINDOW));
}

/**
 * A row of the table over time, so that no spike disappears however long the step is.
 *
 * Rates are over the window; where the step is longer, the mean is the rate over the whole step, and the extremes are those
 * of the rates over the window (or over a 60th of the step), every half a window, so that each two neighbouring samples are
 * in one of them.
 *
 * Gauges are looked at as often as they are scraped. Where that would be too often, the mean is of 120 looks at a step, and
 * the extremes are those of all samples (min_over_time and max_over_time of the selectors), stretch by stretch. Of a sum of
 * several series that is a bound: the extremes of its parts within one stretch need not have been at the same moment.
 */
export function rowOverTime({ kind, promql }: HistoryQuery, select: Selectors, span: Span): Parts {
  const { stepSeconds, windowSeconds } = span;
  const rateOver =
    (seconds: number): At =>
    (selector) =>
      `rate(${selector}[${seconds}s])`;
  if (kind === 'rate') {
    const mean = promql(select, rateOver(Math.max(stepSeconds, windowSeconds)));
    if (stepSeconds <= windowSeconds) return { mean };
    const often = Math.max(1, Math.floor(windowSeconds / 2), Math.ceil(stepSeconds / MOST_LOOKS));
    return {
      mean,
      ...extremes(() => promql(select, rateOver(Math.max(windowSeconds, 2 * often))), stepSeconds, often),
    };
  }
  const now = promql(select, (selector) => selector);
  const closest = closestSeconds(windowSeconds);
  if (stepSeconds <= closest) return { mean: now };
  const look = Math.max(closest, Math.ceil(stepSeconds / MOST_LOOKS));
  const mean = over('avg', now, stepSeconds, look);
  if (look === closest) return { mean, ...extremes(() => now, stepSeconds, look) };
  const stretch = Math.max(windowSeconds, look);
  const ofSamples = (part: 'min' | 'max'): string =>
    promql(select, (selector) => `${part}_over_time(${selector}[${stretch}s])`);
  return { mean, ...extremes(ofSamples, stepSeconds, stretch) };
}

/** The same for an expression that a person has written; of one that is more than a selector, what was only between 120 looks is missed. */
export function expressionOverTime(expression: string, { stepSeconds, windowSeconds }: Span): Parts {
  const text = expression.trim();
  const closest = closestSeconds(windowSeconds);
  // On a line of its own, as it may end with a comment.
  if (stepSeconds <= closest) return { mean: `(${text}\n)` };
  const looks = Math.max(closest, Math.ceil(stepSeconds / MOST_LOOKS));
  const take = (part: 'avg' | 'min' | 'max'): string =>
    PLAIN.test(text) ? `${part}_over_time(${text}[${stepSeconds}s])` : over(part, `${text}\n`, stepSeconds, looks);
  return { mean: take('avg'), min: take('min'), max: take('max') };
}

function extremes(
  expression: (part: 'min' | 'max') => string,
  stepSeconds: number,
  everySeconds: number,
): Pick<Parts, 'min' | 'max'> {
  const [min, max] = EXTREMES.map((part) => over(part, expression(part), stepSeconds, everySeconds));
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function over(part: 'avg' | 'min' | 'max', expression: string, seconds: number, everySeconds: number): string {
  return `${part}_over_time((${expression})[${seconds}s:${everySeconds}s])`;
}
