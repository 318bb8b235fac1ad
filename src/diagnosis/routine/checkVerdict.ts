/** What a routine check comes to. What can't be known needs a look; it never passes. */
export const OUTCOMES = {
  passed: { word: 'passed', many: 'passed' },
  failed: { word: 'failed', many: 'failed' },
  needsALook: { word: 'needs a look', many: 'need a look' },
} as const;

export type CheckOutcome = keyof typeof OUTCOMES;

export function isOutcome(value: unknown): value is CheckOutcome {
  return typeof value === 'string' && Object.hasOwn(OUTCOMES, value);
}

export interface CheckVerdict {
  readonly outcome: CheckOutcome;
  /** Sentences with figures; the first says what decided it. */
  readonly evidence: readonly string[];
}

/** One thing that was looked at, in a sentence. 'told': it decides nothing. */
export interface CheckPart {
  readonly outcome: CheckOutcome | 'told';
  readonly sentence: string;
}

export const succeeds = (sentence: string): CheckPart => ({ outcome: 'passed', sentence });
export const fails = (sentence: string): CheckPart => ({ outcome: 'failed', sentence });
export const look = (sentence: string): CheckPart => ({ outcome: 'needsALook', sentence });
export const told = (sentence: string): CheckPart => ({ outcome: 'told', sentence });

/** The worst first: what is wrong tells more than what can't be known. */
const RANK: readonly CheckPart['outcome'][] = ['failed', 'needsALook', 'passed', 'told'];

/** All parts together: as bad as the worst of them. It takes one that passes to pass. */
export function verdictOf(parts: readonly CheckPart[]): CheckVerdict {
  const sorted = parts.toSorted((a, b) => RANK.indexOf(a.outcome) - RANK.indexOf(b.outcome));
  const worst = sorted[0]?.outcome ?? 'told';
  return {
    outcome: worst === 'told' ? 'needsALook' : worst,
    evidence: sorted.map(({ sentence }) => sentence),
  };
}
