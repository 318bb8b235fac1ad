import type { Measured } from '../../common/measured.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import type { ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import type { MetricId } from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { RangeFigures, RangeOf } from '../../reports/compareFigures.ts';
import type { CheckPart } from './checkVerdict.ts';
import type { Period } from './period.ts';
import type { SignInDay } from './signIns.ts';

/** One row of the table of routine checks. */
export interface RoutineCheck {
  /** Stable, in kebab case: its results are kept by it. */
  readonly id: string;
  readonly period: Period;
  /** Begins with a verb. */
  readonly title: string;
  /** For a row beside which there is still room for what came of it. */
  readonly short: string;
  /** What is looked at and by what it is judged, one or two sentences. */
  readonly what: string;
  /** What of the history it needs: of its period, and of the one before where it compares. */
  readonly needs: readonly MetricId[];
  readonly compares?: true;
  /** It needs the sign-ins of each day. */
  readonly days?: true;
  judge(this: void, evidence: CheckEvidence): readonly CheckPart[];
}

/** All that a check is judged by, at one moment. */
export interface CheckEvidence {
  readonly now: Date;
  /** The period of the check up to now. */
  readonly range: RangeOf;
  /** The newest; unknown where there is none, or an old one only. */
  readonly snapshot: Measured<Snapshot>;
  readonly figures: RangeFigures;
  /** Of the period before; undefined: the check does not compare. */
  readonly before: RangeFigures | undefined;
  /** The first and the last that is known of a series in the range. */
  readonly ends: ReadonlyMap<MetricId, Ends>;
  readonly days: readonly SignInDay[];
  readonly alerts: readonly AlertState[];
  /** undefined: it has not been looked at. */
  readonly service: ServiceState | undefined;
  /** Its reading is too old to tell how things are now. */
  readonly isServiceOld: boolean;
  /** undefined: no project is open. */
  readonly throttle: ThrottleState | undefined;
  /** Who probably makes most of the saves, in words; undefined: not known. */
  readonly writer: string | undefined;
}

export interface Ends {
  readonly first: { readonly at: Date; readonly value: number };
  readonly last: { readonly at: Date; readonly value: number };
}
