import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isKnown, type Measured } from '../../src/common/measured.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { flushStatistics, newDatabase, onNewestMajor, one, SECRET_KEY } from './support.ts';

const ROWS = 30_000;

/** Within three times the interval that the reading itself gives: once in 300 million times by bad luck. */
function assertNear(measured: Measured, truth: number): void {
  assert.ok(isKnown(measured));
  // An interval as wide as the table would make every figure right.
  assert.ok((measured.plusMinus ?? 0) <= truth / 10, `${truth} ± ${measured.plusMinus ?? 0}`);
  const tolerance = 3 * (measured.plusMinus ?? 0) + 1;
  assert.ok(
    Math.abs(measured.value - truth) <= tolerance,
    `${measured.value} ± ${measured.plusMinus ?? 0}, truth ${truth}`,
  );
}

onNewestMajor('The sample that is read in turn', (bench) => {
  it('says the same as one that is read at once, and follows a table that is emptied, filled and truncated', async () => {
    const admin = await newDatabase(bench, 'rolling');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: ROWS, expiredShare: 0.5, secretKey: SECRET_KEY });
    const db = await bench.monitor('rolling');
    const count = async (): Promise<number> =>
      (await one<{ n: number }>(admin, 'SELECT count(*)::int AS n FROM django_session')).n;

    for (let i = 0; i < 10; i++) assertNear((await readSessionMetrics(db)).sessions.total, ROWS);

    await admin.query('DELETE FROM django_session WHERE expire_date < now()');
    const left = await count();
    assertNear((await readSessionMetrics(db, { fresh: true })).sessions.total, left);

    // Nobody asks for a fresh one now: the statistics, or the part that is read, give the change away by the next reading.
    await admin.query("DELETE FROM django_session WHERE session_key < 'i'");
    await readSessionMetrics(db);
    const fewer = await count();
    assert.ok(fewer < left);
    assertNear((await readSessionMetrics(db)).sessions.total, fewer);

    await fillSessions(admin, { rows: ROWS, expiredShare: 0, secretKey: SECRET_KEY });
    await flushStatistics(admin);
    await readSessionMetrics(db);
    assertNear((await readSessionMetrics(db)).sessions.total, await count());

    await admin.query('TRUNCATE django_session');
    const empty = (await readSessionMetrics(db)).sessions.total;
    assert.deepEqual([empty.how, empty.value], ['exact', 0]);
  });
});
