import { connect, type Database } from '../../src/database/connection.ts';
import type { ReadingCost } from '../../src/database/readings.ts';
import { readSessionMetrics } from '../../src/database/sessionMetrics.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import type { Bench } from './bench.ts';
import { figure, type Aim, type Figure, type PartResult } from './figures.ts';
import { FURTHER, SESSION_TABLE_SIZE, runGuide } from './guideQueries.ts';
import { interleave, type Limits, type Series } from './rounds.ts';
import { LIGHT_MARK, forgetStatements, statementTime } from './statementTimes.ts';
import { pairwise } from './statistics.ts';
import { withClient } from './tables.ts';

const SERVER_MS: Aim = { limit: 3, is: 'atMost' };
const TIMES_CHEAPER: Aim = { limit: 50, is: 'atLeast' };
const GROWTH: Aim = { limit: 1.5, is: 'atMost' };
/** The aim of "times cheaper" is for this size. */
const MILLION = 1_000_000;

const GUIDE_ROUNDS: Limits = { atLeast: 25, atMost: 200, budgetMs: 40_000 };
const LIGHT_ROUNDS: Limits = { atLeast: 500, atMost: 500, budgetMs: 0 };
const QUICK_ROUNDS: Limits = { atLeast: 10, atMost: 40, budgetMs: 2_000 };
const CONNECTIONS = 30;
const QUICK_CONNECTIONS = 5;
const SAVES_PER_MINUTE = 3_000;

/** A table with the connection that the monitor would have, and one for the guide's queries as from psql. */
export interface Subject {
  readonly rows: number;
  readonly label: string;
  readonly connectionString: string;
  readonly monitor: Database;
  readonly guide: Database;
}

/** Does the cost of the light reading grow with the table? All sizes in turn, nothing else in between. */
export async function growth(bench: Bench, subjects: readonly Subject[]): Promise<PartResult> {
  bench.say('Light readings of all sizes in turn');
  const readings = Object.fromEntries(subjects.map(({ label, monitor }) => [label, () => light(monitor)]));
  const series = await interleave(readings, bench.quick ? QUICK_ROUNDS : LIGHT_ROUNDS);
  const group = 'Light reading alone, the sizes in turn';
  const figures = Object.entries(series).flatMap(([label, one]) => costs(group, label, one, SERVER_MS));
  const [first, last] = [subjects[0], subjects.at(-1)];
  if (first !== undefined && last !== undefined && first !== last) {
    const ratios = pairwise(series[last.label]?.serverMs ?? [], series[first.label]?.serverMs ?? []);
    const aim = last.rows > MILLION ? GROWTH : undefined;
    figures.push(figure(group, `${last.label} ÷ ${first.label}, server`, 'times', ratios, { aim }));
  }
  return { figures, details: { group, series } };
}

/** The very first reading of a connection: catalog caches empty, pages drawn anew and not in shared buffers. */
export async function firstReadings(bench: Bench, subjects: readonly Subject[]): Promise<PartResult> {
  const group = 'First light reading of a new connection';
  const readings = Object.fromEntries(
    subjects.map(({ label, connectionString }) => [
      label,
      async () => {
        const db = await connect({ connectionString, readOnly: true });
        const cost = await light(db);
        await db.close();
        return cost;
      },
    ]),
  );
  const times = bench.quick ? QUICK_CONNECTIONS : CONNECTIONS;
  const series = await interleave(readings, { atLeast: times, atMost: times, budgetMs: 0 });
  return {
    figures: Object.entries(series).flatMap(([label, one]) => costs(group, label, one)),
    details: { group, series },
  };
}

/** Light reading, the guide's three queries and its further ones in turn, on a table that nobody writes to. */
export async function againstGuide(bench: Bench, subject: Subject): Promise<PartResult> {
  bench.say(`Light reading against the guide's queries at ${subject.label}`);
  return compare(bench, subject, `Against the guide's queries, ${subject.label}`, {
    guide: () => runGuide(subject.guide, SESSION_TABLE_SIZE),
    further: () => runGuide(subject.guide, FURTHER),
  });
}

/**
 * The state in which a table that is in use mostly is: fewer rows were saved again than start an autovacuum, a tenth where it takes
 * a fifth, but they lie on nearly every page, so that counting by an index alone has to look at the pages as well.
 */
export async function betweenVacuums(bench: Bench, subject: Subject): Promise<PartResult> {
  bench.say('The same with a tenth of the sessions saved again');
  await withClient(subject.connectionString, (db) => db.query(SAVE_A_TENTH));
  const group = `Against the guide's queries, ${subject.label}, a tenth of them saved since the last vacuum`;
  return compare(bench, subject, group, { guide: () => runGuide(subject.guide, SESSION_TABLE_SIZE) });
}

const SAVE_A_TENTH = `UPDATE django_session SET expire_date = expire_date + interval '1 second' WHERE hashtext(session_key) % 10 = 0`;

/** The same while a simulated Django saves sessions. */
export async function underWrites(bench: Bench, subject: Subject): Promise<PartResult> {
  const { connectionString, label } = subject;
  bench.say(`The same beside ${SAVES_PER_MINUTE} saves a minute`);
  const errors: Error[] = [];
  const traffic = new TrafficSimulator({
    connectionString,
    secretKey: SAMPLE_SECRET_KEY,
    savesPerMinute: SAVES_PER_MINUTE,
    onError: (error) => errors.push(error),
  });
  await traffic.start();
  try {
    const group = `Against the guide's queries, ${label}, beside ${SAVES_PER_MINUTE} saves a minute`;
    const result = await compare(bench, subject, group, { guide: () => runGuide(subject.guide, SESSION_TABLE_SIZE) });
    if (errors[0] !== undefined) throw errors[0];
    return { ...result, details: { ...result.details, writes: { ...traffic.counts } } };
  } finally {
    await traffic.stop();
  }
}

type Others = Readonly<Record<string, () => Promise<ReadingCost>>>;

async function compare(bench: Bench, subject: Subject, group: string, others: Others): Promise<PartResult> {
  const { connectionString, monitor, rows } = subject;
  return withClient(connectionString, async (db) => {
    await forgetStatements(db);
    const series = await interleave(
      { light: () => light(monitor), ...others },
      bench.quick ? QUICK_ROUNDS : GUIDE_ROUNDS,
    );
    const second = {
      light: await statementTime(db, LIGHT_MARK),
      guide: await statementTime(db, SESSION_TABLE_SIZE.alias),
    };
    const figures: Figure[] = [];
    for (const [name, { what, ratio }] of Object.entries(NAMES)) {
      const one = series[name];
      if (one === undefined) continue;
      figures.push(...costs(group, what, one, name === 'light' ? SERVER_MS : undefined));
      if (ratio === undefined) continue;
      const aim = name === 'guide' && rows === MILLION ? TIMES_CHEAPER : undefined;
      figures.push(
        figure(group, `${ratio} ÷ light, server`, 'times', pairwise(one.serverMs, series['light']?.serverMs ?? []), {
          aim,
        }),
      );
      figures.push(
        figure(
          group,
          `${ratio} ÷ light, round trip`,
          'times',
          pairwise(one.roundTripMs, series['light']?.roundTripMs ?? []),
        ),
      );
    }
    const note = `planning + execution by pg_stat_statements, means of ${second.light.calls} calls`;
    figures.push(figure(group, 'light reading, second clock', 'ms', [second.light.meanMs], { note }));
    figures.push(
      figure(group, "guide's three ÷ light, second clock", 'times', [second.guide.meanMs / second.light.meanMs], {
        note,
      }),
    );
    return { figures, details: { group, series, pgStatStatements: second } };
  });
}

const NAMES: Readonly<Record<string, { readonly what: string; readonly ratio?: string }>> = {
  light: { what: 'light reading' },
  guide: { what: "guide's three", ratio: "guide's three" },
  further: { what: "guide's further five", ratio: 'further five' },
};

async function light(db: Database): Promise<ReadingCost> {
  return (await readSessionMetrics(db)).cost;
}

function costs(group: string, what: string, { serverMs, roundTripMs }: Series, aim?: Aim): Figure[] {
  return [
    figure(group, `${what}, server`, 'ms', serverMs, { aim }),
    figure(group, `${what}, round trip`, 'ms', roundTripMs),
  ];
}
