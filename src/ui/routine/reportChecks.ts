import { readSignIns } from '../../diagnosis/routine/gatherChecks.ts';
import { daysLater } from '../../diagnosis/routine/period.ts';
import { checkReport } from '../../presentation/routine/checkReport.ts';
import { showQuickPick } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { showReport } from '../common/showReport.ts';
import { checkedBy } from '../../presentation/routine/checkedBy.ts';
import type { Routine } from './routine.ts';

const SPANS = [
  { label: 'The last 7 days', days: 7 },
  { label: 'The last 30 days', days: 30 },
  { label: 'The last 90 days', days: 90 },
  { label: 'The last year', days: 365 },
];

/** A summary over a period as Markdown beside the editor, which can be saved as any text. */
export async function reportChecks(routine: Routine): Promise<void> {
  const of = checkedBy(routine.parts.app.active);
  const { sources } = routine;
  if (of === undefined || sources === undefined) return;
  const chosen = await showQuickPick(SPANS, { title: 'Report Routine Checks', placeHolder: 'Of what time?' });
  if (chosen === undefined) return;
  const to = new Date();
  const range = { from: daysLater(to, -chosen.days), to };
  const days = await withCancel('Reporting routine checks', async ({ signal, report }) => {
    report('Counting sign-ins and sign-outs');
    try {
      return await readSignIns(sources, range, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
  if (days === undefined) return;
  const records = routine.records.filter(({ at }) => new Date(at) >= range.from);
  await showReport(checkReport({ of, range, standings: routine.standings(to), records, days }));
}
