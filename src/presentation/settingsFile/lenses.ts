import { formatMeasured, type FormatOptions } from '../../common/format.ts';
import { isKnown, type Measured } from '../../common/measured.ts';
import { COMMANDS, type CommandId } from '../../contributions.ts';
import type { SettingsOutline, ThrottlePlace } from '../../django/settings/model/settingsOutline.ts';
import { preferExact } from '../../monitoring/metrics/read.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { affectedShare } from './affected.ts';
import type { SettingsFacts } from './facts.ts';

/** A lens as data: names and no ranges in what it runs, so that a click looks again at what stands there by then. */
export interface Lens {
  /** Offset of the statement that it stands over. */
  readonly at: number;
  readonly title: string;
  readonly tooltip: string;
  /** undefined: text that does nothing. */
  readonly command?: { readonly id: CommandId; readonly row?: string };
}

/** All lenses of a settings file, from left to right where they stand over the same line. */
export function settingsLenses(outline: SettingsOutline, facts: SettingsFacts): readonly Lens[] {
  return [
    ...grouped(throttlesOf(outline, facts)).flatMap(([place, times]) => throttleLenses(place, times, facts)),
    ...settingLenses(outline, facts),
  ];
}

/** The text of the file alone does not always tell that a list of it becomes MIDDLEWARE elsewhere. */
function throttlesOf({ throttles }: SettingsOutline, { deciding }: SettingsFacts): readonly ThrottlePlace[] {
  return throttles.length > 0 || deciding === undefined ? throttles : [deciding];
}

type State = ThrottlePlace['state'];

/** What can be done in each state. */
const ACTIONS: Readonly<Record<State, readonly { title: string; tooltip: string; id: CommandId }[]>> = {
  on: [
    {
      title: 'Disable',
      tooltip: 'Quick rollback: comments the entry out. Shows the change first.',
      id: COMMANDS.disableThrottle,
    },
    {
      title: 'Full rollback',
      tooltip: 'Sets SESSION_SAVE_EVERY_REQUEST = True and removes the entry. Shows the change first.',
      id: COMMANDS.fullRollback,
    },
  ],
  off: [
    {
      title: 'Restore',
      tooltip: 'Switches the throttle on again as it was. Shows the change first.',
      id: COMMANDS.restoreThrottle,
    },
  ],
  removed: [
    {
      title: 'Restore',
      tooltip: 'Undoes the full rollback, byte for byte. Shows the change first.',
      id: COMMANDS.restoreThrottle,
    },
  ],
};

/** One for all entries of a statement that are in the same state, and how many they are. */
function grouped(places: readonly ThrottlePlace[]): readonly (readonly [place: ThrottlePlace, times: number])[] {
  const groups = Map.groupBy(places, ({ statement, state }) => `${String(statement)} ${state}`);
  return [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [[first, 1 + more.length] as const],
  );
}

function throttleLenses(place: ThrottlePlace, times: number, facts: SettingsFacts): Lens[] {
  const at = place.statement;
  const unused = facts.activeModule === undefined ? '' : ` · not in use, ${facts.activeModule} is`;
  const state: Lens = {
    at,
    title: `Session throttle ${stateText(place, facts)}${times > 1 ? ` · listed ${String(times)} times` : ''}${unused}`,
    tooltip: `${place.path}. Shows it in the Django Sessions view.`,
    command: { id: COMMANDS.showRow, row: 'operation/throttle' },
  };
  return [state, ...ACTIONS[place.state].map(({ title, tooltip, id }) => ({ at, title, tooltip, command: { id } }))];
}

function stateText(place: ThrottlePlace, facts: SettingsFacts): string {
  if (place.state === 'on') {
    const saves = figure(facts, (s) => s.rates.savesPerMinute, 'perMinute');
    return `${place.maybe ? 'on if its condition holds' : 'on'}${saves === undefined ? '' : `, ${withUnit(saves, 'saves')}`}`;
  }
  const since = facts.offSince === undefined ? '' : ` since ${dateText(facts.offSince, facts.locale)}`;
  return place.state === 'off' ? `off${since}` : `off by full rollback${since}`;
}

/** 42/min → 42 saves/min */
function withUnit(perMinute: string, what: string): string {
  return perMinute.replace(/\/min$/, ` ${what}/min`);
}

export function dateText(date: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

type Unit = Parameters<typeof formatMeasured>[1];

function figure(facts: SettingsFacts, read: (s: Snapshot) => Measured, unit: Unit): string | undefined {
  if (facts.figures === undefined) return undefined;
  const measured = read(facts.figures.snapshot);
  const options: FormatOptions = { locale: facts.locale };
  return isKnown(measured) ? formatMeasured(measured, unit, options) : undefined;
}

interface FigureText {
  readonly read: (snapshot: Snapshot) => Measured;
  readonly unit: Unit;
  readonly say: (text: string) => string;
}

const active = (s: Snapshot): Measured => preferExact(s, s.metrics.sessions.active, 'active');

/** Which live figures belong to which setting, and the row of the tree that explains them. */
const FIGURES: Readonly<
  Record<string, { readonly row: string; readonly tooltip: string; readonly texts: readonly FigureText[] }>
> = {
  SESSION_ENGINE: {
    row: 'group/sessions',
    tooltip: 'Rows and size of the session table.',
    texts: [
      {
        read: (s) => preferExact(s, s.metrics.sessions.total, 'total'),
        unit: 'count',
        say: (text) => `${text} sessions`,
      },
      { read: (s) => s.metrics.table.totalBytes, unit: 'bytes', say: (text) => `table of ${text}` },
    ],
  },
  SESSION_COOKIE_AGE: {
    row: 'group/sessions',
    tooltip: 'Sessions that have not expired, and those saved in the last hour.',
    texts: [
      { read: active, unit: 'count', say: (text) => `${text} active sessions` },
      {
        read: (s) => s.metrics.sessions.savedLastHour,
        unit: 'count',
        say: (text) => `${text} saved in the last hour`,
      },
    ],
  },
  SESSION_SAVE_EVERY_REQUEST: {
    row: 'group/writes',
    tooltip:
      'Saves of the whole application, and the share of active sessions that were saved in the last hour: the visitors whom a change of this setting or of the throttle touches.',
    texts: [
      { read: (s) => s.rates.savesPerMinute, unit: 'perMinute', say: (text) => withUnit(text, 'saves') },
      { read: affectedShare, unit: 'share', say: (text) => `${text} of active sessions would be affected` },
    ],
  },
};

function settingLenses(outline: SettingsOutline, facts: SettingsFacts): Lens[] {
  const { figures } = facts;
  if (figures === undefined) return [];
  return outline.settings.flatMap(({ name, from }): Lens[] => {
    const figuresOf = Object.hasOwn(FIGURES, name) ? FIGURES[name] : undefined;
    if (figuresOf === undefined) return [];
    const texts = figuresOf.texts.flatMap(({ read, unit, say }) => {
      const text = figure(facts, read, unit);
      return text === undefined ? [] : [say(text)];
    });
    if (texts.length === 0) return [];
    const old = figures.old ? ['not live'] : [];
    const tooltip = `${figuresOf.tooltip} Measured on ${figures.connection}.`;
    return [
      {
        at: from,
        title: [...texts, ...old].join(' · '),
        tooltip,
        command: { id: COMMANDS.showRow, row: figuresOf.row },
      },
    ];
  });
}
