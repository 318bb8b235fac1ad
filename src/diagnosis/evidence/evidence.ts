import { DATABASE_LOOKS, type DatabaseEvidence } from './databaseEvidence.ts';
import { SITE_LOOKS, type SiteEvidence } from './siteEvidence.ts';

/** Everything that causes are judged by, each piece by its name. What it is read from is known to the sources alone. */
export interface Evidence extends DatabaseEvidence, SiteEvidence {}

export type EvidenceName = keyof Evidence;

/** What is looked at, as the progress says it: "the settings". */
export const LOOKS: Readonly<Record<EvidenceName, string>> = { ...DATABASE_LOOKS, ...SITE_LOOKS };
