/** One round of load: so many requests for one address on so many connections, each of which sends the next when it was answered. */
export interface RoundPlan {
  readonly url: string;
  readonly connections: number;
  /** Of all connections together, at least one for each. */
  readonly requests: number;
  readonly timeoutSeconds: number;
  /** Cookie headers, one for each connection in turn; empty: no cookie is sent. */
  readonly cookies: readonly string[];
  /** Of the session's cookie. */
  readonly cookieName: string;
  /** PEM; empty: the authorities of Node. */
  readonly authorities: string;
  readonly acceptAnyCertificate: boolean;
}

export interface RoundResult {
  /** Milliseconds of each answer with a status of 2xx, in the order in which they came, from sending (and connecting) to the last byte. */
  readonly latenciesMs: Float64Array;
  /** By the yardstick, before and after it. */
  readonly machine: number;
  /** From the first request until the last answer. */
  readonly seconds: number;
  /** Answers by their status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without an answer, by the code of the error. */
  readonly failures: Readonly<Record<string, number>>;
}

/** So many failed requests end a round: of a site that is down nothing can be measured. */
export const MOST_FAILURES = 20;

/** What is told while it runs, at last when it has ended. */
export interface RoundProgress {
  readonly answers: number;
  /** Values of the session's cookie that the server has set since the last time. Secrets: they never leave the memory. */
  readonly made: readonly string[];
}
