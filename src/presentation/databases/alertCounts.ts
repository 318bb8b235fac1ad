import type { AppState } from '../rows/appState.ts';
import type { Badge } from '../rows/databaseState.ts';

export interface CountedAlerts {
  /** With a colon behind it; empty where there is only one database. */
  readonly name: string;
  readonly badge: Badge;
}

/** The alerts that fire, by their databases; those without any are left out. */
export function alertCounts(state: AppState): readonly CountedAlerts[] {
  const databases = ('databases' in state && state.databases) || [];
  const all =
    databases.length > 1
      ? databases.map(({ connection, badge }) => ({ name: `${connection.name}: `, badge }))
      : state.kind === 'connected'
        ? [{ name: '', badge: state.badge }]
        : [];
  return all.filter(({ badge }) => badge.critical + badge.warning > 0);
}
