import { unknown } from '../../common/measured.ts';
import type { SourcesOf } from '../../diagnosis/evidence/gather.ts';
import type { SiteEvidence } from '../../diagnosis/evidence/siteEvidence.ts';
import type { InvestigationParts } from '../investigation.ts';

/** What the project, its logs and what was done from here say. */
export function siteSources({ rollback }: InvestigationParts): SourcesOf<SiteEvidence> {
  return {
    throttle: async () => {
      const state = await rollback.watch.read();
      if (state === undefined) return unknown('No Django project is open.', 'Open the folder of the project.');
      return { how: 'exact', value: state, at: new Date() };
    },
  };
}
