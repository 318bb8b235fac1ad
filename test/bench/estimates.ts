import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import type { TestPostgres } from '../kit/postgres.ts';
import type { Bench } from './bench.ts';
import { drawEstimates, type Draws } from './draws.ts';
import { figure, type Aim, type Figure, type PartResult } from './figures.ts';
import { CHAINS, type TableState } from './tableStates.ts';
import { makeDatabase, startServer, withClient } from './tables.ts';

const ERROR: Aim = { limit: 5, is: 'atMost', judges: 'p95' };
const ROWS = 300_000;
const QUICK_ROWS = 40_000;
const DRAWS = 500;
const QUICK_DRAWS = 60;

/** Connections that look on while the table changes, and the readings that each takes before: more than a turn of its sample. */
const WATCHERS = 100;
const QUICK_WATCHERS = 20;
const READINGS_BEFORE = 10;

/**
 * How far the light reading's estimates are from the truth: on each state of a table many readings, each with pages of its own
 * drawn, as a new connection would; and where the state came about while connections watched, the next reading of each of
 * those, which remembers pages from before. The table itself is made once a state.
 */
export async function measureEstimates(bench: Bench): Promise<PartResult> {
  const server = await startServer(bench, { autovacuum: 'off' });
  try {
    const results: PartResult[] = [];
    for (const [number, chain] of CHAINS.entries()) {
      results.push(...(await measureChain(bench, server, await makeDatabase(server, `chain_${number}`), chain)));
    }
    return {
      figures: results.flatMap(({ figures }) => figures),
      details: { rows: bench.quick ? QUICK_ROWS : ROWS, states: results.map(({ details }) => details) },
    };
  } finally {
    await server.stop();
  }
}

async function measureChain(
  { quick, say }: Bench,
  server: TestPostgres,
  connectionString: string,
  chain: readonly TableState[],
): Promise<PartResult[]> {
  const results: PartResult[] = [];
  const measure = async (name: string, readers: readonly Database[]): Promise<void> => {
    results.push(resultOf(name, await drawEstimates(readers, connectionString)));
  };
  let db = await connect({ connectionString, readOnly: true });
  let watchers: readonly Database[] = [];
  for (const { name, make, crash } of chain) {
    say(`Estimates: ${name}`);
    if (crash) {
      await db.close();
      await server.kill();
      await server.start();
      db = await connect({ connectionString, readOnly: true });
    } else {
      await withClient(connectionString, async (client) => make?.(client, quick ? QUICK_ROWS : ROWS));
      if (watchers.length > 0) await measure(`${name}; by those who watched it happen`, watchers);
    }
    await measure(name, strangers(db, quick ? QUICK_DRAWS : DRAWS));
    watchers = strangers(db, quick ? QUICK_WATCHERS : WATCHERS);
    for (const watcher of watchers) {
      for (let i = 0; i < READINGS_BEFORE; i++) await readSessionMetrics(watcher);
    }
  }
  await db.close();
  return results;
}

/** The same connection as other objects: for each, the pages of the sample are drawn anew. */
function strangers(db: Database, count: number): Database[] {
  const { target, server, applicationName, direct } = db;
  return Array.from({ length: count }, () => ({
    target,
    server,
    applicationName,
    direct,
    query: (...args) => db.query(...args),
    transaction: (...args) => db.transaction(...args),
    reopen: () => db.reopen(),
    close: () => db.close(),
  }));
}

function resultOf(name: string, draws: readonly Draws[]): PartResult {
  const values = draws.map(({ metric, errors: _, ...rest }) => ({ metric: metric.name, ...rest }));
  return {
    figures: draws.flatMap((one) => errorFigure(`Errors of the estimates: ${name}`, one)),
    details: { name, values },
  };
}

function errorFigure(group: string, { metric, errors, of, inside, how, truth }: Draws): Figure[] {
  const kinds = Object.entries(how).map(([kind, count]) => (count === errors.length ? kind : `${count} ${kind}`));
  const margin = inside === undefined ? '' : `; truth within ± in ${(inside * 100).toFixed(1)} %`;
  const note = `${of} (${Math.round(truth).toLocaleString('en-US')}); ${kinds.join(', ')}${margin}`;
  if (errors.length === 0) return [];
  const percent = errors.map((error) => error * 100);
  return [figure(group, metric.name, 'percent', percent, { aim: metric.foreign ? undefined : ERROR, note })];
}
