import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspected, type InspectedSession } from '../../../src/monitoring/inspect/inspectedSession.ts';
import { typedKey } from '../../../src/monitoring/inspect/typedKey.ts';
import { sought } from '../../../src/postgres/inspect/keyHash.ts';
import { inspectItems } from '../../../src/presentation/inspect/inspectItems.ts';
import { changesText, deletedSessionsText, sessionFacts } from '../../../src/presentation/inspect/inspectTexts.ts';
import { signSession } from '../../kit/signing.ts';

/** What is shown of a session; test/postgres/inspect.test.ts and test/django/inspect.test.ts read real ones. */

const NOW = new Date('2026-06-01T12:00:00Z');
const KEY = 'abcdefghijklmnopqrstuvwxyz012345';

function session(data: Readonly<Record<string, unknown>>, more: Partial<InspectedSession> = {}): InspectedSession {
  const text = signSession(data, { secretKey: 'k', at: new Date('2026-06-01T11:00:00Z') });
  const expires = new Date('2026-06-10T12:00:00Z').getTime();
  const row = { data: text, storedBytes: 90, textBytes: text.length, expires, isExpired: false, columns: {} };
  return { ...inspected(row, { why: 'the settings are not known' }, NOW), ...more };
}

test('a key is taken alone or out of a cookie, and no complaint repeats it', () => {
  for (const typed of [
    KEY,
    ` ${KEY}\n`,
    `"${KEY}"`,
    `sessionid=${KEY}`,
    `csrftoken=x1; sessionid="${KEY}"; theme=dark`,
  ])
    assert.deepEqual(typedKey(typed), { key: KEY }, typed);
  assert.deepEqual(typedKey(`shop_session=${KEY}`, 'shop_session'), { key: KEY });
  for (const typed of ['', 'short', `csrftoken=${KEY}`, `${KEY} ${KEY}`, `.eJx:1t0000:${KEY}`, 'x'.repeat(300)]) {
    const answer = typedKey(typed);
    assert.ok('complaint' in answer, typed);
    if (typed.length > 8) assert.equal(answer.complaint.includes(KEY), false);
  }
  assert.match(
    'complaint' in typedKey('.eJx:1t0000:signature') ? JSON.stringify(typedKey('.eJx:1t0000:signature')) : '',
    /signed_cookies/u,
  );
});

test('what is sent to the server is not the key', () => {
  const { like, hash } = sought(KEY);
  assert.equal(like, 'abcdef%');
  assert.equal(hash.length, 32);
  assert.equal(sought('50%_off-and-more').like, String.raw`50\%\_of%`);
});

test('values are shown of those entries that were asked for, and of no others', () => {
  const view = { session: session({ _auth_user_id: '42', cart: { apples: 'secret' } }), changes: [], now: NOW };
  const closed = JSON.stringify(inspectItems({ ...view, shown: new Set() }));
  assert.doesNotMatch(closed, /secret|"42"/u);
  const open = inspectItems({ ...view, shown: new Set(['entry/cart']) });
  assert.deepEqual(
    open.filter(({ entry }) => entry === 'entry/cart').map(({ label }) => label),
    ['$(chevron-down) cart', '$(blank) {', '$(blank) \u00a0\u00a0"apples": "secret"', '$(blank) }'],
  );
  assert.ok(open.some(({ action }) => action === 'user'));
  const stranger = inspectItems({ session: session({ cart: 1 }), changes: [], now: NOW, shown: new Set() });
  assert.equal(stranger.some(({ action }) => action === 'user'), false); // prettier-ignore
});

test('names and values are text, in few lines, however large', () => {
  const data = { 'a$(trash)\u202eb': 'x'.repeat(1000), list: Array.from({ length: 500 }, (_, i) => `$(zap)${i}`) };
  const items = inspectItems({
    session: session(data),
    changes: [],
    now: NOW,
    shown: new Set(Object.keys(data).map((name) => `entry/${name}`)),
  });
  assert.ok(items.length < 100, String(items.length));
  for (const { label } of items) {
    assert.doesNotMatch(label.slice(2), /\$\(zap\)|\$\(trash\)\u202e|\u202e/u);
    assert.ok(label.length < 260, label);
  }
});

test('facts say what is not known, and an estimate is called one', () => {
  const texts = (one: InspectedSession, cookieAge?: number): Record<string, string> =>
    Object.fromEntries(sessionFacts(one, NOW, cookieAge).map(({ label, text }) => [label, text]));
  const signed = texts(session({ a: 1 }));
  assert.match(signed['Saved'] ?? '', /^60 min ago \(2026-06-01 11:00:00 UTC\)$/u);
  assert.match(signed['Signed with'] ?? '', /^unknown: the settings are not known$/u);
  const { savedAt: _savedAt, ...rest } = session({ a: 1 }, { format: 'legacy' });
  assert.match(texts(rest, 86_400 * 14)['Saved'] ?? '', /^≈ .*if it lives for SESSION_COOKIE_AGE/u);
  assert.equal(texts(rest)['Saved'], 'unknown: its data has no time');
  assert.match(texts(session({ a: 1 }, { isExpired: true }))['Expires'] ?? '', /Django takes it for none/u);
  assert.match(texts(session({ a: 1 }, { signedWith: 'none of them' }))['Signed with'] ?? '', /takes it for empty/u);
});

test('what has changed and what was deleted is told with figures', () => {
  const [before, after] = [session({ a: 1 }), session({ a: 2 }, { savedAt: NOW })];
  assert.equal(
    changesText(before, after, [{ name: 'a', how: 'changed' }]),
    'Saved again since 12:00:00 UTC: a has changed',
  );
  assert.equal(changesText(before, before, []), 'Nothing has changed since 12:00:00 UTC');
  assert.equal(
    changesText(before, session({ a: 1 }, { savedAt: NOW }), []),
    'Saved again since 12:00:00 UTC: no entry has changed',
  );
  const done = {
    deleted: 2,
    deletedHow: 'exact',
    gone: 1,
    kept: 1,
    batches: 1,
    longestBatchMs: 3,
    elapsedMs: 1500,
    cancelled: false,
  } as const;
  const text = deletedSessionsText(done, true);
  assert.match(text, /^2 sessions deleted in 1\.5 s\. 1 had gone before\. 1 stayed: .*cached_db/u);
});
