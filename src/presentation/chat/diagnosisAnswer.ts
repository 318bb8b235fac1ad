import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { SYMPTOMS, type Symptom } from '../../diagnosis/symptom.ts';
import { answerHead, connectedState, type ToolFacts } from './toolFacts.ts';
import { choiceIn, inputObject } from './toolInput.ts';

const MOST_CHARACTERS = 400;

/** @param look gathers the evidence and judges it, for some seconds */
export async function diagnosisAnswer(
  input: unknown,
  facts: ToolFacts,
  look: (symptom: Symptom | undefined) => Promise<Diagnosis>,
): Promise<object> {
  const { symptom } = inputObject(input, ['symptom']);
  const asked = choiceIn(symptom, 'symptom', Object.keys(SYMPTOMS) as Symptom[]);
  connectedState(facts);
  return { ...answerHead(facts), ...diagnosisFacts(await look(asked)) };
}

/** Sentences with figures; without what findings rest on, where queries, rows and lines of logs stand. */
export function diagnosisFacts({ symptom, at, findings, ruledOut, unseen }: Diagnosis): object {
  return {
    symptom: symptom === undefined ? 'all' : SYMPTOMS[symptom],
    at: at.toISOString(),
    findings: findings.map(({ cause, share, confidence, sentence, remedies }) => ({
      cause: cause.id,
      title: cause.title,
      explains: Number(share.toFixed(3)),
      confidence,
      sentence: clipped(sentence),
      remedies: remedies.map(({ title, text }) => (text === undefined ? title : `${title}: ${clipped(text)}`)),
    })),
    ruledOut: ruledOut.map(({ cause }) => cause.title),
    unseen: unseen.map(({ cause, reason }) => ({ cause: cause.title, why: clipped(reason) })),
  };
}

function clipped(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
