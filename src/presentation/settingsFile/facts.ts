import type { ThrottlePlace } from '../../django/settings/model/settingsOutline.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';

/** What lenses and hovers say beside what the text says: measured figures, and what is known of this file. */
export interface SettingsFacts {
  /** undefined: nothing has been read yet. */
  readonly figures?: {
    readonly snapshot: Snapshot;
    /** Readings fail or rest: the figures are old, and it has to be said. */
    readonly old: boolean;
    /** Name of the connection that they come from. */
    readonly connection: string;
  };
  /** When the rollback was made that switched the throttle off in this file; undefined: by hand, or on another machine. */
  readonly offSince?: Date;
  /** The settings module that the project uses, when this file is no part of it. */
  readonly activeModule?: string;
  /** Where the project decides about the throttle, when that is in this file: in a list of another name, for one. */
  readonly deciding?: ThrottlePlace;
  /** Seconds, where it could be read from the source of the middleware or the settings. */
  readonly intervalSeconds?: number;
  readonly locale: string;
  readonly now: Date;
}
