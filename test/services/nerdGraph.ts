/**
 * The part of New Relic's GraphQL that is used, in GraphQL's own words: fields, enumerations and what is required.
 * @see https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-api-nrql-condition-alerts
 * @see https://docs.newrelic.com/docs/apis/nerdgraph/examples/create-widgets-dashboards-api
 */
export const NERD_GRAPH = `
type Query { nothing: Int }
type Mutation {
  alertsNrqlConditionStaticCreate(accountId: Int!, policyId: ID!, condition: AlertsNrqlConditionStaticInput!): AlertsNrqlCondition
  dashboardCreate(accountId: Int!, dashboard: DashboardInput!): Int
}
type AlertsNrqlCondition { id: ID! name: String }

input AlertsNrqlConditionStaticInput {
  name: String! description: String enabled: Boolean! runbookUrl: String titleTemplate: String
  nrql: Nrql! signal: Signal terms: [Term!] expiration: Expiration violationTimeLimitSeconds: Int
}
input Nrql { query: String! dataAccountId: Int }
input Signal {
  aggregationWindow: Int aggregationMethod: Aggregation aggregationDelay: Int aggregationTimer: Int slideBy: Int
  fillOption: Fill fillValue: Float evaluationDelay: Int
}
enum Aggregation { CADENCE EVENT_FLOW EVENT_TIMER }
enum Fill { LAST_VALUE NONE STATIC }
input Term {
  operator: Operator! priority: Priority! threshold: Float! thresholdDuration: Int! thresholdOccurrences: Occurrences!
}
enum Operator { ABOVE ABOVE_OR_EQUALS BELOW BELOW_OR_EQUALS EQUALS NOT_EQUALS }
enum Priority { CRITICAL WARNING }
enum Occurrences { ALL AT_LEAST_ONCE }
input Expiration {
  closeViolationsOnExpiration: Boolean openViolationOnExpiration: Boolean expirationDuration: Int
  ignoreOnExpectedTermination: Boolean
}

input DashboardInput { name: String! description: String permissions: Permissions! pages: [Page!]! }
enum Permissions { PRIVATE PUBLIC_READ_ONLY PUBLIC_READ_WRITE }
input Page { name: String! description: String guid: ID widgets: [Widget!]! }
input Widget {
  id: ID title: String layout: Layout visualization: Visualization rawConfiguration: Raw linkedEntityGuids: [ID!]
}
scalar Raw
input Layout { column: Int row: Int width: Int height: Int }
input Visualization { id: String }
input RawConfiguration { nrqlQueries: [Query0!]! thresholds: Raw }
input Query0 { accountId: Int accountIds: [Int!] query: String! }
`;
