import { OUTCOMES, type CheckOutcome } from '../../diagnosis/routine/checkVerdict.ts';
import { askText } from '../common/steps.ts';
import { chooseCheck } from './chooseCheck.ts';
import type { Routine } from './routine.ts';

/** A note is read in a row and in a report. */
const MOST_NOTE = 1000;

/** A person has looked, and says what came of it. What they looked at is kept beside it. */
export async function markCheck(routine: Routine, outcome: CheckOutcome, row: string | undefined): Promise<void> {
  const { word } = OUTCOMES[outcome];
  const check = await chooseCheck(routine, row, `Mark which check as ${word}?`);
  if (check === undefined) return;
  const answer = await askText(
    {
      title: `Mark "${check.title}" as ${word}`,
      prompt: 'A note for those who read it later. It may stay empty.',
      validate: (text) => (text.length > MOST_NOTE ? `A note has at most ${MOST_NOTE} characters.` : undefined),
    },
    { step: 1, totalSteps: 0 },
  );
  if (answer.kind !== 'answer') return;
  const last = routine.standings(new Date()).find((standing) => standing.check.id === check.id)?.last;
  const evidence = last?.evidence ?? [];
  await routine.keep(check, { outcome, by: 'person', note: answer.value.trim(), evidence });
}
