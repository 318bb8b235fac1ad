import assert from 'node:assert/strict';
import { after, before, describe, type TestContext } from 'node:test';
import { Client } from 'pg';
import { Problem } from '../../src/common/problem.ts';
import { connect, type ConnectOptions, type Database } from '../../src/postgres/connect/connection.ts';
import type { Major } from '../kit/binaries.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { startPostgres, type PostgresOptions, type TestPostgres } from '../kit/postgres.ts';

export const SECRET_KEY = 'test-secret-key';

export interface Bench {
  readonly server: TestPostgres;
  /** A superuser's plain connection to a database; closed after the tests. */
  admin(database?: string): Promise<Client>;
  /** A monitor's connection to it, read only; closed after the tests. */
  monitor(database?: string, options?: Partial<ConnectOptions>): Promise<Database>;
}

/** Runs the tests against PostgreSQL 15 and 18, each with a server of its own. */
export function onEachMajor(name: string, tests: (bench: Bench) => void, options: PostgresOptions = {}): void {
  onMajors([15, 18], name, tests, options);
}

/** For what takes long and hardly depends on the version: against PostgreSQL 18, and in npm run test:matrix against 15 too. */
export function onNewestMajor(name: string, tests: (bench: Bench) => void, options: PostgresOptions = {}): void {
  onMajors(IN_MATRIX ? [15, 18] : [18], name, tests, options);
}

function onMajors(
  majors: readonly Major[],
  name: string,
  tests: (bench: Bench) => void,
  options: PostgresOptions,
): void {
  for (const major of majors) {
    describe(`${name} on PostgreSQL ${major}`, () => {
      let server: TestPostgres | undefined;
      const open: { end(): Promise<void> }[] = [];
      before(async () => {
        server = await startPostgres({ ...options, major });
      });
      after(async () => {
        // A server that a test has killed or stopped answers no goodbye.
        await Promise.allSettled(open.map((one) => one.end()));
        await server?.stop();
      });
      tests({
        get server(): TestPostgres {
          assert.ok(server, 'the server has not been started');
          return server;
        },
        async admin(database = 'postgres') {
          const client = new Client({ connectionString: this.server.connectionString(database) });
          client.on('error', () => undefined); // the server is killed by some tests
          await client.connect();
          open.push(client);
          return client;
        },
        async monitor(database = 'postgres', more = {}) {
          const connectionString = this.server.connectionString(database);
          const db = await connect({ connectionString, readOnly: true, ...more });
          open.push({ end: () => db.close() });
          return db;
        },
      });
    });
  }
}

/** The one row of a statement. */
export async function one<T extends object>(client: Client, text: string, values: unknown[] = []): Promise<T> {
  const { rows } = await client.query<T>(text, values);
  assert.ok(rows[0], text);
  return rows[0];
}

/** A new database; databases are cheaper than servers. */
export async function newDatabase(bench: Bench, name: string): Promise<Client> {
  await (await bench.admin()).query(`CREATE DATABASE ${name}`);
  return bench.admin(name);
}

/** Asserts that the promise rejects with a Problem of this code, whose text is whole and holds no password. */
export async function rejectsWith(
  promise: Promise<unknown>,
  code: string | RegExp,
  transient?: boolean,
): Promise<Problem> {
  let problem: unknown;
  await assert.rejects(promise, (error) => {
    problem = error;
    return true;
  });
  assert.ok(problem instanceof Problem, String(problem));
  if (typeof code === 'string') assert.equal(problem.code, code, problem.message);
  else assert.match(problem.code, code, problem.message);
  if (transient !== undefined) assert.equal(problem.transient, transient, problem.message);
  for (const text of [problem.what, problem.why, problem.next]) assert.notEqual(text, '');
  assert.match(problem.why, /\.$/u);
  assert.doesNotMatch(problem.message, /test-password|not-the-password/u);
  return problem;
}

/** A backend reports its counters when it has been idle for ten seconds, or now when it is asked to. */
export async function flushStatistics(admin: Client): Promise<void> {
  await admin.query('SELECT pg_stat_force_next_flush()');
}

/** Runs `check` until it holds. */
export async function eventually(check: () => Promise<boolean>, what: string, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    assert.ok(Date.now() < deadline, `${what} did not happen within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A tool of the machine that is missing skips the test with its reason, and fails it in CI. */
export function skipWithout(t: TestContext, found: boolean, tool: string): boolean {
  if (found) return false;
  assert.equal(process.env['CI'], undefined, `${tool} is missing in CI`);
  t.skip(`${tool} is not installed`);
  return true;
}
