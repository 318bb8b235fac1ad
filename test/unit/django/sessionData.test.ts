import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { decodeSession } from '../../../src/django/sessionData.ts';
import { seeded } from '../../kit/random.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

const SIGNATURE = 'a'.repeat(43);
const base64url = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64url');
const signed = (payload: Buffer | string, time = '1tTTTT', dot = ''): string =>
  `${dot}${base64url(payload)}:${time}:${SIGNATURE}`;
const legacy = (payload: Buffer | string): string =>
  Buffer.concat([Buffer.from(`${'0f'.repeat(20)}:`), Buffer.from(payload)]).toString('base64');

test('reads both formats', () => {
  const compressed = deflateSync(JSON.stringify({ a: 'x'.repeat(1000) }));
  assert.deepEqual(decodeSession(signed('{"a":1}')).data, { a: 1 });
  assert.equal(decodeSession(signed(compressed, '1tTTTT', '.')).data?.a, 'x'.repeat(1000));
  assert.deepEqual(decodeSession(legacy('{"a":"é"}')), { format: 'legacy', data: { a: 'é' } });
});

test('reads the time of the save in base62', () => {
  // 'z' is 61; '10' is 62.
  assert.equal(decodeSession(signed('{}', '10')).savedAt?.getTime(), 62_000);
  assert.equal(decodeSession(signed('{}', '1z')).savedAt?.getTime(), 123_000);
  assert.equal(decodeSession(signed('{}', 'zzzzzzzzzzz')).savedAt, undefined);
});

test('says why there are no data', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['', 'unknown', /not a format/],
    ['hello world', 'unknown', /not a format/],
    [Buffer.from('no hash here: {}').toString('base64'), 'unknown', /not a format/],
    [signed('[1]'), 'signed', /not a JSON object/],
    [signed('{"password": "hunter2"'), 'signed', /not JSON/],
    [signed('not zlib', '1t', '.'), 'signed', /damaged compression/],
    [signed(Buffer.from([0x80, 4, 0x7d, 0x94, 0x2e])), 'signed', /^pickled/],
    [legacy(Buffer.from('(dp0\n.')), 'legacy', /^pickled/],
    [signed(deflateSync(Buffer.alloc(50_000_000, 0x20)), '1t', '.'), 'signed', /too large when decompressed/],
  ];
  for (const [text, format, reason] of cases) {
    const decoded = decodeSession(text);
    assert.equal(decoded.format, format, text.slice(0, 40));
    assert.match(decoded.unreadable ?? '', reason);
    assert.equal(decoded.data, undefined);
    assert.ok(!JSON.stringify(decoded).includes('hunter2'));
  }
});

test('keeps __proto__ an ordinary key', () => {
  const { data } = decodeSession(signed('{"__proto__":{"polluted":true}}'));
  assert.ok(data !== undefined && Object.hasOwn(data, '__proto__'));
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('never throws: 10,000 mutations', () => {
  const random = seeded(42);
  const pick = (n: number): number => Math.floor(random() * n);
  const alphabet = 'aZ09-_:.=+/ {}"\\\n\0é\uD800(\x80';
  const seeds = [
    signed('{"_auth_user_id":"1","last_activity":1.5}'),
    signed(deflateSync('{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}'), '1tTTTT', '.'),
    legacy('{"a":1}'),
    signed(Buffer.from([0x80, 4, 0x7d, 0x94, 0x2e])),
    '',
  ];
  const formats = new Map<string, number>();
  for (let i = 0; i < 10_000; i++) {
    let text = seeds[pick(seeds.length)] ?? '';
    for (let changes = pick(6); changes >= 0; changes--) {
      const at = pick(text.length + 1);
      const added = alphabet.charAt(pick(alphabet.length)).repeat(pick(3));
      text = text.slice(0, at) + added + text.slice(at + pick(4));
    }
    const decoded = decodeSession(text);
    assert.ok((decoded.data === undefined) !== (decoded.unreadable === undefined), 'either data or a reason');
    if (decoded.savedAt !== undefined) assert.ok(!Number.isNaN(decoded.savedAt.getTime()));
    formats.set(decoded.format, (formats.get(decoded.format) ?? 0) + 1);
  }
  assert.deepEqual([...formats.keys()].sort(), ['legacy', 'signed', 'unknown'], 'the mutations reach every format');
});

test('is quick with long garbage', () => {
  const started = cpuNow();
  for (const text of [
    ' '.repeat(1_000_000) + '!',
    'a:'.repeat(500_000),
    '='.repeat(1_000_000),
    `.${'a'.repeat(1_000_000)}`,
  ]) {
    assert.notEqual(decodeSession(text).unreadable, undefined);
  }
  assert.ok(cpuNow() - started < 2_000, 'quadratic in the length');
});
