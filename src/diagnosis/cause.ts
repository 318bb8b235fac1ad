import type { Known } from '../common/measured.ts';
import type { CommandId } from '../contributions.ts';
import type { Evidence, EvidenceName } from './evidence/evidence.ts';
import type { Exhibit } from './exhibit.ts';
import type { Symptom } from './symptom.ts';

/** How sure a finding is, in a word, and what it weighs in the ranking. */
export const CONFIDENCES = { certain: 1, likely: 0.8, possible: 0.4 } as const;
export type Confidence = keyof typeof CONFIDENCES;

/** What mends it: a button where there is a command for it, else what to do in words. */
export interface Remedy {
  /** Begins with a verb: "Restore the throttle". */
  readonly title: string;
  readonly command?: CommandId;
  readonly arguments?: readonly unknown[];
  /** What to do by hand, one or two sentences. */
  readonly text?: string;
}

/** What a cause comes to by the evidence. */
export type CauseJudgement =
  | {
      readonly verdict: 'found';
      /** How much of the symptom it explains, 0 to 1: of the saves, of the bytes, of the sessions that ended, of the connections. */
      readonly share: number;
      readonly confidence: Confidence;
      /** What is so, one or two sentences with figures. */
      readonly sentence: string;
      readonly exhibits: readonly Exhibit[];
      /** The first is what helps most. */
      readonly remedies: readonly Remedy[];
    }
  /** It is not so, by what was looked at: one sentence. */
  | { readonly verdict: 'ruledOut'; readonly sentence: string }
  /** What was looked at does not tell: one sentence why, and what to do so that it can. */
  | { readonly verdict: 'unseen'; readonly reason: string; readonly next?: string };

/** One row of the table of causes. */
export interface Cause<N extends EvidenceName = EvidenceName> {
  /** Stable, in kebab case. */
  readonly id: string;
  /** What is wrong, short: "The throttle is off". */
  readonly title: string;
  readonly symptoms: readonly Symptom[];
  /** Without one of these it can't be judged. */
  readonly needs: readonly N[];
  judge(evidence: { readonly [K in N]: Known<Evidence[K]> }, at: Date): CauseJudgement;
}

/** Makes a row whose `judge` is handed what it `needs`, and nothing else. */
export function cause<N extends EvidenceName>(row: Cause<N>): Cause {
  return row;
}
