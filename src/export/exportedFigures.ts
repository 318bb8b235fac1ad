import type { MetricId } from '../monitoring/metrics/metrics.ts';
import { EXPORT_QUERIES, exportedName } from '../postgres/export/exportQueries.ts';

/**
 * How each metric comes out of what is exported: the very column, or rates and shares of counters that the other system makes.
 * Names are the exported ones.
 */
export type ExportedFigure = { readonly metric: MetricId } & (
  | { readonly kind: 'value'; readonly of: string; readonly factor?: number }
  /** The sum of counters' rates × seconds: 60 is per minute. */
  | { readonly kind: 'rate'; readonly of: readonly string[]; readonly perSeconds: number }
  /** Rates of `part` ÷ rates of `whole`; none where nothing of the whole has happened. */
  | { readonly kind: 'share'; readonly part: readonly string[]; readonly whole: readonly string[] }
  /** The one ÷ the other, as they are; none where the other is 0. */
  | { readonly kind: 'ratio'; readonly part: string; readonly whole: string; readonly factor?: number }
  /** Change of a gauge in a day, by the slope of the last day. */
  | { readonly kind: 'slope'; readonly of: string }
);

const TABLE = 'django_session_table';
const DATABASE = 'django_session_database';
const MINUTE = 60;
const SAVES = [`${TABLE}_inserted_total`, `${TABLE}_updated_total`];
const PAGES = [`${DATABASE}_blocks_hit_total`, `${DATABASE}_blocks_read_total`];

const DERIVED: readonly ExportedFigure[] = [
  { metric: 'writes.saves', kind: 'rate', of: SAVES, perSeconds: MINUTE },
  { metric: 'writes.inserts', kind: 'rate', of: [`${TABLE}_inserted_total`], perSeconds: MINUTE },
  { metric: 'writes.updates', kind: 'rate', of: [`${TABLE}_updated_total`], perSeconds: MINUTE },
  { metric: 'writes.deletes', kind: 'rate', of: [`${TABLE}_deleted_total`], perSeconds: MINUTE },
  { metric: 'writes.hotShare', kind: 'share', part: [`${TABLE}_hot_updated_total`], whole: [`${TABLE}_updated_total`] },
  { metric: 'writes.perDay', kind: 'rate', of: SAVES, perSeconds: 1440 * MINUTE },
  { metric: 'table.growth', kind: 'slope', of: `${TABLE}_size_bytes` },
  {
    metric: 'connections.usedShare',
    kind: 'ratio',
    part: 'django_session_connections_used',
    whole: 'django_session_connections_max',
  },
  {
    metric: 'database.transactions',
    kind: 'rate',
    of: [`${DATABASE}_commits_total`, `${DATABASE}_rollbacks_total`],
    perSeconds: 1,
  },
  { metric: 'database.cacheHitShare', kind: 'share', part: [`${DATABASE}_blocks_hit_total`], whole: PAGES },
  { metric: 'database.tempRate', kind: 'rate', of: [`${DATABASE}_temp_bytes_total`], perSeconds: MINUTE },
  {
    metric: 'statements.meanTime',
    kind: 'ratio',
    part: 'django_session_statements_seconds_total',
    whole: 'django_session_statements_calls_total',
    factor: 1000,
  },
];

/** Milliseconds in the metric table are seconds outside. */
const FACTORS: Readonly<Record<string, number>> = { 'statements.totalTime': 1000 };

const COLUMNS: readonly ExportedFigure[] = EXPORT_QUERIES.flatMap((query) =>
  query.columns.flatMap((column) => {
    if (column.metric === undefined) return [];
    const metric = column.metric as MetricId; // test/unit/export/exportedFigures.test.ts looks each of them up
    const factor = FACTORS[metric];
    return [
      { metric, kind: 'value', of: exportedName(query, column), ...(factor === undefined ? {} : { factor }) } as const,
    ];
  }),
);

/** Every metric that another system can have, once. */
export const EXPORTED_FIGURES: readonly ExportedFigure[] = [...COLUMNS, ...DERIVED];

export function exportedFigure(metric: MetricId): ExportedFigure {
  const figure = EXPORTED_FIGURES.find((one) => one.metric === metric);
  if (figure === undefined) throw new Error(`${metric} is not exported.`);
  return figure;
}

const NEEDS_PAYLOADS = 'It takes decoding session data, which no query does and no other system has to hold.';
const NEEDS_MEMORY = 'It takes remembering what single sessions held in the reading before.';
const ARITHMETIC = 'It is arithmetic with a setting, not a measurement; it can be worked out from what is exported.';
const SEVERAL_READINGS = 'It is reckoned from several statements and from what is known of earlier readings.';

/** What cannot be exported, with the reason. A metric that is neither here nor above fails a test. */
export const NOT_EXPORTED: Readonly<Partial<Record<MetricId, string>>> = {
  'sessions.lastActivity': NEEDS_PAYLOADS,
  'sessions.anonymous': NEEDS_PAYLOADS,
  'sessions.signed': `${NEEDS_PAYLOADS} It would take the keys of the settings as well.`,
  'sessions.lifetime': NEEDS_PAYLOADS,
  'writes.changes': NEEDS_MEMORY,
  'writes.newContents': NEEDS_MEMORY,
  'writes.notSavedAgain': NEEDS_MEMORY,
  'writes.newSignedIn': NEEDS_MEMORY,
  'writes.perSession': ARITHMETIC,
  'writes.throttleInterval': 'It is a setting.',
  'writes.estimateUnthrottled': ARITHMETIC,
  'writes.estimateThrottled': ARITHMETIC,
  'table.live': ARITHMETIC,
  'table.dead': ARITHMETIC,
  'table.indexes': 'It has no number that changes; an index that is never scanned is found in the extension.',
  'table.indexesUsed': 'The same.',
  'table.toastLive': SEVERAL_READINGS,
  'table.toastReusable': SEVERAL_READINGS,
  'table.indexLive': SEVERAL_READINGS,
  'table.indexReusable': SEVERAL_READINGS,
  'table.heldBack': 'It is a list of names.',
  'table.all': 'It is of other tables.',
};
