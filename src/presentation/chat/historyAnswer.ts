import type { RangeSeries } from '../../history/ranges/rangeData.ts';
import { findMetric, type Metric } from '../../monitoring/metrics/metrics.ts';
import { answerHead, connectedState, type ToolFacts } from './toolFacts.ts';
import { dateIn, inputObject, wholeNumberIn, wrong } from './toolInput.ts';

const MOST_METRICS = 10;
const MOST_POINTS = 200;
const POINTS = 60;
/** Of all series together, so that an answer can be read. */
const MOST_STEPS = 1000;
const MOST_EVENTS = 100;

/** Curves as numbers, and what happened beside them: kind and time, since texts of it are written by others as well. */
export function historyAnswer(input: unknown, facts: ToolFacts): object {
  const { metrics, from: first, to: last, points } = inputObject(input, ['metrics', 'from', 'to', 'points']);
  const wanted = metricsIn(metrics);
  const from = dateIn(first, 'from');
  if (from === undefined) throw wrong('"from" is missing.', 'Give ISO 8601 with the time zone: 2026-03-01T00:00:00Z.');
  const to = dateIn(last, 'to') ?? facts.now;
  if (from >= to) throw wrong('"from" is not before "to".', 'Give a range that is not empty.');
  const most = Math.floor(MOST_STEPS / wanted.length);
  const maxPoints = Math.min(most, wholeNumberIn(points, 'points', 2, MOST_POINTS) ?? POINTS);
  connectedState(facts);
  const { history } = facts;
  const metricIds = wanted.map(({ id }) => id);
  const { at, stepMs, series } = history.readRange({ metricIds, from, to, maxPoints });
  const events = history.annotations(from, to);
  const extent = history.extent();
  return {
    ...answerHead(facts),
    from: from.toISOString(),
    to: to.toISOString(),
    known: extent === undefined ? null : { from: extent.from.toISOString(), to: extent.to.toISOString() },
    stepSeconds: stepMs / 1000,
    at: at.map((time) => new Date(time).toISOString()),
    series: series.map((one, i) => seriesOf(one, wanted[i])),
    events: events.slice(-MOST_EVENTS).map(({ kind, at: when, until, data }) => ({
      kind,
      at: when.toISOString(),
      ...(until === undefined ? {} : { until: until.toISOString() }),
      ...figuresIn(data),
    })),
    ...(events.length > MOST_EVENTS ? { eventsLeftOut: events.length - MOST_EVENTS } : {}),
  };
}

function metricsIn(value: unknown): readonly Metric[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_METRICS)
    throw wrong(`"metrics" is no list of 1 to ${MOST_METRICS} ids.`, 'The metrics tool lists the ids.');
  return [...new Set<unknown>(value)].map((id) => {
    const metric = typeof id === 'string' ? findMetric(id) : undefined;
    if (metric === undefined || metric.unit === 'text' || metric.unit === 'date')
      throw wrong(
        `There is no history of ${typeof id === 'string' ? `"${id.slice(0, 60)}"` : 'what is no text'}.`,
        'The metrics tool lists the ids.',
      );
    return metric;
  });
}

function seriesOf({ metricId, min, mean, max }: RangeSeries, metric: Metric | undefined): object {
  return {
    metric: metricId,
    unit: metric?.unit,
    label: metric?.label,
    min: min.map(short),
    mean: mean.map(short),
    max: max.map(short),
  };
}

/** More digits are noise, and each is paid for. */
function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(7));
}

/** Of what names an event, its numbers, and the rule of an alert. */
function figuresIn(data: unknown): object {
  if (typeof data !== 'object' || data === null) return {};
  return {
    ...('deleted' in data && typeof data.deleted === 'number' ? { deleted: data.deleted } : {}),
    ...('rule' in data && typeof data.rule === 'string' ? { rule: data.rule } : {}),
  };
}
