import type { Problem } from '../../common/problem.ts';
import type { RowContext } from '../../contributions.ts';
import {
  abilitiesOf,
  isOld,
  type ServiceSetup,
  type ServiceState,
} from '../../monitoring/cleanupService/serviceState.ts';
import { VERDICTS, type Verdict } from '../../services/cleanupService/verdict.ts';
import type { Row, RowIcon } from '../rows/row.ts';
import { escapeMarkdown } from '../texts/hover.ts';
import { readAge } from '../texts/readAge.ts';
import { findingTexts, missingHover, scheduleText, serviceHover } from '../texts/serviceHover.ts';
import { detailRows } from './serviceDetails.ts';

const ICONS: Readonly<Record<Verdict, RowIcon>> = {
  healthy: { id: 'pass', color: 'testing.iconPassed' },
  late: { id: 'watch', color: 'list.warningForeground' },
  deletingNothing: { id: 'warning', color: 'list.warningForeground' },
  failing: { id: 'error', color: 'list.errorForeground' },
  stopped: { id: 'stop-circle', color: 'list.errorForeground' },
  notFound: { id: 'search-stop', color: 'list.errorForeground' },
  engineUnreachable: { id: 'debug-disconnect', color: 'list.warningForeground' },
  unknown: { id: 'question', color: 'disabledForeground' },
};
const WARNING: RowIcon = { id: 'warning', color: 'list.warningForeground' };

/** Of the row; those below it begin with it. */
const ID = 'operation/cleanupService';
const LABEL = 'Cleanup service';

/** The service that clears expired sessions: how it stands, and below it what that rests on. undefined: not looked at yet. */
export function cleanupServiceRow(state: ServiceState | undefined, now: Date): Row | undefined {
  if (state === undefined) return undefined;
  const { setup, reading, status } = state;
  if (setup.service === undefined) return setup.problems.length === 0 ? missingRow(setup) : unusableRow(setup.problems);
  if (reading === undefined || status === undefined) {
    const description = 'reading its state…';
    return { id: ID, label: LABEL, description, icon: { id: 'loading~spin' }, context: ['cleanupService'] };
  }
  const age = isOld(state, now) ? ` · read ${readAge(reading.at, now)}` : '';
  const description = `${status.summary}${age}`;
  return {
    id: ID,
    label: LABEL,
    description,
    icon: ICONS[status.verdict],
    context: ['value', ...serviceContext(state)],
    copy: [status.sentence, status.next].filter(Boolean).join(' '),
    accessible: `Cleanup service ${reading.name}: ${description}`,
    hover: () => serviceHover(state, now),
    children: [...problemRows(setup.problems), ...commandRow(setup), ...detailRows(state, ID)],
  };
}

/** For the line of the node "Operations"; undefined: nothing worth it. */
export function cleanupServiceWord(state: ServiceState | undefined): string | undefined {
  return state?.status === undefined ? undefined : `cleanup service ${VERDICTS[state.status.verdict].title}`;
}

function serviceContext(state: ServiceState): readonly RowContext[] {
  const abilities = abilitiesOf(state);
  return [
    'cleanupService',
    ...(abilities?.canFollow === true ? (['canFollowCleanup'] as const) : []),
    ...(abilities?.canRestart === true ? (['canRestartCleanup'] as const) : []),
    ...(state.setup.candidate === undefined ? [] : (['canOpenCompose'] as const)),
  ];
}

/** Many projects have none: nothing is wrong with that, and nothing to be told but how it would be known. */
function missingRow(setup: ServiceSetup): Row {
  const [schedule] = setup.schedules;
  return {
    id: ID,
    label: LABEL,
    description: schedule === undefined ? 'not configured' : `by ${scheduleText(schedule)}, not watched`,
    icon: { id: schedule === undefined ? 'circle-outline' : 'calendar' },
    context: ['cleanupService', ...(schedule === undefined ? [] : (['canOpenCompose'] as const))],
    hover: () => missingHover(setup),
  };
}

function unusableRow(problems: readonly Problem[]): Row {
  const [first] = problems;
  return {
    id: ID,
    label: LABEL,
    description: first?.why ?? '',
    icon: WARNING,
    context: ['value', 'cleanupService'],
    copy: first?.message ?? '',
    accessible: `Cleanup service: ${first?.message ?? ''}`,
    hover: () => escapeMarkdown(first?.message ?? ''),
    children: problemRows(problems),
  };
}

/** What is wrong with the command in the compose file; undefined: nothing. */
function commandRow({ candidate }: ServiceSetup): Row[] {
  const texts = findingTexts(candidate);
  const [first] = texts;
  if (first === undefined) return [];
  const hover = (): string => `**Command:**\n\n${texts.map((text) => `- ${escapeMarkdown(text)}`).join('\n')}`;
  const context = ['value'] as const;
  return [
    { id: `${ID}/command`, label: 'Command', description: first, icon: WARNING, context, copy: texts.join(' '), hover },
  ];
}

function problemRows(problems: readonly Problem[]): Row[] {
  return problems.map((problem, i) => ({
    id: `${ID}/problem/${String(i)}`,
    label: problem.what,
    description: problem.why,
    icon: WARNING,
    context: ['value'],
    copy: problem.message,
    hover: () => escapeMarkdown(problem.message),
  }));
}
