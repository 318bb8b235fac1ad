import assert from 'node:assert/strict';
import { test } from 'node:test';
import { savedLately, SavesMemory, type CountedSaves } from '../../../src/postgres/readings/savedLately.ts';
import type { PageSample, SessionRow } from '../../../src/postgres/sample/sessionRow.ts';
import { signatureTime } from '../../../src/postgres/sample/signatureTime.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const TWO_WEEKS = 1_209_600;
const KNOWN = { at: new Date(NOW), tookMs: 1 };

const row = (more: Partial<SessionRow> = {}): SessionRow =>
  ({
    relkind: 'r',
    recent: null,
    newest: null,
    recent_ms: 1,
    updated: 0,
    deleted: 0,
    vacuums: 0,
    ...more,
  }) as SessionRow;

/** Newest saves of pages, each of a session that lives so many seconds. */
const newest = (...lifetimes: number[]): string[] =>
  lifetimes.map((lifetime, i) => `${signatureTime(NOW - i * 60_000)}${NOW / 1000 - i * 60 + lifetime + 0.25}`);

function sampleOf(saved: readonly number[], recent: readonly number[], more: Partial<PageSample> = {}): PageSample {
  const of = (value: number): number[] => saved.map(() => value);
  const columns = { rows: of(25), expired: of(5), bytes: of(5_000), fresh: of(20), stamped: of(20), saved, recent };
  return { ...columns, oldest: null, width: 100, pages: 100 * saved.length, read: saved.length, whole: false, ...more };
}

const savedOf = (sample: PageSample, counted?: CountedSaves) => savedLately(row(), sample, counted, KNOWN);

test('what the index counts is taken where the sample agrees with it, and is not said to be exact', () => {
  const found = savedOf(sampleOf([0, 2, 0, 1], [0, 2, 0, 1]), { rows: 333, lifetime: TWO_WEEKS });
  assert.ok(found.how === 'estimated');
  // None of 4 pages of 100 each differs: the rule of three.
  assert.deepEqual([found.value, found.plusMinus], [333, 297]);
  assert.match(
    found.note ?? '',
    /^by the index on expire_date, for sessions that expire 14 days after a save, as all from 100 rows/u,
  );
});

test('few that live otherwise correct the count, and many leave it to the sample', () => {
  const counted = { rows: 1_200, lifetime: TWO_WEEKS };
  const few = savedOf(sampleOf([4, 3, 3, 2], [4, 3, 2, 2]), counted);
  assert.ok(few.how === 'estimated');
  assert.equal(few.value, 1_300, 'of one page more were saved than the index supposes');
  assert.match(few.note ?? '', /corrected for those that don’t/u);
  const many = savedOf(sampleOf([1, 1, 1, 1], [0, 9, 0, 7]), counted);
  assert.ok(many.how === 'estimated');
  assert.equal(many.value, 400);
  assert.match(many.note ?? '', /^from 100 rows .*, for sessions don’t all expire 14 days after a save$/u);
  const uncounted = savedOf(sampleOf([1, 1, 1, 1], [0, 9, 0, 7]));
  assert.ok(uncounted.how === 'estimated');
  assert.equal(uncounted.note, 'from 100 rows in 4 of 400 pages');
});

test('of sessions that don’t tell when they were saved the others speak', () => {
  const large = savedOf(sampleOf([1, 1, 1, 1], [1, 1, 1, 1], { stamped: [10, 10, 10, 10] }), {
    rows: 900,
    lifetime: TWO_WEEKS,
  });
  assert.ok(large.how === 'estimated');
  assert.equal(large.value, 900, 'the index counts them all');
  assert.equal(savedOf(sampleOf([0, 0], [0, 0], { stamped: [0, 0] }), { rows: 9, lifetime: TWO_WEEKS }).how, 'unknown');
});

test('a count stays until the next one, and goes where one is due that may not be made or comes to too much', () => {
  const saves = new SavesMemory();
  assert.equal(saves.learn(row()).counted, undefined);
  assert.equal(saves.learn(row({ recent: 70 })).counted?.rows, 70);
  assert.equal(saves.learn(row()).counted?.rows, 70);
  assert.equal(saves.learn(row({ recent: -1 })).counted, undefined);
  assert.equal(saves.learn(row({ recent: 5_001 })).counted, undefined);
});

test('the lifetime is Django’s until clearly most of the newest saves have another', () => {
  const saves = new SavesMemory();
  const lifetime = (): number => {
    const { from, hourAgo } = saves.next(true, NOW);
    assert.equal(hourAgo, signatureTime(NOW - 3_600_000));
    return Date.parse(from) / 1000 - (NOW / 1000 - 3_600);
  };
  assert.equal(lifetime(), TWO_WEEKS);
  assert.equal(saves.learn(row({ recent: 5, newest: newest(86_400, 86_400, TWO_WEEKS) })).mistaken, false);
  assert.equal(lifetime(), TWO_WEEKS, 'two of three are not clearly most');
  assert.equal(
    saves.learn(row({ recent: 5, newest: newest(86_400, 86_400, 86_400, 86_400, TWO_WEEKS) })).mistaken,
    true,
  );
  assert.equal(lifetime(), 86_400);
  assert.equal(saves.learn(row()).counted, undefined, 'what was counted for another lifetime says nothing');
  assert.equal(saves.learn(row({ newest: newest(86_400, 7, 8, 9, 10) })).mistaken, false);
  const odd = ['1xX2fWInfinity', '??????1764277229', 'zzzzzz0', '000000253402300800', '1xX2fW-Infinity'];
  assert.equal(saves.learn(row({ newest: odd.flatMap((text) => [text, text, text, text]) })).mistaken, false);
});

test('counting stops where it was dear twice, until a vacuum', () => {
  const saves = new SavesMemory();
  for (let i = 0; i < 2; i++) saves.learn(row({ recent: 10, recent_ms: 200, updated: 500_000, vacuums: 3 }));
  assert.equal(saves.next(true, NOW).costlyAtVacuum, 3);
  for (let i = 0; i < 5; i++) saves.learn(row({ recent: -1 }));
  assert.equal(saves.next(true, NOW).costlyAtVacuum, null, 'after a while it is tried again');
});
