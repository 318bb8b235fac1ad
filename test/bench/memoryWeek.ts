/**
 * The extension's parts under a clock whose week passes in minutes, as a process of its own: monitor, alerts, history and what the
 * dashboard's host makes of each reading, on a real database. Prints a line of JSON for each look at the memory. Run by memory.ts
 * with `--expose-gc`: `memoryWeek.ts <connection string> <folder> <readings> <every so many a look>`.
 */
import { Client } from 'pg';
import { setImmediate } from 'node:timers/promises';
import { HistoryStore } from '../../src/history/historyStore.ts';
import { storeIdentity } from '../../src/history/identity.ts';
import { SharedReader } from '../../src/history/windows/sharedReader.ts';
import { AlertEngine } from '../../src/monitoring/alerts/alerts.ts';
import { Monitor } from '../../src/monitoring/poll/monitor.ts';
import type { Reader } from '../../src/monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../src/monitoring/watch/connection.ts';
import { openReader } from '../../src/monitoring/watch/reader.ts';
import type { SessionMetrics } from '../../src/postgres/table/readings.ts';
import { SERIES_IDS } from '../../src/presentation/dashboard/chartSpecs.ts';
import { stateMessage } from '../../src/presentation/dashboard/dashboardState.ts';
import { alertAnnotation } from '../../src/presentation/operations/operationAnnotations.ts';
import { NO_OPERATIONS } from '../../src/presentation/operations/operationRows.ts';
import { FakeClock } from '../unit/monitoring/fakeClock.ts';

const EVERY_SECONDS = 10;
const DAY_READINGS = (24 * 3600) / EVERY_SECONDS;
/** What a dashboard that is looked at asks for, in turn. */
const SPANS_MS = [15 * 60_000, 24 * 3600_000, 7 * 24 * 3600_000, 365 * 24 * 3600_000];
/** In readings: more often than a page asks whose points stand for minutes. */
const RANGE_EVERY = 15;
const EXPIRED_CAP = 1001;

const [connectionString = '', folder = '', ...numbers] = process.argv.slice(2);
const [readings = 0, lookEvery = 1] = numbers.map(Number);
const { gc } = globalThis;
if (gc === undefined) throw new Error('It needs --expose-gc.');

const clock = new FakeClock();
const RealDate = Date;
/** All that asks for the time gets that of the clock, whoever wrote it. */
globalThis.Date = class extends RealDate {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(clock.now().getTime());
    else super(...(parts as [number]));
  }
  static override now(): number {
    return clock.now().getTime();
  }
} as DateConstructor;

const quiet = (): void => undefined;
let warnings = 0;
const complain = (message: string): void => {
  warnings++;
  if (warnings <= 10) console.error(message);
};
const log = { trace: quiet, info: quiet, warn: complain, error: complain };

const connection: Connection = {
  id: 'shop',
  name: 'shop',
  source: 'settings',
  target: 'shop',
  connectionString,
  table: { name: 'django_session' },
  production: false,
  session: {},
  notes: [],
  borrow: 'any',
  access: () => Promise.reject(new Error('Nothing is opened here')),
};

let pending = 0;
let taken = 0;

/** The extension's own reader; it is known when it is at rest, and the server's clock is this one. */
async function open(): Promise<Reader> {
  const reader = await during(openReader(connection, () => EXPIRED_CAP));
  const light = async (options: { fresh: boolean }): Promise<SessionMetrics> => {
    const metrics = await reader.light(options);
    taken++;
    return { ...metrics, serverTime: metrics.at };
  };
  return {
    ...reader,
    light: (options) => during(light(options)),
    detail: () => during(reader.detail()),
    exact: () => during(reader.exact()),
  };
}

async function during<T>(work: Promise<T>): Promise<T> {
  pending++;
  try {
    return await work;
  } finally {
    pending--;
  }
}

async function untilRest(): Promise<void> {
  let idle = 0;
  while (idle < 5) {
    await setImmediate();
    idle = pending === 0 ? idle + 1 : 0;
  }
}

const identity = storeIdentity(connectionString, connection.table);
const store = await HistoryStore.open({ folder, identity, log, everyMs: EVERY_SECONDS * 1000, clock });
const alerts = new AlertEngine();
const monitor = new Monitor({
  open: () => SharedReader.open({ exchange: store, open: () => during(open()), log, clock }),
  options: {
    connection: { id: connection.id, name: connection.name, production: false },
    settings: { throttleIntervalSeconds: 900 },
    lightIntervalSeconds: EVERY_SECONDS,
  },
  log,
  clock,
  alerts,
  candidate: store.election,
  keep: (snapshot) => void store.add(snapshot),
});
let transitions = 0;
let posted = 0;
monitor.onDidTransition((all) => {
  for (const transition of all) {
    transitions++;
    const annotation = alertAnnotation(transition);
    if (annotation !== undefined) store.annotate(annotation);
  }
});
monitor.onDidChange((state) => {
  const history = { bytes: store.bytes, polls: true };
  const badge = { critical: 0, warning: 0 };
  const app = { kind: 'connected', connection, monitor: state, alerts: alerts.states(), history, badge } as const;
  const message = stateMessage(app, { operations: NO_OPERATIONS, annotationCount: 0, history: '' }, clock.now(), 'en');
  posted += JSON.stringify(message).length;
});

/** Sessions are saved all the time; twice a day expired ones pile up, and are cleared three hours later. */
async function use(db: Client, step: number): Promise<void> {
  if (step % 6 === 0) {
    const first = (step * 7) % 1900;
    await db.query(
      `UPDATE django_session SET expire_date = expire_date + interval '1 second'
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM django_session OFFSET $1 LIMIT 20))`,
      [first],
    );
  }
  const hour = (step * EVERY_SECONDS) / 3600;
  if (hour % 12 === 6) {
    await db.query(
      `INSERT INTO django_session SELECT md5(random()::text || i), session_data, now() - interval '1 hour'
         FROM (SELECT session_data FROM django_session LIMIT 1) AS one, generate_series(1, 3000) AS i`,
    );
  } else if (hour % 12 === 9) {
    await db.query('DELETE FROM django_session WHERE expire_date < now()');
  }
}

function look(): void {
  // With what V8 would give back by itself in the pauses that a real week has.
  gc?.({ type: 'major', flavor: 'last-resort', execution: 'sync' });
  const { heapUsed, rss, external, arrayBuffers } = process.memoryUsage();
  console.log(
    JSON.stringify({ readings: taken, days: taken / DAY_READINGS, heapUsed, rss, external, arrayBuffers, transitions }),
  );
}

const db = new Client({ connectionString, application_name: 'bench' });
await db.connect();
monitor.setVisible(true);
monitor.start();
await untilRest();
const FIRST = 100;
let next = FIRST;
for (let step = 1; taken < readings; step++) {
  await use(db, step);
  await clock.advance(EVERY_SECONDS);
  await untilRest();
  if (step % RANGE_EVERY === 0) {
    const to = clock.now();
    const from = new RealDate(to.getTime() - (SPANS_MS[(step / RANGE_EVERY) % SPANS_MS.length] ?? 0));
    posted += JSON.stringify(store.readRange({ metricIds: SERIES_IDS, from, to, maxPoints: 500 })).length;
  }
  if (taken >= next) {
    look();
    next = next === FIRST ? lookEvery : next + lookEvery;
  }
  if (step > 2 * readings + FIRST)
    throw new Error(`Only ${taken} readings in ${step} intervals: ${monitor.state.kind}.`);
}
console.log(JSON.stringify({ stored: store.bytes, posted, warnings, problem: store.problem?.why ?? null }));
await monitor.dispose();
store.dispose();
await db.end();
