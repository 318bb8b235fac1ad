import type { CheckRecord } from '../../diagnosis/routine/checkRecord.ts';
import { OUTCOMES } from '../../diagnosis/routine/checkVerdict.ts';
import { daysLater, PERIODS, startOfDay } from '../../diagnosis/routine/period.ts';
import { isDue, summaryOfStandings, type CheckStanding } from '../../diagnosis/routine/standing.ts';
import type { Row, RowIcon } from '../rows/row.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';

/** What the node "Routine checks" is drawn from. */
export interface RoutineState {
  readonly standings: readonly CheckStanding[];
  /** Ids of the checks that are being made. */
  readonly running: ReadonlySet<string>;
  /** What is wrong with the team's own checks in the setting. */
  readonly problems: readonly string[];
}

export const ROUTINE_ROW = 'routineChecks';
const PREFIX = 'routineCheck/';

export function checkOfRow(rowId: string | undefined): string | undefined {
  return rowId?.startsWith(PREFIX) === true ? rowId.slice(PREFIX.length) : undefined;
}

/** Closed: its summary is enough on most days. */
export function routineRow({ standings, running, problems }: RoutineState, now: Date): Row {
  const text = summaryOfStandings(standings);
  const wrong = problems.length === 0 ? '' : `, ${problems.length} wrong in the settings`;
  const description = `${text}${wrong}`;
  return {
    id: ROUTINE_ROW,
    label: 'Routine checks',
    description,
    icon: { id: 'checklist' },
    context: ['routineChecks'],
    accessible: `Routine checks: ${description}`,
    hover: () =>
      paragraphs([
        'What is looked at each day, week and month. Each check gathers its evidence by itself; what can’t be known needs a look, and never passes.',
        'Your team’s own are added in the settings.',
      ]),
    children: [
      ...problems.map(problemRow),
      ...standings.map((standing) => checkRow(standing, running.has(standing.check.id), now)),
    ],
  };
}

function problemRow(problem: string, i: number): Row {
  return {
    id: `${ROUTINE_ROW}/problem/${i}`,
    label: 'Not a check',
    description: problem,
    icon: { id: 'warning', color: 'list.warningForeground' },
    context: ['value'],
    copy: problem,
    accessible: `Not a check: ${problem}`,
    hover: () => escapeMarkdown(`djangoSessionMonitor.routineChecks.additional: ${problem}`),
  };
}

const ICONS: Readonly<Record<CheckStanding['state'], RowIcon>> = {
  passed: { id: 'pass', color: 'testing.iconPassed' },
  failed: { id: 'error', color: 'list.errorForeground' },
  needsALook: { id: 'eye', color: 'list.warningForeground' },
  due: { id: 'circle-large-outline' },
  overdue: { id: 'watch', color: 'list.warningForeground' },
};

function checkRow(standing: CheckStanding, isRunning: boolean, now: Date): Row {
  const { check, last, state } = standing;
  const description = isRunning ? 'running…' : standingText(standing, now);
  const id = `${PREFIX}${check.id}`;
  return {
    id,
    label: check.short,
    description,
    icon: isRunning ? { id: 'loading~spin' } : ICONS[state],
    context: ['routineCheck', 'value'],
    copy: last === undefined ? `${check.title}: ${description}` : recordText(last),
    accessible: `${check.title}, ${PERIODS[check.period].label.toLowerCase()}: ${description}`,
    hover: () => checkHover(standing, now),
    ...(last === undefined ? {} : { children: evidenceRows(id, last) }),
  };
}

function evidenceRows(id: string, { evidence, note }: CheckRecord): readonly Row[] {
  const noted = note === '' ? [] : [{ text: `Note: ${note}`, icon: { id: 'note' } }];
  return [...noted, ...evidence.map((text) => ({ text, icon: { id: 'dash' } }))].map(({ text, icon }, i) => ({
    id: `${id}/${i}`,
    label: text,
    icon,
    context: ['value'],
    copy: text,
    hover: () => escapeMarkdown(text),
  }));
}

/** "passed, due tomorrow" */
function standingText(standing: CheckStanding, now: Date): string {
  const { last, due, state } = standing;
  if (state === 'overdue') return due === undefined ? 'overdue, never done' : `overdue since ${dayWord(due, now)}`;
  if (last === undefined || due === undefined) return 'due, never done';
  return state === 'due'
    ? `due today, ${OUTCOMES[last.outcome].word} before`
    : `${OUTCOMES[state].word}, due ${dayWord(due, now)}`;
}

/** "today", "tomorrow", "yesterday", "4 Dec". */
function dayWord(day: Date, now: Date): string {
  const today = startOfDay(now);
  const words = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' };
  const found = Object.entries(words).find(([days]) => daysLater(today, Number(days)).getTime() === day.getTime());
  return found?.[1] ?? day.toLocaleDateString('en', { day: 'numeric', month: 'short' });
}

function checkHover(standing: CheckStanding, now: Date): string {
  const { check, last } = standing;
  return paragraphs([
    `**${escapeMarkdown(check.title)}:** ${escapeMarkdown(standingText(standing, now))}`,
    escapeMarkdown(`${PERIODS[check.period].label}. ${check.what}`),
    ...(last === undefined ? [] : [escapeMarkdown(`${whoText(last)} on ${dateText(last)}:`), listOf(last)]),
    ...(isDue(standing) ? ['*Run it* by its button.'] : []),
  ]);
}

function listOf({ note, evidence }: CheckRecord): string {
  return [...(note === '' ? [] : [`Note: ${note}`]), ...evidence].map((text) => `- ${escapeMarkdown(text)}`).join('\n');
}

function whoText({ outcome, by }: CheckRecord): string {
  const { word } = OUTCOMES[outcome];
  return by === 'person' ? `Marked as ${word}` : word.charAt(0).toUpperCase() + word.slice(1);
}

function dateText({ at }: CheckRecord): string {
  return new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}

/** "Verify session table size is stable: passed. The table grew …", for annotations, the clipboard and notifications. */
export function recordText(record: CheckRecord): string {
  const [first = ''] = record.note === '' ? record.evidence : [`Note: ${record.note}`];
  const marked = record.by === 'person' ? 'marked as ' : '';
  return `${record.title}: ${marked}${OUTCOMES[record.outcome].word}. ${first}`.trim();
}
