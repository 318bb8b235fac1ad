import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isKnown } from '../../../src/common/measured.ts';
import { chooseMetrics } from '../../../src/services/applicationMetrics/chooseMetrics.ts';
import { parseExposition } from '../../../src/services/applicationMetrics/expositionText.ts';
import { figuresOf } from '../../../src/services/applicationMetrics/figures.ts';
import { catalogOf, countersOf, type Scrape } from '../../../src/services/applicationMetrics/scrape.ts';
import { ScrapeWindow } from '../../../src/services/applicationMetrics/scrapeWindow.ts';

const START = Date.parse('2025-11-09T14:00:00Z');

interface Page {
  readonly fast: number;
  readonly slow?: number;
  readonly errors?: number;
  /** Seconds after START. */
  readonly started?: number;
  readonly broken?: boolean;
  readonly wallAhead?: number;
}

/** A scrape `seconds` after START of a page with a histogram, as the source makes it. */
function scrape(seconds: number, { fast, slow = 0, errors, started, broken = false, wallAhead = 0 }: Page): Scrape {
  const name = 'http_request_duration_seconds';
  const lines = [
    `${name}_bucket{status="200",le="0.1"} ${fast}`,
    `${name}_bucket{status="200",le="1"} ${fast + slow}`,
    `${name}_bucket{status="200",le="+Inf"} ${fast + slow}`,
    `${name}_count{status="200"} ${fast + slow}`,
    ...(errors === undefined
      ? []
      : [
          `${name}_bucket{status="500",le="+Inf"} ${errors}`,
          `${name}_bucket{status="500",le="0.1"} ${errors}`,
          `${name}_bucket{status="500",le="1"} ${errors}`,
          `${name}_count{status="500"} ${errors}`,
        ]),
  ];
  const exposition = parseExposition(lines.join('\n'));
  const metrics = chooseMetrics(catalogOf(exposition));
  assert.ok('histogram' in metrics);
  const wall = START + (seconds + wallAhead) * 1_000;
  return {
    at: new Date(wall),
    atMs: seconds * 1_000,
    serverMs: wall,
    ...(started === undefined ? {} : { processStartMs: START + started * 1_000 }),
    metrics,
    counters: countersOf(exposition, metrics).counters,
    whole: !broken,
  };
}

function windowOf(...pages: [number, Page][]): ScrapeWindow {
  const window = new ScrapeWindow(60);
  for (const [seconds, page] of pages) window.add(scrape(seconds, page));
  return window;
}

describe('what was counted between scrapes', () => {
  it('is nothing with one, and over the time that really passed with two', () => {
    assert.match(windowOf([0, { fast: 5 }]).reason ?? '', /two readings/u);
    const sum = windowOf([0, { fast: 5 }], [12.5, { fast: 55, slow: 10 }]).sum();
    assert.deepEqual([sum?.seconds, sum?.requests, sum?.errors, sum?.restarted], [12.5, 60, 0, false]);
    assert.deepEqual(
      [...(sum?.buckets ?? [])],
      [
        [0.1, 50],
        [1, 60],
        [Infinity, 60],
      ],
    );
  });

  it('leaves what is older than the window', () => {
    const window = new ScrapeWindow(60);
    for (let i = 0; i <= 20; i++) window.add(scrape(i * 10, { fast: i * i }));
    assert.deepEqual([window.sum()?.seconds, window.sum()?.requests], [60, 20 * 20 - 14 * 14]);
  });

  it('counts a status from 0 when it comes for the first time, but not after a damaged scrape', () => {
    assert.equal(windowOf([0, { fast: 5 }], [10, { fast: 6, errors: 3 }]).sum()?.errors, 3);
    assert.equal(windowOf([0, { fast: 5, broken: true }], [10, { fast: 6, errors: 3 }]).sum()?.errors, 0);
  });

  it('goes on after a reset, as PromQL does, and says so', () => {
    for (const started of [undefined, 14]) {
      const first = started === undefined ? {} : { started: -500 };
      const window = windowOf(
        [0, { fast: 1000, ...first }],
        [10, { fast: 1100, ...first }],
        [20, { fast: 7, ...(started === undefined ? {} : { started }) }],
      );
      assert.deepEqual([window.sum()?.requests, window.sum()?.restarted], [107, true]);
      assert.equal(window.severalProcesses, false);
    }
  });

  it('tells workers that count apart by the time at which they were started', () => {
    const window = windowOf([0, { fast: 100, started: -60 }], [10, { fast: 150, started: -61 }]);
    assert.equal(window.severalProcesses, true);
    assert.equal(window.sum(), undefined);
    assert.match(window.reason ?? '', /different processes/u);
  });

  it('tells them without one by counters that go back again and again', () => {
    const window = new ScrapeWindow(60);
    const seen = [0, 1, 2, 3, 4, 5].map((i) => {
      window.add(scrape(i * 10, { fast: (i % 2 === 0 ? 1000 : 500) + i }));
      return window.severalProcesses;
    });
    assert.deepEqual(seen, [false, false, false, false, false, true]);
    for (let i = 6; i < 16; i++) window.add(scrape(i * 10, { fast: 2000 + i }));
    assert.equal(window.severalProcesses, false);
    assert.equal(window.sum()?.requests, 6);
  });

  it('tells them when one process says that it is the same and counts less', () => {
    const window = windowOf([0, { fast: 100, started: -60 }], [10, { fast: 50, started: -60 }]);
    assert.equal(window.severalProcesses, true);
  });

  it('begins anew after the machine slept, the clock was set, or a long gap', () => {
    const slept = windowOf([0, { fast: 1 }], [10, { fast: 50, wallAhead: 3600 }]);
    assert.match(slept.reason ?? '', /slept/u);
    slept.add(scrape(20, { fast: 60, wallAhead: 3600 }));
    assert.equal(slept.sum()?.requests, 10);

    const missed = windowOf([0, { fast: 1 }], [10, { fast: 50 }]);
    missed.missed(20_000);
    assert.equal(missed.sum()?.requests, 49);
    missed.missed(80_000);
    missed.add(scrape(90, { fast: 9_000 }));
    assert.match(missed.reason ?? '', /no reading for more than/u);
  });
});

describe('the figures', () => {
  const at = new Date(START);
  const metrics = scrape(0, { fast: 1 }).metrics;

  it('are in milliseconds, a second and a share, and say what they are over', () => {
    const sum = windowOf([0, { fast: 0, errors: 0 }], [20, { fast: 80, slow: 18, errors: 2 }]).sum();
    assert.ok(sum);
    const figures = figuresOf(sum, metrics, at);
    const value = (id: keyof typeof figures): number => (isKnown(figures[id]) ? figures[id].value : Number.NaN);
    assert.deepEqual([value('requests'), value('errors'), value('errorShare')], [5, 0.1, 0.02]);
    assert.ok(Math.abs(value('p50') - (50 / 82) * 100) < 1e-9);
    assert.ok(Math.abs(value('p95') - (100 + 900 * (13 / 18))) < 1e-9);
    assert.ok(isKnown(figures.p95));
    assert.match(figures.p95.note ?? '', /over the last 20 s; between 100 ms and 1 s, interpolated/iu);
  });

  it('are unknown where nothing was counted, and 0 requests are 0', () => {
    const sum = windowOf([0, { fast: 5 }], [20, { fast: 5 }]).sum();
    assert.ok(sum);
    const figures = figuresOf(sum, metrics, at);
    assert.deepEqual([figures.requests.value, figures.errors.value], [0, 0]);
    for (const id of ['p50', 'p99', 'errorShare'] as const) assert.equal(isKnown(figures[id]), false);
  });

  it('say at least, above the highest bound', () => {
    const buckets = new Map([
      [0.1, 1],
      [1, 1],
      [Infinity, 100],
    ]);
    const { byStatus: _, ...without } = metrics;
    const sum = { seconds: 10, buckets, requests: 100, answers: 0, errors: 0, restarted: false };
    const figures = figuresOf(sum, without, at);
    assert.deepEqual([figures.p95.how, figures.p95.value], ['atLeast', 1_000]);
    assert.equal(isKnown(figures.errors), false);
  });
});
