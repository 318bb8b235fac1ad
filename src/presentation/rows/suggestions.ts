import { COMMANDS, type CommandId, type RowContext } from '../../contributions.ts';
import type { ProjectThrottle } from '../../django/throttle/describeThrottle.ts';
import type { Symptom } from '../../diagnosis/symptom.ts';
import type { AlertRule } from '../../monitoring/alerts/alertRules.ts';

/** What is known of what an alert may suggest to do something about. */
export interface Circumstances {
  /** undefined: no project is open. */
  readonly throttle?: ProjectThrottle['state'];
  /** undefined: none is known. */
  readonly cleanupService?: { readonly canFollow: boolean; readonly canRestart: boolean };
}

/** One thing that can be done about a firing alert. */
export interface Suggestion {
  /** On the button of the notification. */
  readonly title: string;
  readonly command: CommandId;
  /** The word by which package.json's menus offer it in the alert's row. */
  readonly context: RowContext;
}

type Suggests = NonNullable<AlertRule['suggests']>;

interface Row extends Suggestion {
  /** undefined: of each. */
  readonly for?: Suggests;
  readonly when?: (circumstances: Circumstances) => boolean;
}

const SUGGESTIONS: readonly Row[] = [
  { for: 'cleanup', title: 'Clear Expired…', command: COMMANDS.clearExpired, context: 'canClear' },
  {
    for: 'cleanupService',
    title: 'Restart Service…',
    command: COMMANDS.restartCleanupService,
    context: 'canRestartCleanup',
    when: ({ cleanupService }) => cleanupService?.canRestart === true,
  },
  {
    for: 'cleanupService',
    title: 'Follow Log',
    command: COMMANDS.followCleanupLog,
    context: 'canFollowCleanup',
    when: ({ cleanupService }) => cleanupService?.canFollow === true,
  },
  {
    for: 'throttle',
    title: 'Disable Throttle…',
    command: COMMANDS.disableThrottle,
    context: 'canRollBack',
    when: ({ throttle }) => throttle === 'on' || throttle === 'unknown',
  },
  {
    for: 'throttle',
    title: 'Restore Throttle…',
    command: COMMANDS.restoreThrottle,
    context: 'canRestore',
    when: ({ throttle }) => throttle === 'off' || throttle === 'unknown',
  },
  { title: 'Diagnose…', command: COMMANDS.diagnose, context: 'canDiagnose' },
];

/** What each alert is a sign of. */
const SYMPTOM_OF: Readonly<Record<AlertRule['id'], Symptom>> = {
  'table-size': 'growth',
  'connections-exhausted': 'connections',
  'cleanup-service': 'growth',
  'saves-per-minute': 'load',
  'expired-sessions': 'growth',
  'table-growth': 'growth',
};

/** What to diagnose where an alert fires; undefined: there is no such alert. */
export function symptomOf(ruleId: string): Symptom | undefined {
  return Object.entries(SYMPTOM_OF).find(([id]) => id === ruleId)?.[1];
}

/** What fits the rule now, in the order in which it is offered. */
export function suggestionsFor(rule: AlertRule, circumstances: Circumstances): readonly Suggestion[] {
  return SUGGESTIONS.filter(
    (row) => (row.for ?? rule.suggests) === rule.suggests && (row.when === undefined || row.when(circumstances)),
  );
}
