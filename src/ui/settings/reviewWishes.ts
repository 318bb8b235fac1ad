import { wishesText } from '../../presentation/operations/wishRows.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import type { Approvals } from './approvals.ts';

const ALLOW = 'Allow';

/** Shows all that waits with its whole lines, and lets it be allowed. */
export async function reviewWishes(approvals: Approvals): Promise<void> {
  approvals.look();
  const { waiting } = approvals;
  if (waiting.length === 0) {
    void showInformationMessage('Nothing of this workspace waits for you to allow it.');
    return;
  }
  const detail = `${wishesText(waiting)}\n\nIt is remembered for this workspace until one of these changes. Not allowed, your own settings and the defaults are used.`;
  const chosen = await showWarningMessage('Allow what this workspace wants?', { modal: true, detail }, ALLOW);
  // What was shown, and not what may have come meanwhile.
  if (chosen === ALLOW) await approvals.allow(waiting);
}
