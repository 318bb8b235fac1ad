import type { ThrottleState } from '../../django/throttle/throttleState.ts';

/** What the project, its logs and what was done from here say. */
export interface SiteEvidence {
  /** The throttle and the session settings, as the text of the settings has them. */
  readonly throttle: ThrottleState;
}
