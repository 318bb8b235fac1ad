import { formatPercent } from '../../common/format.ts';
import type { Confidence } from '../cause.ts';
import type { Diagnosis, Finding } from '../diagnose.ts';
import { SYMPTOMS } from '../symptom.ts';

const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  certain: 'certain',
  likely: 'likely',
  possible: 'possible, not sure',
};

/** "explains about 85 % of it, certain" */
export function weightText({ share, confidence }: Pick<Finding, 'share' | 'confidence'>): string {
  const part = share >= 0.995 ? 'explains all of it' : `explains about ${formatPercent(share)} of it`;
  return `${share < 0.005 ? 'explains little of it' : part}, ${CONFIDENCE_WORDS[confidence]}`;
}

/** What was asked: "High database load", or of everything. */
export function askedText({ symptom }: Pick<Diagnosis, 'symptom'>): string {
  return symptom === undefined ? 'Everything that is known' : SYMPTOMS[symptom];
}

/** The whole of it in one sentence, for a notification and for the dashboard. */
export function diagnosisSentence(diagnosis: Diagnosis): string {
  const { findings, unseen } = diagnosis;
  const [first, ...more] = findings;
  const blind = unseen.length === 0 ? '' : ` ${countOf(unseen.length, 'cause')} could not be looked at.`;
  if (first === undefined) return `${askedText(diagnosis)}: nothing was found.${blind}`;
  const others = more.length === 0 ? '' : `, and ${countOf(more.length, 'more finding')}`;
  return `${askedText(diagnosis)}: ${lowerFirst(first.cause.title)} (${weightText(first)})${others}.${blind}`;
}

export function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** Not of what begins with a name or an abbreviation: SESSION_COOKIE_AGE, VACUUM. */
function lowerFirst(text: string): string {
  return /^[A-Z][^A-Z_]*\b/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
