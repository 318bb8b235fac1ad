import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { unknown, type Measured } from '../../src/common/measured.ts';
import { alertName, judgedName, rulesFile } from '../../src/export/prometheus/rules.ts';
import type { ExportContext } from '../../src/export/targets.ts';
import {
  AlertEngine,
  type AlertRuleId,
  type AlertSettings,
  type AlertStatus,
} from '../../src/monitoring/alerts/alerts.ts';
import type { Snapshot } from '../../src/monitoring/snapshot/snapshot.ts';
import { ensureTool } from '../kit/apt.ts';
import { run } from '../kit/process.ts';
import { seeded } from '../kit/random.ts';
import { exact, later, snapshot } from '../unit/monitoring/samples.ts';

/** Seconds between two readings, and between two evaluations of Prometheus. */
export const STEP = 10;

export const TABLE = { schema: 'public', name: 'django_session' };

/** At each step: what the exporter says; null: nothing, as when it does not answer. NaN is a NULL of PostgreSQL in postgres_exporter. */
export type Series = readonly (number | null)[];

/** How a value reaches Prometheus, and how it reaches the engine. */
interface Way {
  /** The metric as it is exported; where it is made of several, what is recorded of them. */
  readonly input: string;
  /** What is exported where the value that is judged is this. */
  readonly exported?: (value: number) => number;
  /** Labels of the exported metric. */
  readonly ofTable: boolean;
  readonly also?: readonly { readonly series: string; readonly values: string }[];
  readonly seen: (value: Measured) => Snapshot;
  /** Values that it can have. */
  readonly whole?: true;
}

const CLEANUP_INTERVAL = 86_400;
const GRACE = 7_200;
const MOST_CONNECTIONS = 1000;

export const WAYS: Readonly<Record<AlertRuleId, Way>> = {
  'table-size': {
    input: 'django_session_table_size_bytes',
    ofTable: true,
    seen: (totalBytes) => snapshot({ light: { table: { totalBytes } } }),
  },
  'connections-exhausted': {
    input: 'django_session_connections_used',
    exported: (share) => share * MOST_CONNECTIONS,
    ofTable: false,
    also: [{ series: 'django_session_connections_max', values: `${MOST_CONNECTIONS}x2000` }],
    seen: (share) =>
      snapshot({
        light: {
          connections: {
            used: share.how === 'unknown' ? share : { ...share, value: share.value * MOST_CONNECTIONS },
            max: exact(MOST_CONNECTIONS),
          },
        },
      }),
  },
  'cleanup-service': {
    input: 'django_session_oldest_expired_age_seconds',
    exported: (runs) => runs * CLEANUP_INTERVAL + GRACE + 60,
    ofTable: true,
    whole: true,
    seen: (missedRuns) => ({ ...snapshot(), cleanupService: { missedRuns, verdict: 'late', sentence: 'It is late.' } }),
  },
  'saves-per-minute': {
    input: judgedName('saves-per-minute'),
    ofTable: true,
    seen: (savesPerMinute) => ({ ...snapshot(), rates: { ...snapshot().rates, savesPerMinute } }),
  },
  'expired-sessions': {
    input: 'django_session_expired',
    ofTable: true,
    seen: (expired) => snapshot({ light: { sessions: { expired } } }),
  },
  'table-growth': {
    input: judgedName('table-growth'),
    ofTable: true,
    seen: (growthPerDay) => ({ ...snapshot(), growthPerDay }),
  },
};

export function contextOf(engine: AlertEngine): ExportContext {
  return {
    table: TABLE,
    database: 'shop',
    connection: 'production',
    rules: engine.states(),
    intervalSeconds: STEP,
    throttleIntervalSeconds: 900,
    cleanupIntervalSeconds: CLEANUP_INTERVAL,
  };
}

/** A walk around the threshold: steps from both sides, times just over and just below it and the clearing level, gaps and NaN. */
export function walk(seed: number, threshold: number, clear: number, length: number): Series {
  const random = seeded(seed);
  const scale = threshold === 0 ? 10 : threshold;
  const near = [
    threshold,
    threshold + scale * 1e-9,
    threshold - scale * 1e-9,
    clear,
    clear - scale * 1e-9,
    clear + scale * 1e-9,
  ];
  const far = [threshold + scale, threshold + scale / 10, 0, clear * 0.5, (clear + threshold) / 2];
  const values: (number | null)[] = [];
  while (values.length < length) {
    const kind = random();
    const level =
      kind < 0.1
        ? null
        : kind < 0.17
          ? NaN
          : kind < 0.45
            ? near[Math.floor(random() * near.length)]
            : far[Math.floor(random() * far.length)];
    // Some longer than the five minutes for which Prometheus takes a sample to be the last.
    const lasts = 1 + Math.floor(random() * random() * (kind < 0.1 ? 45 : 15));
    for (let i = 0; i < lasts && values.length < length; i++) values.push(level === undefined ? 0 : level);
  }
  return values;
}

/** What the engine says at each step. */
export function engineStates(settings: AlertSettings, id: AlertRuleId, series: Series): AlertStatus[] {
  const engine = new AlertEngine({ settings });
  return series.map((value, i) => {
    const at = later(i * STEP);
    const measured: Measured = value === null || Number.isNaN(value) ? unknown('No.') : exact(value, at);
    engine.evaluate(WAYS[id].seen(measured), at);
    return engine.states().find(({ rule }) => rule.id === id)?.status ?? 'unknown';
  });
}

export interface Case {
  readonly id: AlertRuleId;
  readonly series: Series;
  /** At each step, as the alert of Prometheus is to be. */
  readonly states: readonly AlertStatus[];
}

/** In promtool's notation. After the last sample before a gap stands a marker, as a failed scrape leaves it. */
export function notation(series: readonly (number | null)[]): string {
  return series
    .map((value, i) => (value !== null ? String(value) : series[i - 1] === null || i === 0 ? '_' : 'stale'))
    .join(' ');
}

const labelsOf = (ofTable: boolean): string =>
  `datname="shop"${ofTable ? `,relname="${TABLE.name}",schemaname="${TABLE.schema}"` : ''},job="sessions"`;

function testOf({ id, series, states }: Case, severity: string): object {
  const { input, exported = (value: number) => value, ofTable, also = [] } = WAYS[id];
  const labels = labelsOf(ofTable);
  const isRecorded = input.includes(':');
  // What is recorded is never NaN.
  const values = series.map((value) =>
    value === null || (isRecorded && Number.isNaN(value)) ? null : exported(value),
  );
  // Half way through the exporter moves to another address.
  const half = Math.floor(values.length / 2);
  const parts = isRecorded
    ? [{ series: `${input}{${labels}}`, values: notation(values) }]
    : [
        { series: `${input}{${labels},instance="a:9187"}`, values: notation([...values.slice(0, half), null]) },
        {
          series: `${input}{${labels},instance="b:9187"}`,
          values: `${'_ '.repeat(half)}${notation(values.slice(half))}`,
        },
      ];
  const others = also.flatMap(({ series: name, values: text }) =>
    ['a:9187', 'b:9187'].map((instance) => ({ series: `${name}{${labels},instance="${instance}"}`, values: text })),
  );
  return {
    name: `${id}: ${notation(values)}`,
    interval: `${STEP}s`,
    input_series: [...parts, ...others],
    promql_expr_test: states.map((status, i) => ({
      expr: `ALERTS{alertname="${alertName(id)}"}`,
      eval_time: `${i * STEP}s`,
      exp_samples:
        status === 'firing' || status === 'pending'
          ? [
              {
                labels: `ALERTS{alertname="${alertName(id)}",alertstate="${status}",${labels},severity="${severity}"}`,
                value: 1,
              },
            ]
          : [],
    })),
  };
}

/** Has promtool run the exported rules over the series; rejects with what it says when a state differs at any step. */
export async function promtoolAgrees(settings: AlertSettings, cases: readonly Case[]): Promise<void> {
  const promtool = await ensureTool('promtool');
  const context = contextOf(new AlertEngine({ settings }));
  const folder = await mkdtemp(join(tmpdir(), 'dsm-rules-'));
  try {
    const text = rulesFile(context);
    await writeFile(join(folder, 'rules.yml'), text);
    await run(promtool, ['check', 'rules', join(folder, 'rules.yml')]);
    // What is recorded of several series is given as it is: those are tried by themselves.
    const file = parse(text) as { groups: { rules: { record?: string }[] }[] };
    const given = new Set(Object.values(WAYS).map(({ input }) => input));
    for (const group of file.groups)
      group.rules = group.rules.filter(({ record }) => record === undefined || !given.has(record));
    await writeFile(join(folder, 'tested.yml'), JSON.stringify(file));
    const severities = new Map(context.rules.map(({ rule }) => [rule.id, rule.severity]));
    const tests = {
      rule_files: ['tested.yml'],
      evaluation_interval: `${STEP}s`,
      tests: cases.map((one) => testOf(one, severities.get(one.id) ?? '')),
    };
    const path = join(folder, 'tests.yml');
    await writeFile(path, JSON.stringify(tests));
    await run(promtool, ['test', 'rules', path], { timeoutMs: 600_000 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Settings as people have them, and at their ends: no time to wait, a threshold of 0. */
export const SETTINGS: readonly AlertSettings[] = [
  {},
  {
    expiredSessions: 0,
    expiredForSeconds: 0,
    tableSizeForSeconds: 0,
    savesPerMinute: 0,
    connectionsForSeconds: 10,
    growthForSeconds: 20,
  },
  {
    expiredSessions: 250_000,
    expiredForSeconds: 45,
    tableSizeMB: 0.5,
    savesForSeconds: 35,
    connectionsPercent: 33,
    cleanupServiceMissedRuns: 2,
    growthMBPerDay: 0,
  },
].map((some) =>
  Object.fromEntries(Object.entries(some).map(([key, value]) => [`djangoSessionMonitor.alerts.${key}`, value])),
);

/** So many series over all rules and settings; tells how often they fired and cleared. */
export async function agreement(
  count: number,
  length: number,
): Promise<{ readonly fired: number; readonly cleared: number }> {
  let [fired, cleared, seed] = [0, 0, 0];
  for (const settings of SETTINGS) {
    const states = new AlertEngine({ settings }).states();
    const cases: Case[] = [];
    while (cases.length < count / SETTINGS.length) {
      const state = states[cases.length % states.length];
      assert.ok(state);
      const { id } = state.rule;
      const raw = walk(++seed, state.threshold, state.threshold * state.rule.clearBelow, length);
      const series = WAYS[id].whole === true ? raw.map((value) => (value === null ? null : Math.round(value))) : raw;
      const found = engineStates(settings, id, series);
      for (const [i, status] of found.entries()) {
        if (status === 'firing' && found[i - 1] !== 'firing') fired++;
        if (status !== 'firing' && found[i - 1] === 'firing') cleared++;
      }
      cases.push({ id, series, states: found });
    }
    await promtoolAgrees(settings, cases);
  }
  return { fired, cleared };
}
