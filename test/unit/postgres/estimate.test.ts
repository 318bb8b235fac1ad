import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_RULES } from '../../../src/postgres/connect/errorRules.ts';
import { toProblem } from '../../../src/postgres/connect/errors.ts';
import { CountLimits } from '../../../src/postgres/readings/countLimits.ts';
import { signatureTime } from '../../../src/postgres/sample/signatureTime.ts';
import { estimateTotal, reusablePerPage } from '../../../src/postgres/sample/estimate.ts';
import { RotatingSample, TURNS, type SampleTurn } from '../../../src/postgres/sample/rotatingSample.ts';
import type { SessionRow } from '../../../src/postgres/sample/sessionRow.ts';
import { quoted } from '../../../src/postgres/table/tableName.ts';
import { signSession } from '../../kit/sessions.ts';

test('an estimate weighs each page with its stratum, the last one with what is left of the table', () => {
  assert.deepEqual(estimateTotal([30, 30, 30], 10, 30), { value: 900, plusMinus: 0 });
  assert.equal(estimateTotal([30, 30, 30], 10, 25).value, 750);
  assert.deepEqual(estimateTotal([], 1, 0), { value: 0, plusMinus: 0 });
  assert.equal(estimateTotal([3, 5, 7], 1, 3).plusMinus, 0, 'all pages were read');
  // v = (1 − 1/10) · 10² · 3 / (2 · 2) · (2² + 2²) = 540
  // Of 150 found; the interval's upper end u = 150 + plusMinus solves (u − 150)² = 1.96² v u / 150.
  const { plusMinus } = estimateTotal([3, 5, 7], 10, 30);
  assert.ok(Math.abs(plusMinus ** 2 - (1.96 ** 2 * 540 * (150 + plusMinus)) / 150) < 1e-9);
  assert.ok(plusMinus > 1.96 * Math.sqrt(540));
  assert.equal(estimateTotal([0, 0], 10, 20).plusMinus, 27, 'nothing found is not nothing there');
});

test('reusable are whole rows of the mean size', () => {
  assert.deepEqual(reusablePerPage([10, 5, 0], [1000, 500, 0], 1099), [0, 500, 1000]);
  assert.deepEqual(reusablePerPage([0], [0], 8168), [8168]);
});

test('times in signatures are those that Django writes, and compare like times', () => {
  for (const at of ['2001-09-09T01:46:40Z', '2025-11-23T12:00:00Z', '2099-12-31T23:59:59Z']) {
    const [, stamp] = signSession({}, { secretKey: 'x', at: new Date(at) }).split(':');
    assert.equal(signatureTime(Date.parse(at)), stamp);
  }
  assert.ok(signatureTime(1_700_000_000_000) < signatureTime(1_700_000_061_000));
});

test('counting stops where it was dear twice, until a vacuum or for a while', () => {
  const counting = new CountLimits();
  assert.equal(counting.next().costlyAtVacuum, null);
  counting.learn(240, 500_000, 3);
  assert.equal(counting.next().costlyAtVacuum, null, 'the first one may have come from disk');
  counting.learn(230, 500_000, 3);
  assert.equal(counting.next().costlyAtVacuum, 3);
  const rested = Array.from({ length: 40 }, () => counting.next().costlyAtVacuum);
  assert.equal(rested.at(0), 3);
  assert.equal(rested.at(-1), null, 'tried again');
  counting.learn(250, 500_000, 3);
  assert.equal(counting.next().costlyAtVacuum, 3, 'and given up at once if nothing has changed');
  counting.learn(0.3, 500_000, 4);
  assert.deepEqual(counting.next(), { maxDead: 20_000, maxDeleted: 520_000, costlyAtVacuum: null });
});

/** A reading of a table of 16 strata, 10 pages each, with 30 rows a page: of those strata that the turn asks for. */
function reading(turn: SampleTurn, rows = 30, strata = 16): SessionRow {
  const all = Array.from({ length: strata }, (_, i) => i);
  const asked = turn.width === 10 ? all.filter((i) => i >= turn.strata || i % TURNS === turn.turn) : all;
  const sample = asked.map((i) => [i, rows, 0, null, 3000, 0, 0, 0]);
  return { width: 10, pages: strata * 10, sample, inserted: 5, deleted: 2 } as unknown as SessionRow;
}

test('a rotating sample looks at everything first, then at a part in turn, and has all strata each time', () => {
  const sample = new RotatingSample();
  const first = sample.next(false);
  assert.equal(first.width, null);
  assert.equal(sample.complete(reading(first)).length, 16);
  const places = Buffer.from(sample.places);
  const turns = Array.from({ length: TURNS }, () => {
    const turn = sample.next(false);
    assert.deepEqual([turn.width, turn.strata, turn.changes], [10, 16, 7]);
    assert.deepEqual(
      sample.complete(reading(turn, 31)).map(([i]) => i),
      Array.from({ length: 16 }, (_, i) => i),
    );
    return turn.turn;
  });
  assert.deepEqual(
    turns.toSorted((a, b) => a - b),
    Array.from({ length: TURNS }, (_, i) => i),
  );
  const changed = places.filter((byte, i) => byte !== sample.places[i]).length;
  assert.ok(changed > 0 && changed <= 4 * TURNS, `${changed} bytes drawn anew`);
});

test('a rotating sample follows a table that grows or shrinks, and looks at everything when asked or when much has changed', () => {
  const sample = new RotatingSample();
  sample.complete(reading(sample.next(false)));
  assert.equal(sample.complete(reading(sample.next(false), 30, 20)).length, 20, 'new strata are read at once');
  assert.equal(sample.complete(reading(sample.next(false), 30, 12)).length, 12, 'those that are gone are forgotten');
  assert.equal(sample.next(true).width, null, 'asked');
  sample.complete(reading(sample.next(true), 30, 64));
  sample.complete(reading(sample.next(false), 5, 64));
  const after = sample.next(false);
  assert.equal(after.width, null, 'the pages that were read again were much emptier than before');
  assert.ok(sample.complete(reading(after, 5, 64)).every(([, rows]) => rows === 5));
});

test('names are quoted as identifiers', () => {
  assert.equal(quoted({ schema: 'a"b', name: 'c; --' }), '"a""b"."c; --"');
  assert.throws(() => quoted({ name: 'x'.repeat(64) }), { code: 'table-name' });
});

/** Of each row of the table: whether trying again can help. What is not is tried seldom: a wrong password may lock the account. */
const TRANSIENT: Readonly<Record<string, boolean>> = {
  'wrong-password': false,
  'password-missing': false,
  'authentication-method': false,
  'answer-too-large': false,
  'role-missing': false,
  'access-refused': false,
  'database-missing': false,
  'unknown-host': true,
  'host-lookup': true,
  'host-unreachable': true,
  'connection-refused': true,
  'connection-forbidden': false,
  'connect-timeout': true,
  'tls-unsupported': false,
  'tls-host-mismatch': false,
  'tls-certificate-expired': false,
  'tls-certificate': false,
  'tls-failed': false,
  'too-many-connections': true,
  'server-unavailable': true,
  'pooler-configuration': false,
  'pooler-parameter': false,
  'pooler-statement-mode': false,
  'table-missing': false,
  'not-djangos-table': false,
  'built-in-denied': false,
  'permission-denied': false,
  'read-only': false,
  'lock-timeout': true,
  'statement-timeout': true,
  'server-error': true,
  'server-stalled': true,
  'connection-lost': true,
};

test('each row of the table of errors is reached by each of its codes, and says whether to try again', () => {
  assert.deepEqual(Object.fromEntries(ERROR_RULES.map(({ code, transient }) => [code, transient])), TRANSIENT);
  const context = { what: 'Cannot read', user: 'u', database: 'd', host: 'h', port: 1, table: 't' };
  for (const { when, code: expected, transient } of ERROR_RULES) {
    for (const code of when.filter((one) => typeof one === 'string')) {
      const problem = toProblem(Object.assign(new Error('some words'), { code }), context);
      assert.deepEqual([problem.code, problem.transient], [expected, transient], code);
      for (const text of [problem.why, problem.next]) assert.match(text, /^\S.*[.;]$|\.$/u, code);
    }
  }
});

test('errors are told apart by SQLSTATE, errno or text, and never lost', () => {
  const context = { what: 'Cannot connect', user: 'u', database: 'd', host: 'h', port: 1 };
  const of = (code: string, message = ''): unknown => toProblem(Object.assign(new Error(message), { code }), context);
  const CODES: Record<string, string> = {
    '28P01': 'wrong-password',
    '28000': 'access-refused',
    '3D000': 'database-missing',
    '53300': 'too-many-connections',
    '57P03': 'server-unavailable',
    '57014': 'statement-timeout',
    '55P03': 'lock-timeout',
    '25006': 'read-only',
    '08006': 'connection-lost',
    ENOTFOUND: 'unknown-host',
    EAI_AGAIN: 'host-lookup',
    ECONNREFUSED: 'connection-refused',
    ETIMEDOUT: 'connect-timeout',
    ECONNRESET: 'connection-lost',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-certificate',
    CERT_HAS_EXPIRED: 'tls-certificate-expired',
    ERR_TLS_CERT_ALTNAME_INVALID: 'tls-host-mismatch',
    '42703': 'database-error',
    XYZ: 'database-error',
  };
  for (const [code, expected] of Object.entries(CODES))
    assert.equal((of(code, 'some words') as { code: string }).code, expected, code);
  assert.equal(
    toProblem(new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), context).code,
    'connection-refused',
  );
  const denied = toProblem(Object.assign(new Error('permission denied for view pg_stat_activity'), { code: '42501' }), {
    ...context,
    table: 't',
  });
  assert.equal(denied.code, 'built-in-denied', 'it is not the table that may not be read');
  assert.match(`${denied.why} ${denied.next}`, /use pg_stat_activity, .* GRANT SELECT ON pg_stat_activity TO u;/u);
  const ending = 'permission denied for function pg_terminate_backend';
  assert.match(toProblem(new Error(ending), context).next, /GRANT EXECUTE ON FUNCTION pg_terminate_backend TO u;/u);
  const pooled = toProblem(new Error('transaction blocks not allowed in statement pooling mode'), context);
  assert.equal(pooled.code, 'pooler-statement-mode');
  // A name may resolve as soon as the VPN is up: it is not waited for minutes.
  for (const code of ['ENOTFOUND', 'EAI_AGAIN']) assert.ok((of(code) as { transient: boolean }).transient, code);
  assert.equal(toProblem('what', context).why, 'what.');
  assert.equal(
    toProblem(Object.assign(new Error('x'), { code: '42703' }), { ...context, table: 't' }).code,
    'not-djangos-table',
  );
});
