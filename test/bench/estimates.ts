import { connect } from '../../src/database/connection.ts';
import type { TestPostgres } from '../kit/postgres.ts';
import type { Bench } from './bench.ts';
import { drawEstimates, type Draws } from './draws.ts';
import { figure, type Aim, type Figure, type PartResult } from './figures.ts';
import { makeDatabase, startServer, withClient } from './tables.ts';
import { CHAINS, type TableState } from './tableStates.ts';

const ERROR: Aim = { limit: 5, is: 'atMost', judges: 'p95' };
const ROWS = 300_000;
const QUICK_ROWS = 40_000;
const DRAWS = 500;
const QUICK_DRAWS = 60;

/**
 * How far the light reading's estimates are from the truth: on each state of a table many readings, each with pages of its
 * own drawn, as a new connection would. The table itself is made once a state.
 */
export async function measureEstimates(bench: Bench): Promise<PartResult> {
  const server = await startServer(bench, { autovacuum: 'off' });
  try {
    const results: PartResult[] = [];
    for (const [number, chain] of CHAINS.entries()) {
      const connectionString = await makeDatabase(server, `chain_${number}`);
      for (const state of chain) results.push(await measureState(bench, server, connectionString, state));
    }
    return {
      figures: results.flatMap(({ figures }) => figures),
      details: { rows: bench.quick ? QUICK_ROWS : ROWS, states: results.map(({ details }) => details) },
    };
  } finally {
    await server.stop();
  }
}

async function measureState(
  { quick, say }: Bench,
  server: TestPostgres,
  connectionString: string,
  { name, make, crash }: TableState,
): Promise<PartResult> {
  say(`Estimates: ${name}`);
  if (crash) {
    await server.kill();
    await server.start();
  }
  await withClient(connectionString, async (db) => make?.(db, quick ? QUICK_ROWS : ROWS));
  const db = await connect({ connectionString, readOnly: true });
  try {
    const draws = await drawEstimates(db, connectionString, quick ? QUICK_DRAWS : DRAWS);
    const details = draws.map(({ metric, errors: _, ...rest }) => ({ metric: metric.name, ...rest }));
    return {
      figures: draws.flatMap((one) => errorFigure(`Errors of the estimates: ${name}`, one)),
      details: { name, details },
    };
  } finally {
    await db.close();
  }
}

function errorFigure(group: string, { metric, errors, of, inside, how, truth }: Draws): Figure[] {
  const kinds = Object.entries(how).map(([kind, count]) => (count === errors.length ? kind : `${count} ${kind}`));
  const margin = inside === undefined ? '' : `; truth within ± in ${(inside * 100).toFixed(1)} %`;
  const note = `${of} (${Math.round(truth).toLocaleString('en-US')}); ${kinds.join(', ')}${margin}`;
  if (errors.length === 0) return [];
  const percent = errors.map((error) => error * 100);
  return [figure(group, metric.name, 'percent', percent, { aim: metric.foreign ? undefined : ERROR, note })];
}
