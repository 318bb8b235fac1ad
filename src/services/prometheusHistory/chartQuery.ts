import { Problem } from '../../common/problem.ts';
import type { PrometheusSeries } from '../prometheus/prometheusAnswer.ts';
import type { PrometheusApi } from '../prometheus/prometheusApi.ts';
import { onGrid, type TimeGrid } from '../prometheus/timeGrid.ts';
import type { QueryPart, Parts } from './overTime.ts';

export interface SeriesPoints {
  readonly min: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

/** The setting with expressions of a person. */
const QUERIES_SETTING = 'djangoSessionMonitor.history.prometheusQueries';

/** By it the series of an answer are told apart: place and part, "0:mean". */
const LABEL = 'django_session_monitor';

/** All series of a chart in one query: one round trip, and all of one moment. Rejects with a `Problem`. */
export async function readSeries(
  api: PrometheusApi,
  asked: readonly (readonly [id: string, parts: Parts])[],
  grid: TimeGrid,
  signal: AbortSignal | undefined,
): Promise<{ series: ReadonlyMap<string, SeriesPoints>; notes: readonly string[] }> {
  const expressions = asked.flatMap(([, parts], i) =>
    Object.entries(parts).map(([part, promql]) => `label_replace(${promql}, "${LABEL}", "${i}:${part}", "", "")`),
  );
  const result = await api.queryRange(expressions.join('\nor\n'), grid, signal);
  const answered = new Map<string, PrometheusSeries['points']>();
  for (const { labels, points } of result.series) {
    const key = labels[LABEL] ?? '';
    const id = asked[Number(key.split(':')[0])]?.[0];
    if (answered.has(key) && id !== undefined) throw ambiguous(id, api.address);
    answered.set(key, points);
  }
  const series = asked.flatMap(([id], i): [string, SeriesPoints][] => {
    const of = (part: QueryPart): readonly (number | null)[] => onGrid(grid, answered.get(`${i}:${part}`) ?? []);
    const mean = of('mean');
    if (mean.every((value) => value === null)) return [];
    const extreme = (part: 'min' | 'max'): readonly (number | null)[] =>
      of(part).map((value, k) => {
        const middle = mean[k] ?? null;
        return value === null || middle === null ? (middle ?? value) : Math[part](value, middle);
      });
    return [[id, { min: extreme('min'), mean, max: extreme('max') }]];
  });
  return { series: new Map(series), notes: warnings(result) };
}

function warnings({ warnings: said, partial }: { warnings: readonly string[]; partial: boolean }): readonly string[] {
  if (said.length > 0) return said.map((warning) => `The server warns: ${warning}`);
  return partial ? ['The server says that a part of the data is missing.'] : [];
}

function ambiguous(id: string, address: string): Problem {
  return new Problem({
    code: 'several-series',
    what: `Cannot draw ${id} from Prometheus at ${address}`,
    why: 'Its expression gives several series, and a curve is of one.',
    next: `Add them up, or choose one, in ${QUERIES_SETTING}: sum(…), or a label in braces.`,
    transient: false,
  });
}
