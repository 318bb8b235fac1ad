import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { fromQualified } from '../../postgres/table/tableName.ts';
import type { PrometheusSource } from '../../services/prometheus/prometheusSource.ts';
import type { PrometheusHistoryOptions } from '../../services/prometheusHistory/prometheusHistory.ts';
import type { DatabaseTarget } from '../../services/prometheusHistory/selectors.ts';

/** The settings djangoSessionMonitor.history.*, as settings.json has them. */
export interface HistorySettings {
  readonly source: unknown;
  readonly prometheusSelector: unknown;
  readonly prometheusQueries: unknown;
}

export interface PrometheusServer {
  readonly source: PrometheusSource;
  /** Whether the figures of now come from it, too. */
  readonly isLive: boolean;
}

/** Of which charts Prometheus is asked. */
export type HistoryPlan =
  /** `why`: what is said under every chart; '' where that is what was chosen. */
  | { readonly kind: 'store'; readonly why: string }
  /** `application`: only the charts of the application. The selector is as it was typed. */
  | {
      readonly kind: 'prometheus';
      readonly application: boolean;
      readonly options: PrometheusHistoryOptions;
    };

const NO_SERVER = 'no Prometheus server is set in djangoSessionMonitor.application.prometheusUrl.';

/** From where the curves come, by what is set; `snapshot` tells which table of which database is meant. */
export function planHistory(
  settings: HistorySettings,
  server: PrometheusServer | undefined,
  snapshot: Snapshot | undefined,
): HistoryPlan {
  const isWanted = settings.source === 'prometheus';
  if (snapshot === undefined) return { kind: 'store', why: '' };
  if (server === undefined) return { kind: 'store', why: isWanted ? NO_SERVER : '' };
  // What only Prometheus knows need not be gathered by every editor once more.
  if (!isWanted && !server.isLive) return { kind: 'store', why: '' };
  const selector = typeof settings.prometheusSelector === 'string' ? settings.prometheusSelector : '';
  return {
    kind: 'prometheus',
    application: !isWanted,
    options: { source: server.source, target: targetOf(snapshot), selector, queries: queriesOf(settings) },
  };
}

/** Two plans with the same key give the same curves. */
export function planKey(plan: HistoryPlan): string {
  if (plan.kind === 'store') return plan.why;
  const { source, target, selector, queries } = plan.options;
  return JSON.stringify([plan.application, source.address, target, selector, queries]);
}

/** Settings are edited by hand: what is no text is left out. */
function queriesOf({ prometheusQueries }: HistorySettings): Readonly<Record<string, string>> {
  if (typeof prometheusQueries !== 'object' || prometheusQueries === null) return {};
  return Object.fromEntries(
    Object.entries(prometheusQueries).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function targetOf({ metrics }: Snapshot): DatabaseTarget {
  const { schema, name } = fromQualified(metrics.table.qualifiedName);
  return { database: metrics.server.database, ...(schema === undefined ? {} : { schema }), table: name };
}
