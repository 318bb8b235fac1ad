import { OUTCOMES } from '../../diagnosis/routine/checkVerdict.ts';
import { PERIODS } from '../../diagnosis/routine/period.ts';
import type { RoutineCheck } from '../../diagnosis/routine/routineCheck.ts';
import { isDue } from '../../diagnosis/routine/standing.ts';
import { checkOfRow } from '../../presentation/routine/checkRows.ts';
import { inertIcons } from '../../presentation/texts/inertText.ts';
import { showQuickPick } from '../common/messages.ts';
import type { Routine } from './routine.ts';

/** The check of the row, or the one that a person picks; what is due stands first. */
export async function chooseCheck(
  routine: Routine,
  row: string | undefined,
  title: string,
): Promise<RoutineCheck | undefined> {
  const named = routine.checks.find(({ id }) => id === checkOfRow(row));
  if (named !== undefined) return named;
  const standings = routine.standings(new Date());
  const sorted = [...standings.filter(isDue), ...standings.filter((one) => !isDue(one))];
  const chosen = await showQuickPick(
    sorted.map(({ check, last, state }) => ({
      label: inertIcons(check.title),
      description: state in OUTCOMES && last !== undefined ? OUTCOMES[last.outcome].word : state,
      detail: inertIcons(`${PERIODS[check.period].label}. ${check.what}`),
      check,
    })),
    { title },
  );
  return chosen?.check;
}
