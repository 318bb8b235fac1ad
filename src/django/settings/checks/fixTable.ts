import { children, nodeText, type PythonNode } from '../../python/syntax/nodes.ts';
import { isTimedelta } from '../../python/values/timedelta.ts';
import { isEntry, type EntryItem, type Item } from '../middleware/items.ts';
import { throttleInterval, unitOf } from '../model/intervalNames.ts';
import { addSaveEveryRequest, SAVE_EVERY_REQUEST } from '../model/saveEveryRequest.ts';
import type { SettingsModel } from '../model/settingsModel.ts';
import type { TextEdit } from '../text/edits.ts';
import { hasMark } from '../text/rollbackMarkers.ts';
import { settingPlaces, type SettingPlace } from '../text/settingPlaces.ts';
import type { CheckCode } from './checks.ts';
import { cookieAge, DEFAULT_COOKIE_AGE, SESSION_MIDDLEWARE, sessionIndex, type CheckContext } from './context.ts';
import { addBefore, moveBehind, removeEntry } from './entryEdits.ts';

/** What may be done about each problem that a check has found. */

export interface Draft {
  readonly title: string;
  /** undefined: it can't be done without guessing. */
  readonly edits: readonly TextEdit[] | undefined;
  readonly preferred?: boolean;
  /** What MIDDLEWARE is to hold afterwards; undefined: what it holds now. */
  readonly entries?: readonly Item[];
  /** Entries that are moved or taken out: nothing else may depend on them. */
  readonly touched?: readonly EntryItem[];
  /** The one name that is to change, and to what; of a timedelta its seconds. */
  readonly setting?: { readonly name: string; readonly value: boolean | number | string };
}

export interface FixContext {
  readonly text: string;
  readonly model: SettingsModel;
  readonly context: CheckContext;
}

type Fixes = (of: FixContext) => readonly Draft[];

const SESSION_PATH = 'django.contrib.sessions.middleware.SessionMiddleware';
const DB_ENGINE = 'django.contrib.sessions.backends.db';
const JSON_SERIALIZER = 'django.contrib.sessions.serializers.JSONSerializer';
const YEAR = 365 * 86_400;
/** Intervals to choose from, seconds; the longest that fits is offered. */
const INTERVALS: readonly (readonly [number, string])[] = [
  [900, '15 minutes'],
  [300, '5 minutes'],
  [60, 'one minute'],
];

const TWO_WEEKS: Fixes = (of) => [
  {
    ...set(of, 'SESSION_COOKIE_AGE', DEFAULT_COOKIE_AGE, `${DEFAULT_COOKIE_AGE} (two weeks, Django's default)`),
    preferred: true,
  },
];

const DATABASE_ENGINE: Fixes = (of) => [
  { ...set(of, 'SESSION_ENGINE', DB_ENGINE, ''), title: 'Use the database engine' },
];

/** By the code of the check. */
export const FIXES: Readonly<Record<CheckCode, Fixes>> = {
  'throttle-before-session': moveThrottle,
  'throttle-without-session': addSession,
  'throttle-listed-twice': removeSurplus,
  'throttle-and-save-every-request': (of) => [{ ...set(of, SAVE_EVERY_REQUEST, false, 'False'), preferred: true }],
  'throttle-off-no-sliding-expiry': (of) => [{ ...set(of, SAVE_EVERY_REQUEST, true, 'True'), preferred: true }],
  'throttle-interval-not-below-cookie-age': (of) => [...shorterInterval(of), ...unpreferred(TWO_WEEKS(of))],
  'cookie-age-below-interval': TWO_WEEKS,
  'cookie-age-over-a-year': (of) => [
    ...milliseconds(of),
    ...unpreferred(TWO_WEEKS(of)),
    set(of, 'SESSION_COOKIE_AGE', YEAR, `${YEAR} (one year)`),
  ],
  'cookie-age-not-positive': TWO_WEEKS,
  'engine-without-table': DATABASE_ENGINE,
  'engine-cached-db': DATABASE_ENGINE,
  // Sessions that were kept as pickles can't be read any more, so that it is nobody's automatic choice.
  'serializer-pickle': (of) => [
    { ...set(of, 'SESSION_SERIALIZER', JSON_SERIALIZER, ''), title: 'Use JSONSerializer (existing sessions end)' },
  ],
};

const unpreferred = (drafts: readonly Draft[]): Draft[] => drafts.map((draft) => ({ ...draft, preferred: false }));

function moveThrottle({ text, context }: FixContext): Draft[] {
  const { items, throttles, middleware } = context;
  const session = items[sessionIndex(context)];
  const [throttle] = throttles;
  if (throttle === undefined || session === undefined || !isEntry(session)) return [];
  const rest = items.filter((item) => item !== throttle);
  const at = rest.indexOf(session) + 1;
  return [
    {
      title: `Move ${shortName(throttle.path, middleware.name)} behind ${SESSION_MIDDLEWARE}`,
      edits: moveBehind(text, throttle, session),
      entries: [...rest.slice(0, at), throttle, ...rest.slice(at)],
      touched: [throttle, session],
      preferred: true,
    },
  ];
}

const shortName = (path: string, otherwise: string): string => path.split('.').at(-1) ?? otherwise;

function addSession({ text, context }: FixContext): Draft[] {
  const { items, throttles } = context;
  const [throttle] = throttles;
  if (throttle === undefined) return [];
  const at = items.indexOf(throttle);
  const entries = [...items.slice(0, at), { ...throttle, path: SESSION_PATH }, ...items.slice(at)];
  const edits = addBefore(text, throttle, SESSION_PATH);
  return [{ title: `Add ${SESSION_MIDDLEWARE} before it`, edits, entries, touched: [throttle], preferred: true }];
}

const ORDINALS = ['first', 'second', 'third', 'fourth'];

/** Keeps the first that stands behind SessionMiddleware. */
function removeSurplus({ text, context }: FixContext): Draft[] {
  const all = context.throttles.filter((entry) => !entry.maybe);
  const session = sessionIndex(context);
  const kept = all.find((entry) => context.items.indexOf(entry) > session) ?? all[0];
  const surplus = all.filter((entry) => entry !== kept);
  const [only, ...more] = surplus;
  if (only === undefined) return [];
  const edits = surplus.map((entry) => removeEntry(text, entry));
  const known = edits.flatMap((edit) => edit ?? []);
  const which = more.length > 0 ? `other ${surplus.length} entries` : `${ORDINALS[all.indexOf(only)] ?? 'other'} entry`;
  return [
    {
      title: `Remove the ${which}`,
      edits: edits.includes(undefined) ? undefined : known,
      entries: context.items.filter((item) => !surplus.some((entry) => entry === item)),
      touched: surplus,
      preferred: true,
    },
  ];
}

/** SESSION_X = value: where it is set last, and of SESSION_SAVE_EVERY_REQUEST on a new line where it is set nowhere. */
function set({ text, model }: FixContext, name: string, value: boolean | number | string, shown: string): Draft {
  const { places } = settingPlaces(model.source, new RegExp(`^${name}$`));
  const place = places.at(-1);
  const node = place?.value;
  const quote = (node === undefined ? null : /["']/.exec(nodeText(model.source, node)))?.[0] ?? "'";
  const python = typeof value === 'string' ? `${quote}${value}${quote}` : value;
  return { title: `Set ${name} = ${shown}`, edits: edits(text, model, name, python, place), setting: { name, value } };
}

/** `value`: a text is Python as it is. */
function edits(
  text: string,
  model: SettingsModel,
  name: string,
  value: boolean | number | string,
  place: SettingPlace | undefined,
): readonly TextEdit[] | undefined {
  const python = typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
  if (place === undefined) {
    if (name !== SAVE_EVERY_REQUEST) return undefined;
    const added = addSaveEveryRequest(model, text, `${name} = ${python}`);
    return 'refused' in added ? undefined : added.edits;
  }
  const node = place.value === undefined ? undefined : inner(place.value);
  if (node === undefined || !place.alone) return undefined;
  const line = text.slice(node.to).split(/[\r\n]/, 1)[0] ?? '';
  // What a rollback has noted here is undone by a restore, and only that way.
  if (hasMark(line)) return undefined;
  return [{ from: node.from, to: node.to, insert: python }];
}

/** Without the parentheses around it, which may hold comments. */
function inner(node: PythonNode): PythonNode {
  const [, only] = node.name === 'ParenthesizedExpression' ? children(node) : [];
  return only === undefined ? node : inner(only);
}

function shorterInterval(of: FixContext): Draft[] {
  const { text, model, context } = of;
  const named = throttleInterval(model.frame);
  const age = cookieAge(context);
  const [seconds, words] = INTERVALS.find(([s]) => age !== undefined && s < age) ?? [];
  if (named === undefined || seconds === undefined || words === undefined) return [];
  const place = settingPlaces(model.source, new RegExp(`^${named.name}$`)).places.at(-1);
  const value = model.frame.names.get(named.name);
  const node = place?.value === undefined ? undefined : inner(place.value);
  const callee = node?.name === 'CallExpression' ? node.firstChild : null;
  const number = seconds / (unitOf(named.name) ?? 1);
  const inDelta = value !== undefined && isTimedelta(value);
  if (inDelta ? callee === null : !Number.isInteger(number)) return [];
  const python = callee === null ? String(number) : `${nodeText(model.source, callee)}(minutes=${seconds / 60})`;
  return [
    {
      title: `Set ${named.name} = ${inDelta ? python : `${number} (${words})`}`,
      edits: edits(text, model, named.name, inDelta ? python : number, place),
      setting: { name: named.name, value: inDelta ? seconds : number },
      preferred: true,
    },
  ];
}

/** 1209600000 is two weeks in milliseconds, as a cookie's age is in JavaScript. */
function milliseconds(of: FixContext): Draft[] {
  const seconds = (cookieAge(of.context) ?? 0) / 1_000;
  const likely = Number.isInteger(seconds) && seconds >= 600 && seconds <= YEAR;
  return likely ? [set(of, 'SESSION_COOKIE_AGE', seconds, `${seconds} (as if it was in milliseconds)`)] : [];
}
