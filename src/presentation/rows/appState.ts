import type { ProblemText } from '../../common/problem.ts';
import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import type { MonitorState } from '../../monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { Badge, DatabaseState } from './databaseState.ts';
import type { HistoryState } from './historyRow.ts';

/** What all views draw. One value at a time, so that no view can be in another state than its neighbour. */
export type AppState =
  /** Restricted Mode: nothing is read, run or connected to. */
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'searching' }
  /** Nothing to connect to. `problem`: a project is there, but it gives no database to watch. */
  | { readonly kind: 'notConfigured'; readonly problem?: ProblemText; readonly databases?: readonly DatabaseState[] }
  | {
      readonly kind: 'connected';
      readonly connection: Connection;
      readonly monitor: MonitorState;
      readonly alerts: readonly AlertState[];
      readonly history: HistoryState;
      readonly badge: Badge;
      /** All that are known, the one that is shown among them. */
      readonly databases?: readonly DatabaseState[];
    };

export type StateName = Exclude<AppState['kind'], 'connected'> | MonitorState['kind'];

/** The name that the context key and the menus know. */
export function stateName(state: AppState): StateName {
  return state.kind === 'connected' ? state.monitor.kind : state.kind;
}
