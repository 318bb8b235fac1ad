import { formatAge } from '../../common/format.ts';
import { unknown, type Measured } from '../../common/measured.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { HistorySource } from '../../history/historySource.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import { isOld, type ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import type { MetricId } from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { rangeFigures } from '../../reports/compareFigures.ts';
import { verdictOf, type CheckVerdict } from './checkVerdict.ts';
import type { KnownCleanup } from './clearedRows.ts';
import { daysLater, PERIODS } from './period.ts';
import type { CheckEvidence, Ends, RoutineCheck } from './routineCheck.ts';
import { signInDays, type SignInDay } from './signIns.ts';

/** Where the evidence of routine checks is. Nothing of it is read anew: the monitor and the history have it. */
export interface CheckSources {
  /** The newest; undefined: nothing has been read yet. */
  readonly snapshot: Snapshot | undefined;
  readonly history: HistorySource;
  readonly alerts: readonly AlertState[];
  readonly service: ServiceState | undefined;
  readonly throttle: ThrottleState | undefined;
  readonly writer: string | undefined;
}

/** Gathers what a check needs, and judges it. Rejects with the signal's reason when it is aborted. */
export async function runCheck(
  check: RoutineCheck,
  sources: CheckSources,
  now: Date,
  signal?: AbortSignal,
): Promise<CheckVerdict> {
  return verdictOf(check.judge(await gatherFor(check, sources, now, signal)));
}

async function gatherFor(
  check: RoutineCheck,
  { snapshot, history, alerts, service, throttle, writer }: CheckSources,
  now: Date,
  signal?: AbortSignal,
): Promise<CheckEvidence> {
  const { days } = PERIODS[check.period];
  // A reading that was taken just now belongs to it.
  const to = new Date(now.getTime() + 1);
  const range = { from: daysBefore(now, days), to };
  return {
    now,
    range,
    snapshot: freshSnapshot(snapshot, now),
    figures: await rangeFigures(history, check.needs, range, signal),
    before:
      check.compares === true
        ? await rangeFigures(history, check.needs, { from: daysBefore(now, 2 * days), to: range.from }, signal)
        : undefined,
    ends: endsOf(history, check.needs, range),
    days: check.days === true ? await readSignIns({ history, service }, { from: range.from, to: now }, signal) : [],
    alerts,
    service,
    isServiceOld: service !== undefined && isOld(service, now),
    throttle,
    writer,
  };
}

function daysBefore(now: Date, days: number): Date {
  const day = daysLater(now, -days);
  return new Date(day.getTime() + (now.getTime() - daysLater(now, 0).getTime()));
}

/** Each day of a range from its first moment, without the cleanups that are known. */
export function readSignIns(
  { history, service }: Pick<CheckSources, 'history' | 'service'>,
  range: { readonly from: Date; readonly to: Date },
  signal?: AbortSignal,
): Promise<readonly SignInDay[]> {
  const cleanups = [...cleanupsOf(history.annotations(range.from, range.to)), ...runsOf(service)];
  return signInDays(history, cleanups, range, signal);
}

/** What was cleared from here, by whichever window: see operationAnnotations. */
function cleanupsOf(annotations: readonly Annotation[]): readonly KnownCleanup[] {
  return annotations.flatMap(({ kind, at, until = at, data }) => {
    if (kind !== 'cleanup') return [];
    const deleted = typeof data === 'object' && data !== null && 'deleted' in data ? data.deleted : undefined;
    const count = typeof deleted === 'number' ? deleted : undefined;
    return [{ from: at.getTime(), to: until.getTime(), deleted: count }];
  });
}

function runsOf(service: ServiceState | undefined): readonly KnownCleanup[] {
  return (service?.reading?.log?.runs ?? []).flatMap(({ outcome, startedAt, lastLineAt, deleted }) => {
    const from = startedAt ?? lastLineAt;
    if (from === undefined || outcome === 'skipped') return [];
    return [{ from: from.getTime(), to: (lastLineAt ?? from).getTime(), deleted }];
  });
}

/** Older, and it says nothing of now; the exact counts, which are the rarest part of it, come each quarter of an hour. */
const FRESH_MS = 15 * 60_000;

function freshSnapshot(snapshot: Snapshot | undefined, now: Date): Measured<Snapshot> {
  if (snapshot === undefined) return unknown('Nothing has been read from the database yet.');
  const { at } = snapshot;
  if (now.getTime() - at.getTime() > FRESH_MS)
    return unknown(
      `The last reading from the database was ${formatAge(at, now)}.`,
      'Resume or refresh, and run it again.',
    );
  return { how: 'exact', value: snapshot, at };
}

/** So many points are near enough to the ends of any range. */
const POINTS = 400;

function endsOf(
  history: HistorySource,
  metricIds: readonly MetricId[],
  { from, to }: CheckEvidence['range'],
): ReadonlyMap<MetricId, Ends> {
  const { at, series } = history.readRange({ metricIds, from, to, maxPoints: POINTS });
  return new Map(
    metricIds.flatMap((id, k): [MetricId, Ends][] => {
      const values = series[k]?.mean ?? [];
      const known = at.flatMap((time, i) => {
        const value = values[i] ?? null;
        return value === null ? [] : [{ at: new Date(Math.max(time, from.getTime())), value }];
      });
      const [first, last] = [known.at(0), known.at(-1)];
      return first === undefined || last === undefined ? [] : [[id, { first, last }]];
    }),
  );
}
