import { isKnown, type Known } from '../common/measured.ts';
import { CONFIDENCES, type Cause, type CauseJudgement } from './cause.ts';
import { CAUSES } from './causes/causes.ts';
import type { Evidence, EvidenceName } from './evidence/evidence.ts';
import { gather, type EvidenceSources, type Gathered } from './evidence/gather.ts';
import type { Symptom } from './symptom.ts';

type FoundCause = Extract<CauseJudgement, { verdict: 'found' }>;

export interface Finding extends FoundCause {
  readonly cause: Cause;
}

/** What was looked for and what came of it. */
export interface Diagnosis {
  /** undefined: everything was looked for. */
  readonly symptom: Symptom | undefined;
  readonly at: Date;
  /** The one that explains most of it first. */
  readonly findings: readonly Finding[];
  readonly ruledOut: readonly { readonly cause: Cause; readonly sentence: string }[];
  /** What could not be judged, and why. */
  readonly unseen: readonly { readonly cause: Cause; readonly reason: string; readonly next?: string }[];
}

export interface DiagnoseOptions {
  readonly symptom?: Symptom;
  readonly signal: AbortSignal;
  /** Which piece of evidence is looked at, how many were, and of how many. */
  readonly onProgress?: (name: EvidenceName, done: number, of: number) => void;
  readonly causes?: readonly Cause[];
}

/**
 * Gathers what the causes of a symptom need, judges each, and ranks what was found by how much of the symptom it explains
 * times how sure that is.
 *
 * @throws what `signal` was aborted with; evidence that can't be had is part of the result instead.
 */
export async function diagnose(sources: EvidenceSources, options: DiagnoseOptions): Promise<Diagnosis> {
  const { symptom, signal, onProgress, causes = CAUSES } = options;
  const asked = causes.filter(({ symptoms }) => symptom === undefined || symptoms.includes(symptom));
  const names = [...new Set(asked.flatMap(({ needs }) => needs))];
  const gathered = await gather(sources, names, signal, (name, done) => onProgress?.(name, done, names.length));
  const at = new Date();
  const judged = asked.map((cause) => ({ cause, judgement: judge(cause, gathered, at) }));
  return {
    symptom,
    at,
    findings: judged
      .flatMap(({ cause, judgement }) => (judgement.verdict === 'found' ? [{ cause, ...judgement }] : []))
      .sort((one, other) => weight(other) - weight(one)),
    ruledOut: judged.flatMap(({ cause, judgement }) =>
      judgement.verdict === 'ruledOut' ? [{ cause, sentence: judgement.sentence }] : [],
    ),
    unseen: judged.flatMap(({ cause, judgement }) => {
      if (judgement.verdict !== 'unseen') return [];
      const { reason, next } = judgement;
      return [{ cause, reason, ...(next === undefined ? {} : { next }) }];
    }),
  };
}

function weight({ share, confidence }: FoundCause): number {
  return share * CONFIDENCES[confidence];
}

function judge(cause: Cause, gathered: Gathered, at: Date): CauseJudgement {
  const known: Partial<Record<EvidenceName, Known<unknown>>> = {};
  for (const name of cause.needs) {
    const piece = gathered[name];
    if (piece === undefined || !isKnown<unknown>(piece)) {
      const { reason, next } = piece ?? { reason: 'It was not looked at.' };
      return { verdict: 'unseen', reason, ...(next === undefined ? {} : { next }) };
    }
    known[name] = piece;
  }
  // Each of its needs was put in above.
  return cause.judge(known as { readonly [K in EvidenceName]: Known<Evidence[K]> }, at);
}
