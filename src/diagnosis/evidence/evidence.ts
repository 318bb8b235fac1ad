import type { DatabaseEvidence } from './databaseEvidence.ts';
import type { SiteEvidence } from './siteEvidence.ts';

/** Everything that causes are judged by, each piece by its name. What it is read from is known to the sources alone. */
export interface Evidence extends DatabaseEvidence, SiteEvidence {}

export type EvidenceName = keyof Evidence;
