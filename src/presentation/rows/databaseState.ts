import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import type { MonitorState } from '../../monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';

/** How many alerts fire that nobody has acknowledged or snoozed. */
export interface Badge {
  readonly critical: number;
  readonly warning: number;
}

/** One of the known databases, as the lists of them draw it. */
export interface DatabaseState {
  readonly connection: Connection;
  /** Its rows fill the tree and the dashboard. */
  readonly shown: boolean;
  /** It goes on being watched when another one is shown. */
  readonly chosen: boolean;
  /** Undefined: it is not watched, or is just being made ready. */
  readonly monitor?: MonitorState;
  readonly alerts: readonly AlertState[];
  readonly badge: Badge;
}

/** Of all that are watched. */
export function badgeOfAll(databases: readonly Pick<DatabaseState, 'badge'>[]): Badge {
  const sum = (severity: keyof Badge): number => databases.reduce((n, { badge }) => n + badge[severity], 0);
  return { critical: sum('critical'), warning: sum('warning') };
}

export function badgeText({ critical, warning }: Badge): string {
  return `${String(critical)} critical, ${String(warning)} warning`;
}
