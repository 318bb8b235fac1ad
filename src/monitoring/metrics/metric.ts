import type { FormatOptions, Unit } from '../../common/format.ts';
import type { Measured } from '../../common/measured.ts';
import type { HistoryQuery } from '../../services/prometheusHistory/historyRow.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** What a metric can be: a number in its unit, a moment, a text, or null for "there is none" (see `whenNull`). */
export type MetricValue = number | string | Date | null;

export type MetricGroupId =
  'sessions' | 'writes' | 'table' | 'statements' | 'connections' | 'database' | 'application' | 'monitor';

/**
 * One row of the metric table: all that the tree, the dashboard, the hovers, the documents and the exports say about it, and
 * where it is drawn, kept and asked for.
 */
export interface MetricRow {
  /** Stable, '<group>.<name>': the identity of its node and of its series, by which the history keeps it. */
  readonly id: string;
  readonly group: MetricGroupId;
  /** Sentence case, without a full stop. */
  readonly label: string;
  /** Shorter, where its group stands over it: beside more than 15 letters there is no room for a value in a view of 200 px. */
  readonly inTree?: string;
  readonly unit: Unit;
  /** What it is, one or two sentences. */
  readonly what: string;
  /** The SQL view, function or setting that it comes from. */
  readonly source: string;
  /** What to do about it, one or two sentences. */
  readonly advice: string;
  /** How a null is said: 'none', 'never'. */
  readonly whenNull?: string;
  /** "Count Sessions Exactly" gives a better value. */
  readonly countable?: true;
  /**
   * The metric in whose hover the tree tells it, as one that says nearly the same or nothing without the other: it has no row of its
   * own. Without one it has a row.
   */
  readonly toldWith?: string;
  /** Its row stands in the closed one of its group, see `GroupRow.closer`. */
  readonly closer?: true;
  /** The charts that it is drawn in. */
  readonly charts?: readonly ChartSeries[];
  /** How Prometheus is asked for its past, where that has just this figure in this unit. */
  readonly prometheus?: HistoryQuery;
  read(this: void, snapshot: Snapshot): Measured<MetricValue>;
  /** True: nothing is set up that it could be read from, so that it is neither shown nor kept. Default: never. */
  absent?(this: void, snapshot: Snapshot): boolean;
  /** What the value is made of, where the number of parts is only known at run time: states, statements, indexes. */
  children?(this: void, snapshot: Snapshot): readonly MetricChild[];
  /** Keys of those that are 0 where they are not among its children, because nothing is in them. */
  emptyChildren?(this: void, snapshot: Snapshot): readonly string[];
  /** The history keeps its children as well, which are few whatever happens; statements and indexes are as many as a project makes. */
  readonly keepChildren?: true;
  /** The same as `prometheus` for some of its children, by their keys. */
  readonly prometheusOfChildren?: Readonly<Record<string, HistoryQuery>>;
}

/** A metric in a chart: one curve, or one for each of the children that are named. */
export interface ChartSeries {
  /** charts/charts.ts has a row for each. */
  readonly id: string;
  /** Where its label says too little beside others. */
  readonly label?: string;
  readonly role?: 'limit';
  readonly children?: readonly string[];
  /** Curves stand in the order of the table; those with a higher number behind the others. Default: 0. */
  readonly place?: number;
}

/** Name of the series of a child of a metric. */
export function childSeries(metricId: string, key: string): string {
  return `${metricId}/${key}`;
}

export interface MetricChild {
  /** Unique among its siblings and the same from reading to reading. */
  readonly key: string;
  readonly label: string;
  readonly unit: Unit;
  readonly value: Measured<MetricValue>;
  /** More about this very child, for its hover: the definition of an index, the text of a statement. */
  readonly detail?: string;
}

export interface GroupRow<Id extends string = string> {
  readonly id: MetricGroupId;
  readonly label: string;
  /** A codicon, so that the labels of all groups of the view stand below each other. */
  readonly icon: string;
  /** Open when the view is seen for the first time; one that is closed says its summary in one line. */
  readonly open?: true;
  /** Id of the metric that stands for the group when only one figure fits. */
  readonly summary: Id;
  /** The group in one short line, "464 MB, +3.1 MB a day". */
  describe(this: void, snapshot: Snapshot, options?: FormatOptions): string;
  /** The row of what one looks at now and then, closed at first; the line says what is in it. */
  readonly closer?: {
    readonly label: string;
    /** Ids of the metrics that stand behind the label while it is closed, with a word behind each. */
    readonly line: readonly (readonly [id: Id, after: string])[];
  };
}
