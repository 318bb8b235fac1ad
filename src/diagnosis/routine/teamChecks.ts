import { formatValue } from '../../common/format.ts';
import { findMetric, type Metric } from '../../monitoring/metrics/metrics.ts';
import { knownFigures, watched } from './checkParts.ts';
import { fails, look, succeeds, type CheckPart } from './checkVerdict.ts';
import { isPeriod, PERIODS } from './period.ts';
import type { CheckEvidence, RoutineCheck } from './routineCheck.ts';

/** What a team has written into the setting: its checks, and what is wrong with the others, a sentence each that names the entry. */
export interface TeamChecks {
  readonly checks: readonly RoutineCheck[];
  readonly problems: readonly string[];
}

/** More is no routine any more, and would fill the tree. */
const MOST_CHECKS = 50;
const MOST_TITLE = 120;

/** @param taken ids of the checks that are there already */
export function teamChecks(value: unknown, taken: readonly string[]): TeamChecks {
  if (!Array.isArray(value)) return { checks: [], problems: ['It has to be a list of checks.'] };
  const checks: RoutineCheck[] = [];
  const problems: string[] = [];
  value.slice(0, MOST_CHECKS).forEach((entry: unknown, i) => {
    const made = teamCheck(entry, [...taken, ...checks.map(({ id }) => id)]);
    if (typeof made === 'string') problems.push(`${nameOf(entry, i)}: ${made}`);
    else checks.push(made);
  });
  if (value.length > MOST_CHECKS)
    problems.push(`Only the first ${MOST_CHECKS} of the ${value.length} entries are used.`);
  return { checks, problems };
}

/** 'Entry 2 ("backup")' */
function nameOf(entry: unknown, i: number): string {
  const id = typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : undefined;
  return `Entry ${i + 1}${typeof id === 'string' ? ` ("${id.slice(0, 40)}")` : ''}`;
}

/** The check, or why it is none. */
function teamCheck(entry: unknown, taken: readonly string[]): RoutineCheck | string {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'it is not an object.';
  const { id, title, period, evidence, ...rest } = entry as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(rest);
  if (other !== undefined) return `"${other}" is not known; there are id, title, period and evidence.`;
  if (typeof id !== 'string' || !/^[a-z][a-z\d]*(?:-[a-z\d]+)*$/u.test(id))
    return '"id" has to be lower-case words with hyphens between them, such as "backup-restored".';
  if (taken.includes(id)) return 'there is a check with this id already.';
  if (typeof title !== 'string' || title.trim() === '' || title.length > MOST_TITLE)
    return `"title" has to be a text of 1 to ${MOST_TITLE} characters.`;
  if (!isPeriod(period)) return `"period" has to be one of ${Object.keys(PERIODS).join(', ')}.`;
  const shown = title.replaceAll(/\s+/gu, ' ').trim();
  if (evidence === undefined) {
    const by = 'Your team’s own check, which a person marks.';
    return {
      id,
      title: shown,
      short: shown,
      period,
      what: by,
      needs: [],
      judge: () => [look('There is nothing to judge it by: look at it, and mark it.')],
    };
  }
  const bounds = boundsOf(evidence);
  if (typeof bounds === 'string') return bounds;
  const what = `Your team’s own check: ${bounds.metric.label} has to stay ${boundsText(bounds)} all the time.`;
  return {
    id,
    title: shown,
    short: shown,
    period,
    what,
    needs: [bounds.metric.id],
    judge: (gathered) => judge(bounds, gathered),
  };
}

interface Bounds {
  readonly metric: Metric;
  readonly minimum?: number;
  readonly maximum?: number;
}

function boundsOf(evidence: unknown): Bounds | string {
  if (typeof evidence !== 'object' || evidence === null || Array.isArray(evidence))
    return '"evidence" has to be an object.';
  const { metric: id, minimum, maximum, ...rest } = evidence as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(rest);
  if (other !== undefined) return `"evidence.${other}" is not known; there are metric, minimum and maximum.`;
  const metric = typeof id === 'string' ? findMetric(id) : undefined;
  if (metric === undefined)
    return `"evidence.metric" has to be the id of a metric, such as "sessions.expired"${typeof id === 'string' ? `; there is no "${id.slice(0, 60)}"` : ''}.`;
  if (metric.unit === 'text' || metric.unit === 'date') return `"${metric.id}" is no number that could have bounds.`;
  for (const [name, bound] of Object.entries({ minimum, maximum })) {
    if (bound !== undefined && (typeof bound !== 'number' || !Number.isFinite(bound)))
      return `"evidence.${name}" has to be a number.`;
  }
  const [least, most] = [minimum, maximum] as [number | undefined, number | undefined];
  if (least === undefined && most === undefined) return '"evidence" needs a minimum, a maximum, or both.';
  if (least !== undefined && most !== undefined && least > most)
    return '"evidence.minimum" is greater than "evidence.maximum".';
  return {
    metric,
    ...(least === undefined ? {} : { minimum: least }),
    ...(most === undefined ? {} : { maximum: most }),
  };
}

function boundsText({ metric: { unit }, minimum, maximum }: Bounds): string {
  const text = (value: number): string => formatValue(value, unit);
  if (minimum === undefined) return `at ${text(maximum ?? 0)} or below`;
  return maximum === undefined ? `at ${text(minimum)} or above` : `from ${text(minimum)} to ${text(maximum)}`;
}

function judge(bounds: Bounds, evidence: CheckEvidence): readonly CheckPart[] {
  const { metric, minimum = -Infinity, maximum = Infinity } = bounds;
  const figures = knownFigures(evidence.figures, metric.id);
  if (figures === undefined) return [look(`Nothing is known of ${metric.label} (${metric.id}) in that time.`)];
  const { min, max, median } = figures;
  const text = (value: number): string => formatValue(value, metric.unit);
  const said = `${metric.label}: ${text(min)} to ${text(max)}, ${text(median)} in the median; it has to stay ${boundsText(bounds)}.`;
  return [watched(evidence), min < minimum || max > maximum ? fails(said) : succeeds(said)];
}
