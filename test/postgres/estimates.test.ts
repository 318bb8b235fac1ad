import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Client } from 'pg';
import { isKnown, type Measured } from '../../src/common/measured.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import type { SessionCounts } from '../../src/postgres/table/readings.ts';
import { createSessionTable, fillSessions, type FillOptions } from '../kit/sessions.ts';
import { newDatabase, onNewestMajor, SECRET_KEY } from './support.ts';

const DRAWS = 60;
const ROWS = 60_000;

type Name = 'total' | 'active' | 'expired' | 'savedLastHour';

/** What SQL counts; the last save is taken from expire_date, which is the cookie age after it in these rows. */
async function truth(admin: Client): Promise<Record<Name, number>> {
  const { rows } = await admin.query<Record<Name, number>>(`SELECT count(*)::int AS total,
    count(*) FILTER (WHERE expire_date >= now())::int AS active, count(*) FILTER (WHERE expire_date < now())::int AS expired,
    count(*) FILTER (WHERE expire_date >= now() + interval '1209600 s' - interval '1 hour')::int AS "savedLastHour" FROM django_session`);
  return rows[0] ?? { total: 0, active: 0, expired: 0, savedLastHour: 0 };
}

/** Each draw by a new connection, which draws its own pages. */
async function draw(connectionString: string): Promise<SessionCounts[]> {
  const found: SessionCounts[] = [];
  for (let i = 0; i < DRAWS; i++) {
    const db = await connect({ connectionString, readOnly: true });
    found.push((await readSessionMetrics(db)).sessions);
    await db.close();
  }
  return found;
}

/** What an interval claims. */
const CLAIM = 0.95;
/** How often the test may fail by bad luck. */
const BAD_LUCK = 1e-6;

/** So many of `draws` intervals cover the truth at least, but by bad luck, where each does with the probability that it claims. */
function leastCovered(draws: number): number {
  // Of the binomial distribution, term by term from below.
  let term = (1 - CLAIM) ** draws;
  let below = term;
  for (let k = 0; k < draws; k++) {
    if (below > BAD_LUCK) return k;
    term *= ((draws - k) / (k + 1)) * (CLAIM / (1 - CLAIM));
    below += term;
  }
  return draws;
}

interface Judged {
  readonly name: Name;
  readonly covered: number;
  /** Mean half-width of the intervals ÷ mean error: 2.46 where errors are normal and the intervals those of 95 %. */
  readonly width: number;
}

function judge(name: Name, found: readonly SessionCounts[], of: number, atMost: number): Judged {
  const known = found.map((counts): Measured => counts[name]).filter(isKnown);
  assert.equal(known.length, DRAWS, name);
  const covered = known.filter((m) => Math.abs(m.value - of) <= (m.plusMinus ?? 0)).length;
  const error = known.reduce((sum, m) => sum + Math.abs(m.value - of), 0) / DRAWS;
  const width = known.reduce((sum, m) => sum + (m.plusMinus ?? 0), 0) / DRAWS / error;
  const text = `${name}: truth ${of}, mean error ${((100 * error) / of).toFixed(2)} %, covered ${covered} of ${DRAWS}, width ${width.toFixed(2)}`;
  console.log(text);
  assert.ok(covered >= leastCovered(DRAWS), text);
  assert.ok(error / of <= atMost, text);
  return { name, covered, width };
}

const TABLES: readonly {
  readonly name: string;
  readonly fill: Partial<FillOptions>;
  readonly then?: readonly string[];
}[] = [
  { name: 'uniform', fill: { expiredShare: 0.5 } },
  { name: 'skewed', fill: { expiredShare: 0.4, order: 'expiredFirst' } },
  {
    name: 'changed',
    fill: { expiredShare: 0.6 },
    // A cleanup that was interrupted, many saves, a part of the table emptied: nothing vacuumed or analysed since.
    then: [
      `DELETE FROM django_session WHERE expire_date < now() - interval '3 days'`,
      `UPDATE django_session SET expire_date = expire_date WHERE expire_date > now() AND hashtext(session_key) % 3 = 0`,
      `DELETE FROM django_session WHERE ctid > '(400,0)' AND ctid < '(600,0)'`,
    ],
  },
];

/** Mean error at most, of the truth. */
const MOST_ERROR = [
  ['total', 0.03],
  ['active', 0.05],
  ['expired', 0.05],
  ['savedLastHour', 0.15],
] as const satisfies readonly (readonly [Name, number])[];
const MOST_WIDTH = 8;

onNewestMajor('estimates', (bench) => {
  const judged: Judged[] = [];
  for (const { name, fill, then = [] } of TABLES) {
    it(`are as good as they say on a ${name} table`, async () => {
      const admin = await newDatabase(bench, name);
      await createSessionTable(admin);
      await admin.query('ALTER TABLE django_session SET (autovacuum_enabled = off)');
      await fillSessions(admin, { rows: ROWS, secretKey: SECRET_KEY, distinctBodies: 2_000, ...fill });
      for (const statement of then) await admin.query(statement);
      const of = await truth(admin);
      const found = await draw(bench.server.connectionString(name));
      for (const [figure, atMost] of MOST_ERROR) judged.push(judge(figure, found, of[figure], atMost));
    });
  }

  it('each cover the truth as often as they say, and are no wider than that takes', () => {
    for (const [figure] of MOST_ERROR) {
      const own = judged.filter(({ name }) => name === figure);
      assert.equal(own.length, TABLES.length);
      const covered = own.reduce((sum, one) => sum + one.covered, 0);
      const draws = TABLES.length * DRAWS;
      assert.ok(covered >= leastCovered(draws), `${figure}: ${covered} of ${draws}`);
      // On the skewed table neighbours are unlike once only, and the variance that is taken from neighbours is the greater for it.
      for (const { width } of own) assert.ok(width > 1 && width < MOST_WIDTH, `${figure}: ${width.toFixed(2)}`);
    }
  });
});
