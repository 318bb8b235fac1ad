import { entriesText } from '../../monitoring/metrics/saves.ts';
import type { SearchedCode } from '../../monitoring/saves/suspects.ts';
import type { SaveEvidence } from '../../postgres/table/saveEvidence.ts';
import { causeText } from '../tree/writerRows.ts';

/** As the protocol allows. */
const LONGEST_REMARK = 1_000;

/** What the saves change, and the likeliest cause, under the chart of the saves. */
export function chartRemarks(
  evidence: SaveEvidence | undefined,
  code: SearchedCode | undefined,
): readonly { readonly chart: string; readonly text: string }[] {
  const [first] = evidence?.changes ?? [];
  if (evidence === undefined || first === undefined) return [];
  const cause = code === undefined ? undefined : causeText(evidence, code);
  const changed = `${first.saves} of ${evidence.saves} saves changed ${entriesText(first.entries)}`;
  const text = `${changed}.${cause === undefined ? '' : ` Likeliest cause: ${cause}.`}`;
  return [{ chart: 'saves', text: text.slice(0, LONGEST_REMARK) }];
}
