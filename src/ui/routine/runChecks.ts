import { Problem } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import type { CheckRecord } from '../../diagnosis/routine/checkRecord.ts';
import { OUTCOMES, type CheckOutcome } from '../../diagnosis/routine/checkVerdict.ts';
import { runCheck } from '../../diagnosis/routine/gatherChecks.ts';
import type { RoutineCheck } from '../../diagnosis/routine/routineCheck.ts';
import { isDue } from '../../diagnosis/routine/standing.ts';
import { recordText, ROUTINE_ROW } from '../../presentation/routine/checkRows.ts';
import { showInformationMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { runCommand } from '../common/runCommand.ts';
import { chooseCheck } from './chooseCheck.ts';
import type { Routine } from './routine.ts';

const SHOW = 'Show';

export async function runDueChecks(routine: Routine): Promise<void> {
  const due = routine.standings(new Date()).filter(isDue);
  if (due.length === 0) void showInformationMessage('No routine check is due.');
  else
    await run(
      routine,
      due.map(({ check }) => check),
    );
}

export async function runOneCheck(routine: Routine, row: string | undefined): Promise<void> {
  const check = await chooseCheck(routine, row, 'Run which check?');
  if (check !== undefined) await run(routine, [check]);
}

/** One after the other; what was done before a cancel is kept. */
async function run(routine: Routine, checks: readonly RoutineCheck[]): Promise<void> {
  const ids = checks.map(({ id }) => id);
  const records: CheckRecord[] = [];
  const isDone = await routine.whileRunning(ids, () =>
    withCancel('Running routine checks', async ({ signal, report }) => {
      try {
        for (const [i, check] of checks.entries()) {
          signal.throwIfAborted();
          report(check.title, i / checks.length);
          const { sources } = routine;
          if (sources === undefined) throw new Problem(NOTHING_WATCHED);
          const verdict = await runCheck(check, sources, new Date(), signal);
          const record = await routine.keep(check, { ...verdict, by: 'evidence', note: '' });
          if (record !== undefined) records.push(record);
        }
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        throw error;
      }
    }),
  );
  const chosen = await showInformationMessage(resultText(records, isDone, checks.length), SHOW);
  if (chosen === SHOW) await runCommand(COMMANDS.showRow, { rowId: ROUTINE_ROW });
}

function resultText(records: readonly CheckRecord[], isDone: boolean, asked: number): string {
  const [first] = records;
  if (isDone && asked === 1 && first !== undefined) return recordText(first);
  const counts = (Object.keys(OUTCOMES) as CheckOutcome[]).map((outcome) => {
    const count = records.filter((record) => record.outcome === outcome).length;
    return `${count} ${OUTCOMES[outcome][count === 1 ? 'word' : 'many']}`;
  });
  const text = `${records.length} of ${asked} routine checks were made: ${counts.join(', ')}.`;
  return isDone ? text : `Cancelled. ${text}`;
}

const NOTHING_WATCHED = {
  code: 'checks-nothing-watched',
  what: 'The routine checks were not made',
  why: 'No database is watched any more.',
  next: 'Choose a connection, and run them again.',
  transient: false,
};
