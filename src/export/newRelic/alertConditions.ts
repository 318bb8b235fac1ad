import type { AlertRule, AlertThreshold } from '../../monitoring/alerts/alerts.ts';
import type { ExportContext } from '../exportContext.ts';
import { drawnRules, type DrawnRule } from '../boards/panels.ts';
import { enumValue, graphqlValue, type EnumValue } from './graphql.ts';
import { nrql } from './nrql.ts';

const OPERATORS: Readonly<Record<AlertThreshold['compare'], EnumValue>> = {
  above: enumValue('ABOVE'),
  reached: enumValue('ABOVE_OR_EQUALS'),
};
const PRIORITIES: Readonly<Record<AlertRule['severity'], EnumValue>> = {
  critical: enumValue('CRITICAL'),
  warning: enumValue('WARNING'),
};
/** Seconds over which readings are gathered before they are judged; the longest there is for what changes in days. */
const WINDOW = 60;
const LONGEST_WINDOW = 21_600;
/** Incidents are closed by then in any case: the longest that there is. */
const THIRTY_DAYS = 2_592_000;

/**
 * One mutation of NerdGraph that makes a policy's conditions, to be pasted into its explorer.
 * @see https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-api-nrql-condition-alerts
 */
export function newRelicAlertConditions(context: ExportContext): string {
  const conditions = drawnRules(context).map((drawn) => {
    const condition = graphqlValue(newRelicCondition(drawn, context), 1);
    return `  ${camelCase(drawn.rule.id)}: alertsNrqlConditionStaticCreate(accountId: $accountId, policyId: $policyId, condition: ${condition}) {
    id
    name
  }`;
  });
  return `mutation DjangoSessions($accountId: Int!, $policyId: ID!) {\n${conditions.join('\n')}\n}\n`;
}

/** AlertsNrqlConditionStaticInput */
function newRelicCondition({ rule, threshold, forSeconds, expression }: DrawnRule, context: ExportContext): object {
  const { select, from, where } = nrql(expression, context, 'latest');
  const window = expression.kind === 'slope' ? LONGEST_WINDOW : WINDOW;
  return {
    name: `${rule.title}: ${context.database}`,
    description: `${rule.what} ${rule.advice}`,
    enabled: true,
    nrql: { query: `FROM ${from} SELECT ${select} WHERE ${where}` },
    signal: { aggregationWindow: window, aggregationMethod: enumValue('EVENT_FLOW'), aggregationDelay: 120 },
    terms: [
      {
        operator: OPERATORS[rule.threshold.compare],
        priority: PRIORITIES[rule.severity],
        threshold,
        thresholdDuration: Math.max(1, Math.ceil(forSeconds / window)) * window,
        thresholdOccurrences: enumValue('ALL'),
      },
    ],
    // What can't be read any more goes on as it was.
    expiration: { closeViolationsOnExpiration: false, openViolationOnExpiration: false },
    violationTimeLimitSeconds: THIRTY_DAYS,
  };
}

/** table-size as a name of GraphQL: tableSize */
function camelCase(id: string): string {
  return id.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
}
