import { CHARTS } from '../../../src/monitoring/charts/charts.ts';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import { CHART_SPECS } from '../../../src/presentation/dashboard/chartSpecs.ts';
import type { ReportFacts } from '../../../src/reports/reportFacts.ts';
import { exact, later, snapshot, START } from '../monitoring/samples.ts';

const DAY_SECONDS = 86_400;
const UPDATE =
  'UPDATE "django_session" SET "session_data" = $1, "expire_date" = $2 WHERE "django_session"."session_key" = $3';

/** A day of which every chart has a picture, three alerts fire, much has happened and many statements were sent. */
export function fullDay(png: string): ReportFacts {
  const engine = new AlertEngine();
  engine.evaluate(snapshot(), START);
  const message =
    '66,783 expired sessions, the oldest for 7 days: the cleanup does not run, or does not come to its end.';
  const alerts = engine
    .states()
    .map((state, i) => (i < 3 ? { ...state, applies: true, status: 'firing' as const, since: START, message } : state));
  const range = { from: START, to: later(DAY_SECONDS) };
  return {
    name: 'shop',
    target: 'shop on db.example.org:5432',
    range,
    madeAt: later(DAY_SECONDS),
    version: '1.0.0',
    problem: '',
    charts: CHART_SPECS.map(({ id, title, unit, series }) => {
      return { id, title, unit, series: series.map((one) => ({ ...one, how: 'exact' as const })) };
    }),
    figures: {
      ...range,
      readings: 8640,
      covered: 0.93,
      levels: ['reading'],
      series: CHART_SPECS.flatMap(({ series }) =>
        series.map(({ id }) => ({ metricId: id, readings: 8640, first: 1, last: 4, min: 1, max: 5, median: 3 })),
      ),
    },
    pictures: new Map(CHARTS.map(({ id }) => [id, png])),
    withoutPictures: '',
    comparison: undefined,
    annotations: Array.from({ length: 30 }, (_, i) => ({
      kind: 'cleanup' as const,
      at: later(i * 2_000),
      until: later(i * 2_000 + 30),
      text: 'Cleanup, Expired sessions: 490 deleted in 0.1 s, 0 expired left · gentle, from the tree by deploy',
    })),
    alerts,
    statements: exact(
      Array.from({ length: 30 }, (_, i) => {
        return { queryId: String(i), query: UPDATE, calls: 1_000, totalMs: 2_000, meanMs: 2, rows: 1_000 };
      }),
    ),
  };
}
