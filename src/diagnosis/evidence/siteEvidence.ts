import type { ThrottleState } from '../../django/throttle/throttleState.ts';

/** What the project, its logs and what was done from here say. */
export interface SiteEvidence {
  /** The throttle and the session settings, as the text of the settings has them. */
  readonly throttle: ThrottleState;
}

/** What is looked at, as the progress says it. */
export const SITE_LOOKS: Readonly<Record<keyof SiteEvidence, string>> = {
  throttle: 'the settings',
};
