import type { ExportContext } from './exportContext.ts';
import { combined, type Expression } from './expression.ts';
import { columnExpression } from './figureExpression.ts';

/**
 * Runs of the cleanup that are missing by the table alone, as no query sees the service: how many intervals the oldest expired session
 * has been waiting. What the extension takes for missed by the table alone: see src/services/cleanupService/facts.ts.
 */
export function missedRuns({ cleanupIntervalSeconds: interval }: ExportContext): Expression {
  const grace = Math.min(7_200, Math.max(60, interval / 10));
  const late = combined('-', columnExpression('django_session_oldest_expired_age_seconds'), {
    kind: 'number',
    value: grace,
  });
  return combined('/', late, { kind: 'number', value: interval });
}
