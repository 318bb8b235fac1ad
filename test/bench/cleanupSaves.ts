import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Milliseconds between two saves of one writer. */
const PAUSE_MS = 5;
const WRITERS = 2;

/** Saves sessions as Django does, one UPDATE in a transaction of its own, and takes the time of each. */
export class Savers {
  readonly #stop = new AbortController();
  readonly #latencies: number[] = [];
  readonly #loops: Promise<void>[] = [];

  static async start(connectionString: string): Promise<Savers> {
    const savers = new Savers();
    for (let i = 0; i < WRITERS; i++) {
      const client = new Client({ connectionString, application_name: 'django' });
      await client.connect();
      const { rows } = await client.query<{ key: string }>(
        "SELECT session_key AS key FROM django_session WHERE expire_date > now() + interval '1 hour' ORDER BY random() LIMIT 2000",
      );
      savers.#loops.push(
        savers.#save(
          client,
          rows.map(({ key }) => key),
        ),
      );
    }
    return savers;
  }

  async #save(client: Client, keys: readonly string[]): Promise<void> {
    for (let i = 0; !this.#stop.signal.aborted; i++) {
      const began = performance.now();
      await client.query(
        "UPDATE django_session SET session_data = $1, expire_date = now() + interval '14 days' WHERE session_key = $2",
        ['x'.repeat(150), keys[i % keys.length]],
      );
      this.#latencies.push(performance.now() - began);
      await sleep(PAUSE_MS);
    }
    await client.end();
  }

  /** Forgets what was measured so far. */
  reset(): void {
    this.#latencies.length = 0;
  }

  /** Milliseconds of each save since the last reset. */
  async stop(): Promise<number[]> {
    const measured = [...this.#latencies];
    this.#stop.abort();
    await Promise.all(this.#loops);
    return measured;
  }
}

/** The value below which this share lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
