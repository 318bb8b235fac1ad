import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricRow } from './metric.ts';
import { ACTIVITY, backendStates, CLIENTS, MAX_CONNECTIONS, onServer } from './promql.ts';
import { exactly } from './read.ts';

/** Used ÷ maximum of the whole server, 0 to 1. */
export function usedShare(snapshot: Snapshot): Measured {
  const { used, max } = snapshot.metrics.connections;
  if (!isKnown(used)) return used;
  if (!isKnown(max)) return max;
  if (max.value <= 0)
    return unknown(
      'The server reports no connections for ordinary roles.',
      'Check max_connections and the reserved connections.',
    );
  return { ...used, value: used.value / max.value };
}

/** Of pg_stat_activity. "unknown": those of which this role may not see the state. */
export const BACKEND_STATES = [
  'active',
  'idle in transaction',
  'idle in transaction (aborted)',
  'idle',
  'unknown',
] as const;

/** Labels for what pg_stat_activity calls otherwise than a person would look for. */
const STATE_LABELS: Readonly<Record<string, string>> = { unknown: 'not visible to this role' };

export const CONNECTION_METRICS = [
  {
    id: 'connections.total',
    group: 'connections',
    label: 'To this database',
    inTree: 'To the database',
    unit: 'count',
    what: 'Client connections to the watched database by backend state, without this monitor’s own.',
    source: 'pg_stat_activity',
    advice:
      'Many "idle in transaction": views that keep a transaction open. Many "idle": lower CONN_MAX_AGE or use a pooler.',
    charts: [{ id: 'connections', children: BACKEND_STATES }],
    prometheus: { kind: 'gauge', promql: ({ database }, at) => `sum(${at(database(ACTIVITY, CLIENTS))})` },
    prometheusOfChildren: backendStates(),
    keepChildren: true,
    read: (s) => s.metrics.connections.total,
    // Who is hidden may be in any state.
    emptyChildren: ({ metrics: { connections } }) =>
      isKnown(connections.total) && (connections.byState['unknown'] ?? 0) === 0 ? BACKEND_STATES : [],
    children: (s) =>
      Object.entries(s.metrics.connections.byState)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([state, count]) => ({
          key: state,
          label: STATE_LABELS[state] ?? state,
          unit: 'count' as const,
          value: exactly(count, s.metrics.at),
        })),
  },
  {
    id: 'connections.waiting',
    group: 'connections',
    label: 'Waiting for a lock',
    inTree: 'Wait for a lock',
    unit: 'count',
    what: 'Connections to this database that wait for another one to release a lock.',
    source: "pg_stat_activity, wait_event_type = 'Lock'",
    advice: 'A few for a moment are normal. If they stay, find the blocker with pg_blocking_pids().',
    read: (s) => s.metrics.connections.waiting,
  },
  {
    id: 'connections.longestTransaction',
    group: 'connections',
    label: 'Longest transaction',
    inTree: 'Longest open',
    unit: 'seconds',
    what: 'Age of the oldest open transaction on this database. While it is open, VACUUM can’t remove what was deleted since.',
    source: 'now() − xact_start of pg_stat_activity',
    advice: 'Minutes are too long for a web application: set idle_in_transaction_session_timeout.',
    prometheus: {
      kind: 'gauge',
      promql: ({ database }, at) => `max(${at(database('pg_stat_activity_max_tx_duration', CLIENTS))})`,
    },
    read: (s) => s.metrics.connections.longestTransactionSeconds,
  },
  {
    id: 'connections.used',
    group: 'connections',
    label: 'Used on the server',
    inTree: 'On the server',
    unit: 'count',
    what: 'Client connections to all databases of the server: they share one limit.',
    source: 'pg_stat_activity',
    advice: 'If it comes near the maximum, use a pooler before raising max_connections.',
    charts: [{ id: 'connections', role: 'limit' }],
    prometheus: {
      kind: 'gauge',
      promql: (select, at) => `sum(${onServer(at(select.server(ACTIVITY, CLIENTS)), select, at)})`,
    },
    read: (s) => s.metrics.connections.used,
  },
  {
    id: 'connections.max',
    group: 'connections',
    label: 'Maximum',
    unit: 'count',
    what: 'Connections that ordinary roles can have at the same time.',
    source: 'max_connections − superuser_reserved_connections − reserved_connections',
    advice: 'Each connection costs memory; a pooler serves more clients with fewer.',
    charts: [{ id: 'connections', role: 'limit' }],
    prometheus: MAX_CONNECTIONS,
    read: (s) => s.metrics.connections.max,
  },
  {
    id: 'connections.usedShare',
    group: 'connections',
    label: 'Share of the maximum',
    unit: 'share',
    toldWith: 'connections.used',
    what: 'Used ÷ maximum. At 100% new requests fail with "too many clients already".',
    source: 'pg_stat_activity and max_connections',
    advice: 'Above 90% act: find who holds the connections, restart what leaks them, or put a pooler in between.',
    read: usedShare,
  },
] as const satisfies readonly MetricRow[];
