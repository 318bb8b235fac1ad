import { seeded } from '../kit/random.ts';
import { clearedAt, DAY_MS } from './cleanupNights.ts';

/**
 * A year that never was, of a shop whose visitors have doubled. It ends in what the demo's table holds now, so that the curves go on
 * in the readings without a step.
 */
export interface Present {
  readonly active: number;
  readonly expired: number;
  /** Bytes. */
  readonly heap: number;
  readonly index: number;
  readonly toast: number;
  /** Updates a minute. */
  readonly savesPerMinute: number;
}

/** When the throttle came, and the day on which it was off again; days ago. */
export const THROTTLED_DAYS = 150;
export const OFF_DAYS = { from: 12.4, to: 11.3 } as const;
/** Saves without the throttle, of those with it. */
const UNTHROTTLED = 4.2;
/** How much larger it has become. */
const GROWTH = 0.55;

/** All series at one moment by their names, the same ones each time. @param now milliseconds since the epoch */
export function madeUpYear(now: number, present: Present): (at: number) => Values {
  const random = seeded(15);
  const cleared = clearedAt(now);
  const dailyExpired = (present.expired * DAY_MS) / (now - cleared);
  const wobble: Wobble = (share) => 1 + share * (2 * random() - 1);
  return (at) => {
    const ago = (now - at) / DAY_MS;
    const size = 1 - (GROWTH * ago) / 365;
    const rhythm = 1 + 0.42 * Math.sin(-2 * Math.PI * ago) + 0.12 * Math.sin((-2 * Math.PI * ago) / 7);
    const isThrottled = ago < THROTTLED_DAYS && !(ago < OFF_DAYS.from && ago > OFF_DAYS.to);
    const visitors = present.active * size;
    const active = Math.round(visitors * (1 + 0.012 * Math.sin(-2 * Math.PI * ago)));
    const sinceCleared = at > cleared ? at - cleared : DAY_MS - ((cleared - at) % DAY_MS);
    const expired = Math.round((dailyExpired * size * sinceCleared) / DAY_MS);
    // The pages of a day's expired sessions stay with the table when they are cleared.
    const held = visitors + Math.max(expired, dailyExpired * size);
    return [
      ...tableValues(active, expired, held, present, random),
      ...saveValues(present.savesPerMinute * size * rhythm, isThrottled, wobble),
      ...serverValues(rhythm, isThrottled, wobble),
    ];
  };
}

type Values = readonly (readonly [string, number])[];
/** A factor about 1, that far off at most. */
type Wobble = (share: number) => number;

/** @param held the rows that there is room for */
function tableValues(active: number, expired: number, held: number, present: Present, random: () => number): Values {
  const share = held / (present.active + present.expired);
  const [heap, index] = [Math.round(present.heap * share), Math.round(present.index * share)];
  const live = heap * 0.994 * ((active + expired) / held);
  const dead = heap * 0.004 * random();
  return [
    ['sessions.active', active],
    ['sessions.expired', expired],
    ['sessions.total', active + expired],
    ['table.heap', heap],
    ['table.index', index],
    ['table.toast', present.toast],
    ['table.total', heap + index + present.toast],
    ['table.live', Math.round(live)],
    ['table.dead', Math.round(dead)],
    ['table.reusable', Math.round(heap - live - dead)],
  ];
}

function saveValues(throttled: number, isThrottled: boolean, wobble: Wobble): Values {
  const updates = throttled * (isThrottled ? 1 : UNTHROTTLED) * wobble(0.06);
  const inserts = (throttled / 20) * wobble(0.2);
  return [
    ['writes.updates', updates],
    ['writes.inserts', inserts],
    ['writes.saves', updates + inserts],
    ['writes.deletes', (throttled / 50) * wobble(0.3)],
    ['writes.hotShare', 0],
  ];
}

/** Connections, statements, and what the application says of its pages. */
function serverValues(rhythm: number, isThrottled: boolean, wobble: Wobble): Values {
  const load = isThrottled ? 1 : 1.35;
  const used = Math.round(2 + 2.5 * Math.max(0, rhythm - 1) * wobble(0.3));
  const requests = 14 * rhythm * wobble(0.04);
  const median = 34 * load * wobble(0.05);
  return [
    ['connections.total/active', 0],
    ['connections.total/idle', used],
    ['connections.total/idle in transaction', 0],
    ['connections.total/idle in transaction (aborted)', 0],
    ['connections.used', used],
    ['connections.max', 100],
    ['statements.meanTime', 0.09 * load * wobble(0.12)],
    ['application.p50', median],
    ['application.p95', median * 3.2 * wobble(0.06)],
    ['application.p99', median * 5.1 * wobble(0.1)],
    ['application.requests', requests],
    ['application.errors', requests / 400],
    ['application.errorShare', 1 / 400],
  ];
}
