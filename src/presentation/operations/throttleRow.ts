import { basename, relative } from 'node:path';
import { formatDuration } from '../../common/format.ts';
import { COMMANDS, type RowContext } from '../../contributions.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { Row, RowIcon } from '../rows/row.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';

interface StateText {
  readonly word: string;
  readonly icon: RowIcon;
  readonly context: readonly RowContext[];
}

export const THROTTLE_STATES: Readonly<Record<ThrottleState['throttle']['state'], StateText>> = {
  on: { word: 'on', icon: { id: 'pass', color: 'testing.iconPassed' }, context: ['value', 'throttle', 'canRollBack'] },
  off: {
    word: 'off',
    icon: { id: 'circle-slash', color: 'list.warningForeground' },
    context: ['value', 'throttle', 'canRestore'],
  },
  absent: { word: 'not in the settings', icon: { id: 'circle-outline' }, context: ['value'] },
  unknown: {
    word: 'unknown',
    icon: { id: 'question', color: 'disabledForeground' },
    context: ['value', 'canRollBack', 'canRestore'],
  },
};

/** The throttle: its state, its interval, and the file that decides. */
export function throttleRow(state: ThrottleState): Row {
  const { throttle, project, source } = state;
  const { word, icon, context } = THROTTLE_STATES[throttle.state];
  const interval = source?.interval;
  const every = throttle.state === 'on' && interval !== undefined ? `, every ${formatDuration(interval.seconds)}` : '';
  const where = throttle.place === undefined ? '' : ` · ${relative(project.root, throttle.place.file)}`;
  const [likely] = state.likely ?? [];
  const perhaps = likely === undefined ? '' : `; is it ${classOf(likely.path)}?`;
  const description = `${word}${every}${where}${perhaps}`;
  return {
    id: 'operation/throttle',
    label: 'Throttle',
    description,
    icon,
    context: source === undefined ? context : [...context, 'throttleSource'],
    copy: [throttle.path, description].filter(Boolean).join(': '),
    accessible: `Session throttle: ${description}`,
    hover: () => throttleHover(state),
    ...(throttle.state === 'absent'
      ? { command: { id: COMMANDS.chooseThrottle, title: 'Choose the middleware' } }
      : throttle.place === undefined
        ? {}
        : { command: { id: COMMANDS.openThrottleSettings, title: 'Open the settings' } }),
  };
}

export function classOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function throttleHover({ throttle, project, source, likely = [] }: ThrottleState): string {
  const { path, place, saveEveryRequest, others, why } = throttle;
  const name = (file: string): string => relative(project.root, file);
  const lines = [
    `Settings module ${project.settingsModule}.`,
    ...(place === undefined ? [] : [`The entry stands in ${name(place.file)}, line ${String(place.line + 1)}.`]),
    saveEveryRequest === undefined
      ? 'SESSION_SAVE_EVERY_REQUEST is not set: False.'
      : `SESSION_SAVE_EVERY_REQUEST is ${valueText(saveEveryRequest.value)}, set in ${name(saveEveryRequest.file)}.`,
    ...(source === undefined ? [] : [sourceText(source, name)]),
    ...likely.map(({ path, seconds }) => `${path} saves a session at most once in ${formatDuration(seconds)}.`),
    ...(others.length === 0
      ? []
      : [`Settings files that are not in use now: ${others.map((o) => basename(o.file)).join(', ')}.`]),
  ];
  return paragraphs([
    `**${escapeMarkdown(path ?? 'Session throttle')}:** ${THROTTLE_STATES[throttle.state].word}`,
    escapeMarkdown(why ?? ''),
    lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n'),
    throttle.state === 'absent'
      ? `*What to do:* ${escapeMarkdown('If your throttle has another name, click the row and choose it.')}`
      : '',
  ]);
}

function valueText(value: boolean | undefined): string {
  return value === undefined ? 'not known' : value ? 'True' : 'False';
}

function sourceText(source: NonNullable<ThrottleState['source']>, name: (file: string) => string): string {
  const { interval } = source;
  if (interval === undefined) return `Its source is ${name(source.file)}; the interval can't be read there.`;
  return `Its source is ${name(source.file)}; ${interval.name} says ${formatDuration(interval.seconds)}.`;
}
