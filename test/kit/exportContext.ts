import type { ExportContext } from '../../src/export/exportContext.ts';
import { ALERT_RULES } from '../../src/monitoring/alerts/alerts.ts';
import type { SessionTable } from '../../src/postgres/table/readings.ts';

/** A name that breaks whatever quotes it carelessly. */
export const ODD_TABLE: SessionTable = { schema: 'My Schema', name: `odd;table'` };

/** What files for other systems are made of, with the rules as they come. */
export function exportContext(more: Partial<ExportContext> = {}): ExportContext {
  return {
    table: { schema: 'public', name: 'django_session' },
    database: 'picks',
    connection: 'development',
    rules: ALERT_RULES.map((rule) => ({
      rule,
      threshold: rule.threshold.default * rule.threshold.factor,
      forSeconds: rule.forSeconds.default,
    })),
    intervalSeconds: 10,
    throttleIntervalSeconds: 900,
    cleanupIntervalSeconds: 86_400,
    ...more,
  };
}
