/** What a throttle with another interval would have saved of what was observed. Counts of saves over the same time. */
export interface SimulatedSaves {
  /** Saves that were observed, those of the throttle and those that it does not hold back. */
  readonly observed: number;
  /** The least and the most that fit what was observed. */
  readonly low: number;
  readonly high: number;
  /** What is to be expected where visitors go on within the interval as they do just after it. */
  readonly likely: number;
  /** Sessions and seconds that this is from. */
  readonly sessions: number;
  readonly seconds: number;
}

/** A save that comes so much sooner than the interval is none of the throttle's; signatures hold whole seconds. */
const SLACK_SECONDS = 2;
/** Who comes back within so much after the interval was there all the time. */
const STILL_THERE_SECONDS = 300;
/** Walks over each session, of which the mean is taken. */
const WALKS = 16;
/** Intervals that have to fit into the time that was observed. */
const LEAST_INTERVALS = 3;

/**
 * A throttle of T seconds saves at the first request that comes T or more after its last save. So of each session it is known that
 * between T after a save and the next one there was no request; within T after a save it is not known what there was. Another interval
 * is walked through by that: where its deadline falls into a time without requests, the next save is the next request that was
 * observed; where it falls into a time that is not known, the least is that nobody came until then, the most that somebody
 * came at once. What is likely is drawn from how long after T the next request came of those who were still there (their
 * empirical residual waiting time: D. R. Cox, Renewal Theory, 1962, section 5.2), and where a visit ended within T, from the
 * share of visits that go on for T. Saves that come sooner than T are the application's own, which no throttle holds back.
 *
 * @param sessions when each session was saved, seconds, ascending
 * @param present the interval that was in force, seconds; below the time between two looks at the sessions that time
 * @param other the interval that is asked for, seconds
 * @returns undefined: it was not observed for long enough
 */
export function simulateInterval(
  sessions: readonly (readonly number[])[],
  present: number,
  other: number,
): SimulatedSaves | undefined {
  const all = sessions.filter((times) => times.length > 0);
  const begin = Math.min(...all.map(([first = Infinity]) => first));
  const end = Math.max(...all.map((times) => times.at(-1) ?? -Infinity));
  if (!(end - begin >= LEAST_INTERVALS * Math.max(present, other))) return undefined;
  // What was saved before is not known, so that the first saves of either interval are left out.
  const from = begin + Math.max(present, other);
  const split = all.map((times) => splitOf(times, present));
  const waits = split.flatMap(({ held }) => waitsOf(held, present)).sort((a, b) => a - b);
  const kept = Math.min(0.99, Math.max(0.01, waits.length / Math.max(1, sum(split.map(({ held }) => held.length)))));
  const isCounted = (time: number): boolean => time >= from;
  const own = sum(split.map(({ others }) => others.filter(isCounted).length));
  const walk = (unknownUntil: Guess): number =>
    sum(split.map(({ held }) => walked(held, present, other, unknownUntil).filter(isCounted).length));
  const draws = new Draws();
  const likely = Array.from({ length: WALKS }, () =>
    walk((since, isStillThere) => {
      if (!isStillThere) {
        const alive = (kept ** (since / present) - kept) / (1 - kept);
        if (draws.next(0) >= alive) return undefined;
      }
      return waits[Math.floor(draws.next(1) * waits.length)];
    }),
  );
  return {
    observed: own + sum(split.map(({ held }) => held.filter(isCounted).length)),
    low: own + walk(() => undefined),
    high: own + walk(() => 0),
    likely: own + sum(likely) / WALKS,
    sessions: all.length,
    seconds: end - from,
  };
}

interface Split {
  /** Saves that the throttle let through. */
  readonly held: readonly number[];
  readonly others: readonly number[];
}

function splitOf(times: readonly number[], present: number): Split {
  const [held, others]: [number[], number[]] = [[], []];
  for (const time of times) {
    if (time - (held.at(-1) ?? -Infinity) < present - SLACK_SECONDS) others.push(time);
    else held.push(time);
  }
  return { held, others };
}

/** How long after the interval the next request came, of those who were still there. */
function waitsOf(held: readonly number[], present: number): number[] {
  return held.slice(1).flatMap((time, i) => {
    const wait = Math.max(0, time - (held[i] ?? 0) - present);
    return wait <= STILL_THERE_SECONDS ? [wait] : [];
  });
}

/** How many seconds after a deadline a request came, `since` seconds after a save; undefined: none until the next save that was observed. */
type Guess = (since: number, isStillThere: boolean) => number | undefined;

function walked(held: readonly number[], present: number, other: number, guess: Guess): number[] {
  const [first] = held;
  if (first === undefined) return [];
  const saves = [first];
  let [last, k] = [first, 0];
  for (;;) {
    const deadline = last + other;
    while ((held[k + 1] ?? Infinity) <= deadline) k++;
    const [save = first, next] = [held[k], held[k + 1]];
    const since = deadline - save;
    let then = since <= 0 ? save : next;
    if (since > 0 && since < present) {
      const wait = guess(since, next !== undefined && next - save - present <= STILL_THERE_SECONDS);
      if (wait !== undefined && since + wait < present) then = deadline + wait;
    }
    if (then === undefined) return saves;
    saves.push(then);
    last = then;
  }
}

/** Numbers of 0 to 1 that fill it evenly and are the same each time: multiples of irrational numbers (Kronecker sequences). */
class Draws {
  readonly #at = [0, 0];

  next(kind: 0 | 1): number {
    const drawn = ((this.#at[kind] ?? 0) + (kind === 0 ? 0.618_033_988_75 : 0.754_877_666_25)) % 1;
    this.#at[kind] = drawn;
    return drawn;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
