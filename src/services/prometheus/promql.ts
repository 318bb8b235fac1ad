import { Problem } from '../../common/problem.ts';
import { eachFigure, FIGURES, type Figure, type FigureId } from '../applicationMetrics/applicationReading.ts';
import type { ChosenMetrics } from '../applicationMetrics/chooseMetrics.ts';
import {
  COUNTER_NAMES,
  REQUEST_METRICS,
  SHAPE,
  STATUS_LABELS,
  withoutBucket,
  type NameOverrides,
} from '../applicationMetrics/requestMetrics.ts';
import { SERVER_ERROR_PATTERN } from '../applicationMetrics/scrape.ts';
import { SETTING } from '../http/address.ts';

/** PromQL made from the same names as the readings of /metrics. */

const STRING = /"(?:[^"\\]|\\.)*"/u.source;
const MATCHER = `[a-zA-Z_]\\w*\\s*(?:=~|!~|!=|=)\\s*${STRING}`;
const SELECTOR = new RegExp(`^(?:${MATCHER}(?:\\s*,\\s*${MATCHER})*\\s*,?)?$`, 'u');

/** Label matchers without braces, `job="shop"`. Throws a `Problem` for what would change the meaning of a query. */
export function parseSelector(text: string, setting = `${SETTING}.prometheusSelector`): string {
  const inner = text
    .trim()
    .replace(/^\{(.*)\}$/su, '$1')
    .trim();
  if (SELECTOR.test(inner)) return inner.replace(/\s*,$/u, '');
  throw new Problem({
    code: 'bad-selector',
    what: `${setting} can’t be used`,
    why: 'It is no list of label matchers.',
    next: 'Write it like this: job="shop", instance=~"web-.*"',
    transient: false,
  });
}

/** Which label of the answer to `allFigures` holds the figure's id. */
export const FIGURE_LABEL = 'figure';

/** Each figure as an expression; response times in milliseconds. undefined: nothing publishes what it takes. */
export function figureExpressions(
  metrics: ChosenMetrics,
  selector: string,
  windowSeconds: number,
): Readonly<Record<FigureId, string | undefined>> {
  const rate = (name: string, ...matchers: string[]): string =>
    `rate(${series(name, selector, ...matchers)}[${windowSeconds}s])`;
  const { histogram, unitMs, byStatus } = metrics;
  const requests = `sum(${rate(metrics.requests)})`;
  const answers = byStatus && `sum(${rate(byStatus.counter)})`;
  // A status that never came has no series: with answers, that is 0 errors; without, it is a gap.
  const errors =
    byStatus &&
    `(sum(${rate(byStatus.counter, `${byStatus.label}=~"${SERVER_ERROR_PATTERN}"`)}) or ${answers ?? ''} * 0)`;
  const others: Readonly<Record<string, string | undefined>> = {
    requests,
    errors,
    errorShare: errors && `${errors} / (${answers ?? ''} > 0)`,
  };
  return eachFigure(({ id, phi }: Figure) =>
    phi === undefined
      ? others[id]
      : `${unitMs} * histogram_quantile(${phi}, sum by (le) (${rate(`${histogram}_bucket`)}))`,
  );
}

/** All figures in one query, told apart by a label: one round trip, and all of one moment. */
export function allFigures(metrics: ChosenMetrics, selector: string, windowSeconds: number): string {
  const expressions = figureExpressions(metrics, selector, windowSeconds);
  return FIGURES.flatMap(({ id }) => {
    const expression = expressions[id];
    return expression === undefined ? [] : [`label_replace(${expression}, "${FIGURE_LABEL}", "${id}", "", "")`];
  }).join(' or ');
}

/** What is published under the names of the table, or of the settings; with `similar`, under names that sound like it. */
export function catalogExpression(
  selector: string,
  names: NameOverrides,
  { similar = false, lookBack }: { similar?: boolean; lookBack?: string },
): string {
  const { latencyHistogram = '', requestsCounter = '', statusCounter = '', statusLabel = '' } = names;
  const tables = REQUEST_METRICS.map(({ histogram, prefixed }) =>
    prefixed === true ? `(?:.+_)?${histogram}` : histogram,
  );
  const histograms = latencyHistogram !== '' ? [withoutBucket(latencyHistogram)] : similar ? [SHAPE] : tables;
  const counters = [`(?:.+_)?(?:${COUNTER_NAMES.join('|')})`, requestsCounter, statusCounter].filter(
    (one) => one !== '',
  );
  const labels = [...new Set(['__name__', 'job', ...STATUS_LABELS, statusLabel])].filter((label) => label !== '');
  const pattern = `(?:${histograms.join('|')})_bucket|${counters.join('|')}`;
  // One selection, as "or" between two would take series of different names for the same. Of buckets only +Inf.
  const matchers = [`__name__=~${JSON.stringify(pattern)}`, String.raw`le=~"(?:\\+Inf)?"`, selector];
  const selected = `{${matchers.filter((one) => one !== '').join(',')}}`;
  const looked = lookBack === undefined ? selected : `last_over_time(${selected}[${lookBack}])`;
  return `sum by (${labels.join(', ')}) (${looked})`;
}

/** By __name__ where the name is none of the classical ones: quoted names are known to Prometheus 3 only. */
function series(name: string, ...matchers: string[]): string {
  const plain = /^[a-zA-Z_:][\w:]*$/u.test(name);
  const all = [plain ? '' : `__name__=${JSON.stringify(name)}`, ...matchers].filter((one) => one !== '');
  return `${plain ? name : ''}{${all.join(',')}}`;
}
