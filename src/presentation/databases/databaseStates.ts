import type { Connection } from '../../monitoring/watch/connection.ts';
import type { Fleet } from '../../monitoring/watch/fleet.ts';
import type { DatabaseState } from '../rows/databaseState.ts';

const NO_ALERTS = { alerts: [], badge: { critical: 0, warning: 0 } } as const;

/** How each of the known databases stands now. */
export function databaseStates(
  connections: readonly Connection[],
  fleet: Pick<Fleet, 'front' | 'get'>,
  chosen: ReadonlySet<string>,
): readonly DatabaseState[] {
  const shown = fleet.front?.connection.id;
  return connections.map((connection) => {
    const { id } = connection;
    const monitor = fleet.get(id)?.monitor;
    const standing = { connection, shown: id === shown, chosen: chosen.has(id) };
    if (monitor === undefined) return { ...standing, ...NO_ALERTS };
    const { alerts, state } = monitor;
    return { ...standing, monitor: state, alerts: alerts.states(), badge: alerts.badge() };
  });
}
