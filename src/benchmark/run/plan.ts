import { Problem } from '../../common/problem.ts';
import { clamped, rangeText, type NumberRange } from '../../common/numberRange.ts';
import type { Trust } from '../../services/http/httpExchange.ts';
import type { SessionWay } from '../site/sessions.ts';
import type { RunKind } from './record.ts';

/** With a session's cookie, as visitors who come back; without, as `ab` without -C, which gets a new session at each request where the site gives one. */
export type Arm = 'session' | 'noSession';

export interface BenchmarkPlan {
  readonly kind: RunKind;
  readonly url: URL;
  readonly way: SessionWay;
  readonly arms: readonly Arm[];
  readonly connections: number;
  /** Of each arm. */
  readonly rounds: number;
  readonly requestsPerRound: number;
  readonly timeoutSeconds: number;
  /** SESSION_COOKIE_NAME. */
  readonly cookieName: string;
  readonly trust: Trust;
}

/** Nothing goes beyond these, whatever is asked for. */
export const LIMITS = {
  connections: { minimum: 1, maximum: 100 },
  rounds: { minimum: 3, maximum: 30 },
  requestsPerRound: { minimum: 1, maximum: 10_000 },
  timeoutSeconds: { minimum: 1, maximum: 60 },
} as const satisfies Readonly<Record<string, NumberRange>>;
/** Of all rounds together, without those that warm up. */
export const MOST_REQUESTS = 100_000;
/** A run that takes longer ends with the rounds that it has. */
export const MOST_SECONDS = 900;

/** Sessions of a run: one for each connection, but no more than this, since each sign-in takes the site a moment. */
export const MOST_VISITORS = 25;

/** @throws Problem 'benchmark-too-much' */
export function checkPlan(plan: BenchmarkPlan): void {
  const wrong = Object.entries(LIMITS).find(([key, range]) => {
    const value = plan[key as keyof typeof LIMITS];
    return clamped(value, range) !== value;
  });
  const requests = plan.arms.length * plan.rounds * plan.requestsPerRound;
  const why =
    wrong !== undefined
      ? `${wrong[0]} is ${String(plan[wrong[0] as keyof typeof LIMITS])}, and has to be ${rangeText(wrong[1])}.`
      : requests > MOST_REQUESTS
        ? `It would send ${requests} requests; ${MOST_REQUESTS} are the most.`
        : plan.requestsPerRound < plan.connections
          ? 'Each connection has to send one request at least.'
          : undefined;
  if (why === undefined) return;
  const next = 'Choose less.';
  throw new Problem({ code: 'benchmark-too-much', what: 'The benchmark was not started', why, next, transient: false });
}
