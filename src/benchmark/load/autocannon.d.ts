/** Of autocannon 9 what is used of it: the loop of requests, without its command line, workers and histograms. */
declare module 'autocannon/lib/run.js' {
  import type { EventEmitter } from 'node:events';
  import type { TlsOptions } from 'node:tls';

  interface Histogram {
    /** It is none of HdrHistogram's, and is not encoded. */
    readonly __custom: true;
    recordValue(value: number): void;
    destroy(): void;
  }

  interface RunOptions {
    readonly url: string;
    readonly method: 'GET';
    readonly headers: Readonly<Record<string, string>>;
    readonly connections: number;
    /** Requests of all connections together; at least as many as connections. */
    readonly amount: number;
    readonly pipelining: 1;
    /** Seconds without an answer, after which the connection is made anew. */
    readonly timeout: number;
    /** Milliseconds between two looks at whether it has ended. */
    readonly sampleInt: number;
    /** So many errors end it. */
    readonly bailout: number;
    readonly requests: readonly Readonly<Record<string, never>>[];
    readonly tlsOptions: TlsOptions;
    readonly histograms: Readonly<Record<'latencies' | 'requests' | 'throughput', Histogram>>;
    readonly skipAggregateResult: true;
    readonly setupClient: (client: import('./mendClient.ts').Client) => void;
  }

  interface Tracker extends EventEmitter<{
    response: [client: unknown, statusCode: number, bytes: number, responseMs: number];
    reqError: [error: NodeJS.ErrnoException];
  }> {
    /** At the next look. */
    stop(): void;
  }

  interface RunResult {
    readonly totalRequests: number;
    readonly timeouts: number;
  }

  export default function run(
    options: RunOptions,
    tracker: EventEmitter | undefined,
    done: (error: Error | null, result: RunResult) => void,
  ): Tracker;
}
