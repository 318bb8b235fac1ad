import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateTotal, reusablePerPage } from '../../../src/database/estimate.ts';
import { Panel } from '../../../src/database/panel.ts';
import { signatureTime } from '../../../src/database/sessionMetrics.ts';
import { quoted } from '../../../src/database/tableName.ts';
import { toProblem } from '../../../src/database/errors.ts';
import { signSession } from '../../kit/sessions.ts';

test('an estimate weighs each page with its stratum, the last one with what is left of the table', () => {
  assert.deepEqual(estimateTotal([30, 30, 30], 10, 30), { value: 900, plusMinus: 0 });
  assert.equal(estimateTotal([30, 30, 30], 10, 25).value, 750);
  assert.deepEqual(estimateTotal([], 1, 0), { value: 0, plusMinus: 0 });
  assert.equal(estimateTotal([3, 5, 7], 1, 3).plusMinus, 0, 'all pages were read');
  // v = (1 − 1/10) · 10² · 3 / (2 · 2) · (2² + 2²) = 540
  assert.ok(Math.abs(estimateTotal([3, 5, 7], 10, 30).plusMinus - 1.96 * Math.sqrt(540)) < 1e-9);
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

test('a panel keeps most of its places, and stops counting where it was dear until a vacuum', () => {
  const panel = new Panel();
  panel.rotate();
  const first = Buffer.from(panel.places);
  panel.rotate();
  const changed = first.filter((byte, i) => byte !== panel.places[i]).length;
  assert.ok(changed > 0 && changed <= 4, `${changed} bytes`);
  assert.equal(panel.limits().costlyAtVacuum, null);
  panel.learn(240, 500_000, 3);
  assert.equal(panel.limits().costlyAtVacuum, 3);
  panel.learn(0.3, 500_000, 4);
  assert.deepEqual(panel.limits(), { maxDead: 20_000, maxDeleted: 520_000, costlyAtVacuum: null });
});

test('names are quoted as identifiers', () => {
  assert.equal(quoted({ schema: 'a"b', name: 'c; --' }), '"a""b"."c; --"');
  assert.throws(() => quoted({ name: 'x'.repeat(64) }), { code: 'table-name' });
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
  assert.equal(toProblem('what', context).why, 'what.');
  assert.equal(
    toProblem(Object.assign(new Error('x'), { code: '42703' }), { ...context, table: 't' }).code,
    'not-djangos-table',
  );
});
