import { formatNumber } from '../../common/format.ts';
import type { EffectVerdict, ExpectedEffect } from '../../monitoring/snapshot/effectWatch.ts';

const EXPECTED: Readonly<Record<ExpectedEffect, string>> = { rises: 'rise', falls: 'fall', stays: 'stay as it was' };

/** What is told when the watch ends. It speaks of what was measured, never of the cause. */
export function effectText({ kind, before, after }: EffectVerdict, expected: ExpectedEffect): string {
  const rate = (value: number | undefined): string => (value === undefined ? 'unknown' : formatNumber(value));
  const figures = `${rate(before)} saves a minute before, ${rate(after)} now`;
  const wish = `should ${EXPECTED[expected]}`;
  switch (kind) {
    case 'moved':
      return `The change is seen in the database: session saves ${wish}, and did: ${figures}.`;
    case 'notMoved':
      return `The change is not seen in the database: session saves ${wish}: ${figures}. Has the whole application been restarted, and does it use these settings?`;
    case 'tooFew':
      return `Whether the change has taken effect can't be told from so few session saves: ${figures}.`;
    case 'unknown':
      return `Whether the change has taken effect can't be told: ${figures}.`;
  }
}

/** For the history: "moved: 1,200 → 40 saves/min". */
export function effectSummary({ kind, before, after }: EffectVerdict): string {
  const rate = (value: number | undefined): string => (value === undefined ? '?' : formatNumber(value));
  const words = {
    moved: 'seen in the database',
    notMoved: 'not seen in the database',
    tooFew: 'too few saves to tell',
    unknown: 'effect unknown',
  };
  return `${words[kind]}, ${rate(before)} → ${rate(after)} saves/min`;
}
