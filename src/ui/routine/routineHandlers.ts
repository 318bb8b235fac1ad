import { COMMANDS, type CommandHandlers, type RowArgument } from '../../contributions.ts';
import type { CheckOutcome } from '../../diagnosis/routine/checkVerdict.ts';
import { rowArgument } from '../../presentation/rows/rowArgument.ts';
import type { Routine } from './routine.ts';

/** What the commands of the routine checks do; what they need is loaded when one is called. */
export function routineHandlers(routine: Routine) {
  const mark = async (outcome: CheckOutcome, row: RowArgument | string | undefined): Promise<void> => {
    const { markCheck } = await import('./markCheck.ts');
    await markCheck(routine, outcome, rowArgument(row)?.rowId);
  };
  return {
    [COMMANDS.runDueChecks]: async () => {
      const { runDueChecks } = await import('./runChecks.ts');
      await runDueChecks(routine);
    },
    [COMMANDS.runCheck]: async (row) => {
      const { runOneCheck } = await import('./runChecks.ts');
      await runOneCheck(routine, rowArgument(row)?.rowId);
    },
    [COMMANDS.markCheckPassed]: (row) => mark('passed', row),
    [COMMANDS.markCheckFailed]: (row) => mark('failed', row),
    [COMMANDS.markCheckForALook]: (row) => mark('needsALook', row),
    [COMMANDS.showCheckHistory]: async (row) => {
      const { showCheckHistory } = await import('./checkHistory.ts');
      await showCheckHistory(routine, rowArgument(row)?.rowId);
    },
    [COMMANDS.reportChecks]: async () => {
      const { reportChecks } = await import('./reportChecks.ts');
      await reportChecks(routine);
    },
  } satisfies Partial<CommandHandlers>;
}
