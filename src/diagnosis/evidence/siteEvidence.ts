import type { ConnectionUse } from '../../django/project/connections/connectionUse.ts';
import type { VisitSettings } from '../../django/project/sessions/visitSettings.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import type { SearchedCode } from '../../monitoring/saves/suspects.ts';
import type { CleanupRecord } from '../../postgres/cleanup/run/records.ts';
import type { LogEvidence } from './logSigns.ts';

/** What the project, its logs and what was done from here say. */
export interface SiteEvidence {
  /** The throttle and the session settings, as the text of the settings has them. */
  readonly throttle: ThrottleState;
  /** What decides how long a session lasts and whether its cookie comes back, as the text of the settings has it. */
  readonly visitSettings: VisitSettings;
  /** Other Django projects of the workspace. */
  readonly neighbours: readonly Neighbour[];
  /** The service that clears expired sessions, by all that is known of it. */
  readonly cleanupService: ServiceState;
  /** What was cleared and deleted from here, newest first. */
  readonly cleanups: readonly CleanupRecord[];
  /** The ends of the application's logs. */
  readonly logs: LogEvidence;
  /** Code that writes to sessions. */
  readonly writers: SearchedCode;
  /** CONN_MAX_AGE, pools and workers. */
  readonly connectionUse: ConnectionUse;
}

export interface Neighbour {
  /** Folder with its manage.py. */
  readonly root: string;
  readonly settings: VisitSettings;
}

/** What is looked at, as the progress says it. */
export const SITE_LOOKS: Readonly<Record<keyof SiteEvidence, string>> = {
  throttle: 'the settings',
  visitSettings: 'the settings of sessions and their cookies',
  neighbours: 'other projects of the workspace',
  cleanupService: 'the cleanup service',
  cleanups: 'what was cleared from here',
  logs: 'the ends of the logs',
  writers: 'the code that writes to sessions',
  connectionUse: 'how the settings keep connections',
};
