import type { Snapshot } from './snapshot.ts';

/** What a snapshot holds that is known from elsewhere than the database. */
type Findings = Pick<Snapshot, 'cleanupService' | 'application'>;

/** Has the newest finding of one kind at hand. Asked for each snapshot, because what it has found may be too old by then. */
export interface Source<T> {
  readonly current: T | undefined;
}

/** Where the polls hand over what they find, whatever monitor takes snapshots then. Each announces itself once. */
export class SnapshotSources {
  readonly #sources: { [K in keyof Findings]?: Source<Findings[K]> } = {};

  add<K extends keyof Findings>(kind: K, source: Source<Findings[K]>): void {
    this.#sources[kind] = source as never; // of just this kind, which TypeScript can't follow through the key
  }

  /** What is known now. */
  get findings(): Findings {
    const [cleanupService, application] = [this.#sources.cleanupService?.current, this.#sources.application?.current];
    return { ...(cleanupService && { cleanupService }), ...(application && { application }) };
  }
}
