import type { Unit } from '../common/format.ts';
import type { How, Measured } from '../common/measured.ts';
import type { Annotation } from '../history/ranges/annotations.ts';
import type { AlertState } from '../monitoring/alerts/alertTypes.ts';
import type { StatementMetrics } from '../postgres/table/readings.ts';
import type { RangeFigures, RangeOf } from './compareFigures.ts';
import type { SaidComparison } from './comparisonBlocks.ts';

/** One chart of the dashboard. */
export interface ReportChart {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly series: readonly ReportSeries[];
}

export interface ReportSeries {
  readonly id: string;
  readonly label: string;
  readonly factor: number;
  /** How the newest value was come by: history does not tell it of the older ones. */
  readonly how: How | 'unknown';
}

/** All that a report says of one database, without a password or anything else that is secret. */
export interface ReportFacts {
  readonly name: string;
  /** As the tree shows it: "shop on db.example.org:5432". */
  readonly target: string;
  readonly range: RangeOf;
  readonly madeAt: Date;
  /** Of this extension. */
  readonly version: string;
  /** What is wrong with the monitoring now; '': nothing. */
  readonly problem: string;
  readonly charts: readonly ReportChart[];
  readonly figures: RangeFigures;
  /** PNGs in base64 by the id of their chart. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Why there are none; '': there are. */
  readonly withoutPictures: string;
  readonly comparison: SaidComparison | undefined;
  readonly annotations: readonly Annotation[];
  readonly alerts: readonly AlertState[];
  /** Undefined: not read yet. */
  readonly statements: Measured<readonly StatementMetrics[]> | undefined;
}

export interface ReportOptions {
  /** BCP 47 tag. */
  readonly locale: string;
}
