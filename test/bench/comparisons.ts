import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import type { ReadingCost } from '../../src/postgres/table/readings.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import type { Bench } from './bench.ts';
import { figure, type Aim, type Figure, type FigureOptions, type PartResult } from './figures.ts';
import { FURTHER, SESSION_TABLE_SIZE, runGuide, scanOfCount } from './guideQueries.ts';
import { interleave, type Limits, type Series } from './rounds.ts';
import { LIGHT_MARK, forgetStatements, statementTime } from './statementTimes.ts';
import { pairwise } from './statistics.ts';
import { settle, withClient } from './tables.ts';

const SERVER_MS: Aim = { limit: 1.5, is: 'atMost' };
const SERVER_MS_CHANGED: Aim = { limit: 2.5, is: 'atMost' };
const FIRST_MS: Aim = { limit: 10, is: 'atMost' };
const TIMES_CHEAPER: Aim = { limit: 60, is: 'atLeast' };
const GROWTH: Aim = { limit: 1.3, is: 'atMost' };
/** The aim of "times cheaper" is for this size. */
const MILLION = 1_000_000;

const GUIDE_ROUNDS: Limits = { atLeast: 15, atMost: 200, budgetMs: 40_000 };
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
  /** As `guide`, without parallel workers: what its queries cost altogether and not how long they take. */
  readonly serial: Database;
}

/** Does the cost of the light reading grow with the table? All sizes in turn, nothing else in between. */
export async function growth(bench: Bench, subjects: readonly Subject[]): Promise<PartResult> {
  bench.say('Light readings of all sizes in turn');
  const readings = Object.fromEntries(subjects.map(({ label, monitor }) => [label, () => light(monitor)]));
  const series = await interleave(readings, bench.quick ? QUICK_ROUNDS : LIGHT_ROUNDS);
  const group = 'Light reading alone, the sizes in turn';
  const figures = Object.entries(series).flatMap(([label, one]) => costs(group, label, one, { aim: SERVER_MS }));
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
    figures: Object.entries(series).flatMap(([label, one]) => costs(group, label, one, { aim: FIRST_MS })),
    details: { group, series },
  };
}

/** Light reading, the guide's three queries and its further ones in turn, on a table that nobody writes to. */
export async function againstGuide(bench: Bench, subject: Subject): Promise<PartResult> {
  bench.say(`Light reading against the guide's queries at ${subject.label}`);
  return compare(bench, subject, `Against the guide's queries, ${subject.label}`, {
    guide: () => runGuide(subject.guide, SESSION_TABLE_SIZE),
    serial: () => runGuide(subject.serial, { ...SESSION_TABLE_SIZE, alias: 'guide_serial' }),
    further: () => runGuide(subject.guide, FURTHER),
  });
}

/**
 * The state in which a table that is in use mostly is: fewer rows were saved again than start autovacuum, but they lie on
 * nearly every page, so that counting by an index alone has to look at the pages as well.
 */
export async function betweenVacuums(bench: Bench, subject: Subject): Promise<PartResult> {
  bench.say('The same with one session of twelve saved again');
  await withClient(subject.connectionString, (db) => db.query(SAVE_A_TWELFTH));
  const group = `Against the guide's queries, ${subject.label}, one of twelve saved since the last vacuum`;
  const guide = { guide: () => runGuide(subject.guide, SESSION_TABLE_SIZE) };
  return compare(bench, subject, group, guide, SERVER_MS_CHANGED);
}

/** Autovacuum comes at a fifth of the rows, its ANALYZE at a tenth. */
const SAVE_A_TWELFTH = `UPDATE django_session SET expire_date = expire_date + interval '1 second' WHERE hashtext(session_key) % 12 = 0`;

/** The same while a simulated Django saves sessions. */
export async function underWrites(bench: Bench, subject: Subject): Promise<PartResult> {
  const { connectionString, label } = subject;
  bench.say(`The same beside ${SAVES_PER_MINUTE} saves a minute`);
  await withClient(connectionString, settle);
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

async function compare(
  bench: Bench,
  subject: Subject,
  group: string,
  others: Others,
  serverAim: Aim = SERVER_MS,
): Promise<PartResult> {
  const { connectionString, monitor, rows } = subject;
  const rounds = bench.quick ? QUICK_ROUNDS : GUIDE_ROUNDS;
  return withClient(connectionString, async (db) => {
    const alone = await interleave({ alone: () => light(monitor) }, { ...rounds, budgetMs: 1_000 });
    await forgetStatements(db);
    const inTurn = await interleave({ light: () => light(monitor), ...others }, rounds);
    const second = {
      light: await statementTime(db, LIGHT_MARK),
      guide: await statementTime(db, SESSION_TABLE_SIZE.alias),
    };
    const scan = `COUNT(*) by ${await scanOfCount(subject.guide)}`;
    const series: Readonly<Record<string, Series>> = { ...alone, ...inTurn };
    const figures = Object.entries(NAMES).flatMap(([name, { what, note, versus }]) => {
      const [one, reading] = [series[name], series['light']];
      if (one === undefined || reading === undefined) return [];
      const own = costs(group, what, one, versus === undefined ? { aim: serverAim, note } : { note: note ?? scan });
      if (versus === undefined) return own;
      const aim = name === 'guide' && rows === MILLION ? TIMES_CHEAPER : undefined;
      const ratios = [
        figure(group, `${versus} ÷ light, server`, 'times', pairwise(one.serverMs, reading.serverMs), { aim }),
        figure(group, `${versus} ÷ light, round trip`, 'times', pairwise(one.roundTripMs, reading.roundTripMs)),
      ];
      return [...own, ...ratios];
    });
    const note = `planning + execution by pg_stat_statements, means of ${second.light.calls} calls`;
    const ratio = second.guide.meanMs / second.light.meanMs;
    figures.push(figure(group, 'light reading, second clock', 'ms', [second.light.meanMs], { note }));
    figures.push(figure(group, "guide's three ÷ light, second clock", 'times', [ratio], { note }));
    return { figures, details: { group, series, scan, pgStatStatements: second } };
  });
}

interface Name {
  readonly what: string;
  readonly note?: string;
  /** Numerator of the ratios to the light reading. */
  readonly versus?: string;
}

const NAMES: Readonly<Record<string, Name>> = {
  alone: { what: 'light reading alone' },
  light: { what: 'light reading in turn', note: "after the guide's queries have used the caches" },
  guide: { what: "guide's three", versus: "guide's three" },
  serial: {
    what: "guide's three, one process",
    versus: 'one process',
    note: 'without parallel workers: what the three cost in all',
  },
  further: { what: "guide's further five", versus: 'further five' },
};

async function light(db: Database): Promise<ReadingCost> {
  return (await readSessionMetrics(db)).cost;
}

function costs(group: string, what: string, { serverMs, roundTripMs }: Series, options?: FigureOptions): Figure[] {
  return [
    figure(group, `${what}, server`, 'ms', serverMs, options),
    figure(group, `${what}, round trip`, 'ms', roundTripMs),
  ];
}
