import { Problem } from '../../common/problem.ts';
import type { PrometheusApi } from '../prometheus/prometheusApi.ts';
import { OF_EVERY_DATABASE } from './historyRow.ts';
import { SERVER_LABELS, type DatabaseTarget, type Selectors } from './selectors.ts';

/** The setting that chooses among the servers of PostgreSQL. */
export const SELECTOR_SETTING = 'djangoSessionMonitor.history.prometheusSelector';

const MOST_NAMED = 5;

/**
 * Rejects with a `Problem` when Prometheus knows several servers with a database of this name: staging and production, or a
 * standby, whose figures must not be mixed.
 */
export async function refuseSeveral(
  api: PrometheusApi,
  { database }: DatabaseTarget,
  select: Selectors,
  at: Date,
  signal: AbortSignal | undefined,
): Promise<void> {
  const expression = `count by (${SERVER_LABELS}) (${select.database(OF_EVERY_DATABASE)})`;
  const { series } = await api.query(expression, { at, ...(signal && { signal }) });
  if (series.length <= 1) return;
  const instances = series.map(({ labels }) => `job="${labels['job'] ?? ''}", instance="${labels['instance'] ?? ''}"`);
  const named = instances.sort().slice(0, MOST_NAMED).join('; ');
  const more = instances.length > MOST_NAMED ? ` and ${instances.length - MOST_NAMED} more` : '';
  throw new Problem({
    code: 'several-servers',
    what: `Cannot tell the history of ${database} from Prometheus at ${api.address}`,
    why: `It knows ${instances.length} servers with a database of this name: ${named}${more}.`,
    next: `Choose one in ${SELECTOR_SETTING}, by the labels that are given here.`,
    transient: false,
  });
}
