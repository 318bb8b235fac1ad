import { isKnown } from '../../common/measured.ts';
import { COMMANDS, type ButtonId, type CommandId } from '../../contributions.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { circumstancesOf, type Operations } from '../operations/operationRows.ts';
import type { AppState } from '../rows/appState.ts';
import { suggestionsFor } from '../rows/suggestions.ts';

/** A button: `command` is its id there, too. */
export interface Button {
  readonly label: string;
  readonly command: ButtonId;
  /** What is likely to help now. */
  readonly primary?: boolean;
}

interface Standing {
  readonly label: string;
  readonly command: CommandId;
  readonly fits: (operations: Operations, snapshot: Snapshot | undefined) => boolean;
}

/** What can be done without an alert that asks for it, where it makes sense. */
const STANDING: readonly Standing[] = [
  {
    label: 'Clear Expired…',
    command: COMMANDS.clearExpired,
    fits: (_, snapshot) => {
      const expired = snapshot?.metrics.sessions.expired;
      return expired !== undefined && isKnown(expired) && expired.value > 0;
    },
  },
  {
    label: 'Disable Throttle…',
    command: COMMANDS.disableThrottle,
    fits: ({ throttle }) => throttle?.throttle.state === 'on',
  },
  {
    label: 'Full Rollback…',
    command: COMMANDS.fullRollback,
    fits: ({ throttle }) => throttle?.throttle.state === 'on',
  },
  {
    label: 'Restore Throttle…',
    command: COMMANDS.restoreThrottle,
    fits: ({ throttle }) => throttle?.throttle.state === 'off',
  },
  {
    // Only then is it of use for what this extension does: the settings have changed, and the application runs with the old ones.
    label: 'Restart Application…',
    command: COMMANDS.restartApplication,
    fits: ({ rollbacks: [newest] }) => newest !== undefined && newest.undone !== true && newest.restart === undefined,
  },
  { label: 'Diagnose…', command: COMMANDS.diagnose, fits: (_, snapshot) => snapshot !== undefined },
];

/** What the firing alerts suggest and what else fits, each once. */
export function offeredActions(
  { alerts, monitor }: Extract<AppState, { kind: 'connected' }>,
  operations: Operations,
): readonly Button[] {
  const circumstances = circumstancesOf(operations);
  const suggested = alerts
    .filter(({ status }) => status === 'firing')
    .flatMap(({ rule }) => suggestionsFor(rule, circumstances))
    .map(({ title, command }, i): Button => ({ label: title, command, primary: i === 0 }));
  const standing = STANDING.filter(({ fits }) => fits(operations, monitor.snapshot));
  const all = [...suggested, ...standing.map(({ label, command }): Button => ({ label, command }))];
  return all.filter(({ command }, i) => all.findIndex((one) => one.command === command) === i);
}
