import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSession } from '../../../src/django/sessionData.ts';
import type { SaveEvidence } from '../../../src/postgres/table/saveEvidence.ts';
import { SaveMemory } from '../../../src/postgres/saves/saveMemory.ts';
import { signSession } from '../../kit/signing.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const LIFETIME = 1_209_600;

type Session = Readonly<Record<string, unknown>>;

/** Looks at these sessions, saved just before, and says what is known then. */
function lookAt(
  memory: SaveMemory,
  minute: number,
  sessions: Readonly<Record<string, Session>>,
  inserted = 0,
): SaveEvidence | string {
  const at = START + minute * 60_000;
  const saved = new Date(at - 1_000);
  const rows = Object.entries(sessions).map(([session, data]) => ({
    session,
    data: signSession(data, { secretKey: 'secret', at: saved }),
    expires: saved.getTime() + LIFETIME * 1_000,
  }));
  const found = memory.look({ rows, at, inserted }, decodeSession);
  return found.how === 'unknown' ? found.reason : found.value;
}

function evidence(found: SaveEvidence | string): SaveEvidence {
  assert.ok(typeof found !== 'string', JSON.stringify(found));
  return found;
}

const first = { a: { n: 1 }, b: { n: 1, cart: [1] }, c: { n: 1 }, d: { n: 1 } };

test('saves are told by the entries that they change', () => {
  const memory = new SaveMemory();
  assert.match(JSON.stringify(lookAt(memory, 0, first)), /looked at once/u);
  const found = evidence(lookAt(memory, 1, { a: { n: 2 }, b: { n: 2, cart: [1, 2] }, c: { n: 1 }, d: { n: 3 } }));
  assert.deepEqual(found.changes, [
    { entries: ['n'], saves: 2, held: ['n'] },
    { entries: ['cart', 'n'], saves: 1, held: ['cart', 'n'] },
    { entries: [], saves: 1, held: ['n'] },
  ]);
  assert.deepEqual([found.saves, found.others, found.seconds], [4, 0, 60]);
  // An entry that goes, and one that comes, are changes as well.
  const after = evidence(lookAt(memory, 2, { a: {}, b: { n: 2, cart: [1, 2], user: 'x' } }));
  assert.deepEqual(
    after.changes.map(({ entries, saves }) => [entries.join(), saves]),
    [
      ['n', 3],
      ['cart,n', 1],
      ['', 1],
      ['user', 1],
    ],
  );
});

test('a session that is seen unchanged was not saved, and saves of half an hour ago are told no more', () => {
  const memory = new SaveMemory();
  lookAt(memory, 0, first);
  const row = { session: 'x', data: signSession({ n: 1 }, { secretKey: 's', at: new Date(START) }), expires: START };
  const look = (minute: number): SaveEvidence | undefined =>
    memory.look({ rows: [row], at: START + minute * 60_000, inserted: 0 }, decodeSession).value;
  look(1);
  assert.equal(look(2)?.saves, 0);
  assert.equal(evidence(lookAt(memory, 3, { a: { n: 5 } })).saves, 1);
  assert.equal(look(32)?.saves, 1);
  assert.equal(look(34)?.saves, 0);
});

test('new sessions are told by what they hold, and whether they were saved again', () => {
  const memory = new SaveMemory();
  lookAt(memory, 0, first, 100);
  lookAt(
    memory,
    1,
    { e: { last_activity: 1 }, f: { last_activity: 2 }, g: { _auth_user_id: '1', last_activity: 3 } },
    103,
  );
  const { newcomers } = evidence(lookAt(memory, 12, { g: { _auth_user_id: '1', last_activity: 9 } }, 104));
  assert.deepEqual(newcomers, {
    sessions: 3,
    anonymous: 2,
    inserted: 4,
    settled: 3,
    savedAgain: 1,
    contents: [
      { entries: ['last_activity'], sessions: 2 },
      { entries: ['_auth_user_id', 'last_activity'], sessions: 1 },
    ],
  });
});

test('neither keys nor values are in what is told, and names stay few, short and in one line', () => {
  const memory = new SaveMemory();
  const hostile = `[x](command:y)\u202e\n${'z'.repeat(500)}`;
  lookAt(memory, 0, { k1: { [hostile]: 'SECRET' } });
  lookAt(memory, 1, { k1: { [hostile]: 'SECRETS' } });
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k1${i}`, { [`seen_${i}a`]: 'SECRET' }]));
  lookAt(memory, 2, many);
  const told = evidence(lookAt(memory, 3, Object.fromEntries(Object.keys(many).map((key) => [key, { other: 1 }]))));
  const text = JSON.stringify(told);
  assert.doesNotMatch(text, /SECRET|k1/u);
  assert.deepEqual(
    told.changes.map(({ entries, saves }) => [entries.map((name) => name.slice(0, 20)).join(), saves]),
    [
      ['other,seen_…', 300],
      ['[x](command:y) zzzzz', 1],
    ],
  );
  assert.ok(told.changes[1]?.entries[0]?.length === 80 && !/[\n\u202e]/u.test(text));
});

test('lifetimes of the last saves are asked for, the most frequent first', () => {
  const memory = new SaveMemory();
  assert.deepEqual(memory.query(START).lifetimes, []);
  lookAt(memory, 0, first);
  const saved = new Date(START + 60_000);
  const row = (session: string, seconds: number): { session: string; data: string; expires: number } => ({
    session,
    data: signSession({ session }, { secretKey: 's', at: saved }),
    expires: saved.getTime() + seconds * 1_000,
  });
  const rows = Array.from({ length: 9 }, (_, i) => row(`s${i}`, 301));
  memory.look({ rows: [...rows, row('t', 86_400)], at: START + 61_000, inserted: 0 }, decodeSession);
  const query = memory.query(START + 121_000);
  assert.deepEqual(query.lifetimes, [300, LIFETIME, 86_400]);
  assert.equal(query.withinSeconds, 90);
});

test('memory is bounded by sessions and by entries, and a look takes no long time', () => {
  const memory = new SaveMemory();
  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`e${i}`, 1]));
  const data = signSession(wide, { secretKey: 's', at: new Date(START) });
  const look = (minute: number, data: string, sessions: readonly string[]): number | undefined => {
    const rows = sessions.map((session) => ({ session, data, expires: START }));
    return memory.look({ rows, at: START + minute * 60_000, inserted: 0 }, decodeSession).value?.saves;
  };
  const began = cpuNow();
  for (let minute = 0; minute < 3; minute++)
    look(
      minute,
      data,
      Array.from({ length: 500 }, (_, i) => `${minute}/${i}`),
    );
  const perLook = (cpuNow() - began) / 3;
  assert.ok(perLook < 2_000, `${perLook} ms`);
  // What was seen last is known still, what was seen first is not.
  const after = signSession({}, { secretKey: 's', at: new Date(START) });
  assert.equal(look(3, after, ['2/499', '0/0']), 1);
});

test('what can’t be read is said', () => {
  const memory = new SaveMemory();
  const rows = [{ session: 'x', data: 'gibberish!', expires: START }];
  const found = memory.look({ rows, at: START, inserted: 0 }, decodeSession);
  assert.ok(found.how === 'unknown');
  assert.equal(found.reason, 'The sessions can’t be read: not a format of Django.');
});
