import { HistoryStore } from '../../src/history/historyStore.ts';
import { storeIdentity } from '../../src/history/identity.ts';
import { readRange } from '../../src/history/ranges/readRange.ts';
import { loadSqlite } from '../../src/history/sqlite/openSqlite.ts';
import { SERIES_IDS } from '../../src/presentation/dashboard/chartSpecs.ts';
import { later, snapshot } from '../unit/monitoring/samples.ts';
import type { Bench } from './bench.ts';
import { figure, type Figure, type PartResult } from './figures.ts';
import { DAY_MS, EVERY_MS, makeYear, type Year } from './historyYear.ts';

const HOUR_MS = DAY_MS / 24;
/** The ranges that the dashboard offers, and the one that takes longest: the longest that is read by minutes. */
const RANGES: Readonly<Record<string, number>> = {
  '15 minutes': HOUR_MS / 4,
  '6 hours': 6 * HOUR_MS,
  '1 day': DAY_MS,
  '7 days': 7 * DAY_MS,
  '13 days (the dearest)': 13 * DAY_MS,
  '30 days': 30 * DAY_MS,
  '1 year': 365 * DAY_MS,
};
/** Of each series: more than a chart has pixels. */
const MAX_POINTS = 1000;
/** Series that the dashboard asks for at once: those of all its charts. */
const MANY = SERIES_IDS.length;
const READ_AIM = { limit: 20, is: 'atMost', judges: 'p95' } as const;

/** A year of readings at 10 s: what it takes on disk, to read from and to add to. */
export async function measureHistory({ quick, say }: Bench): Promise<PartResult> {
  const days = quick ? 40 : 365;
  say(`Making ${days} days of history at ${EVERY_MS / 1000} s`);
  const year = await makeYear(days, say);
  try {
    say('Reading ranges');
    const bytes = year.file.bytes();
    const figures = [
      figure('History', `size of ${days} days at 10 s`, 'kB', [bytes / 1000], {
        aim: { limit: 50_000, is: 'atMost' },
        note: `${year.file.series().size} series, most of them restless`,
      }),
      ...readFigures(year, quick ? 10 : 40),
      ...(await addFigures(year, quick ? 500 : 5000)),
    ];
    const details = { days, readings: year.readings, bytes, foldMsPerDay: year.foldMs / days };
    return { figures, details };
  } finally {
    year.remove();
  }
}

/** In turn, range after range, round after round; the first round warms up and is not counted. */
function readFigures({ file, end }: Year, rounds: number): Figure[] {
  const names = [...file.series().keys()];
  const cases = [1, MANY].flatMap((series) =>
    Object.entries(RANGES).map(([name, span]) => ({ name, span, series, ms: [] as number[] })),
  );
  for (let round = 0; round <= rounds; round++) {
    for (const { span, series, ms } of cases) {
      const first = (round * 5) % names.length;
      const metricIds = [...names.slice(first), ...names].slice(0, series);
      const query = { metricIds, from: new Date(end - span), to: new Date(end), maxPoints: MAX_POINTS };
      const began = performance.now();
      file.consistently(() => readRange({ file }, query));
      if (round > 0) ms.push(performance.now() - began);
    }
  }
  return cases.map(({ name, series, ms }) =>
    figure('History', `read ${name}, ${series === 1 ? '1 series' : `${series} series`}`, 'ms', ms, { aim: READ_AIM }),
  );
}

/** Readings added to the year as a window adds them, one transaction each; thinning falls into a few of them. */
async function addFigures({ folder, end }: Year, readings: number): Promise<Figure[]> {
  const log = { trace: quiet, info: quiet, warn: quiet, error: quiet };
  const identity = { ...storeIdentity('postgresql://app@localhost/shop', { name: 's' }), fileName: 'year.sqlite' };
  const store = new HistoryStore({ folder, identity, log, everyMs: EVERY_MS }, await loadSqlite());
  store.election.start();
  const ms: number[] = [];
  for (let i = 0; i < readings; i++) {
    const at = later((i * EVERY_MS) / 1000, new Date(end));
    const taken = snapshot({ at, light: { at } });
    const began = performance.now();
    store.add(taken);
    ms.push(performance.now() - began);
  }
  store.dispose();
  const thinning = ms
    .toSorted((a, b) => b - a)
    .slice(0, Math.max(1, Math.floor((readings * EVERY_MS) / (6 * HOUR_MS))));
  return [
    figure('History', 'add a reading', 'ms', ms, { note: 'its maximum is with thinning and a checkpoint' }),
    figure('History', 'the same with thinning of 6 hours', 'ms', thinning),
  ];
}

function quiet(): void {
  return undefined;
}
