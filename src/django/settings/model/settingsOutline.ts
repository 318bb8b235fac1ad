import { isEntry, type Item } from '../middleware/items.ts';
import { middlewareName, type MiddlewareName } from '../middleware/middlewareName.ts';
import type { TextRange } from '../text/edits.ts';
import { settingPlaces } from '../text/settingPlaces.ts';
import { removedEntries } from './removedEntries.ts';
import type { SettingsModel } from './settingsModel.ts';

/** What an editor draws over and beside a settings file: where the throttle and the session settings stand. */
export interface SettingsOutline {
  /** Every place of the throttle; more than one only where the file lists it more than once. */
  readonly throttles: readonly ThrottlePlace[];
  /** SESSION_* settings in the order of the text, each where it is set last. */
  readonly settings: readonly OutlinedSetting[];
  /** Every mention of a SESSION_* name and every entry of the throttle: where a hover has something to say. */
  readonly mentions: readonly SettingMention[];
}

export interface ThrottlePlace {
  /** off: in a comment; removed: by a full rollback. */
  readonly state: 'on' | 'off' | 'removed';
  /** Dotted path; of a removed entry the name that was asked for. */
  readonly path: string;
  readonly entry: TextRange;
  /** Where the statement begins that it stands in, which a lens stands over. */
  readonly statement: number;
  /** Whether it counts depends on a condition that the text does not decide. */
  readonly maybe: boolean;
}

export interface OutlinedSetting {
  readonly name: string;
  /** The whole statement. */
  readonly from: number;
  readonly to: number;
}

export interface SettingMention {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const SESSION_SETTING = /^SESSION_[A-Z_]+$/;

/** All offsets are UTF-16. `middleware`: a dotted path, or the name of a class (default: ThrottledSessionMiddleware). */
export function outlineSettings(model: SettingsModel, options: { readonly middleware?: string } = {}): SettingsOutline {
  const middleware = middlewareName(options.middleware);
  const throttles = [...present(model, middleware), ...removed(model, middleware)].sort(
    (a, b) => a.entry.from - b.entry.from,
  );
  const { places, others } = settingPlaces(model.source, SESSION_SETTING);
  const last = new Map(places.map(({ name, statement }) => [name, { name, from: statement.from, to: statement.to }]));
  const named = [
    ...places.map(({ name, target }) => ({ name, from: target.from, to: target.to })),
    ...[...others].flatMap(([name, nodes]) => nodes.map(({ from, to }) => ({ name, from, to }))),
  ];
  return {
    throttles,
    settings: [...last.values()].sort((a, b) => a.from - b.from),
    mentions: [...named, ...throttles.map(({ path, entry }) => ({ name: path, from: entry.from, to: entry.to }))],
  };
}

function present(model: SettingsModel, middleware: MiddlewareName): ThrottlePlace[] {
  const found = model.items.filter((item): item is Exclude<Item, { kind: 'unknown' }> => item.kind !== 'unknown');
  return found
    .filter((item) => middleware.matches(item.path))
    .map((item): ThrottlePlace => {
      const { from, to } = isEntry(item) ? item.node : item;
      const statement = isEntry(item) ? item.statement.from : statementAt(model, item.comment.from);
      return {
        state: isEntry(item) ? 'on' : 'off',
        path: item.path,
        entry: { from, to },
        statement,
        maybe: item.maybe,
      };
    });
}

function removed(model: SettingsModel, middleware: MiddlewareName): ThrottlePlace[] {
  return removedEntries(model, middleware).map((entry) => ({
    state: 'removed',
    path: middleware.name,
    entry,
    statement: statementAt(model, entry.from),
    maybe: false,
  }));
}

/** Beginning of the statement around this offset; a comment outside of one is its own place. */
function statementAt(model: SettingsModel, offset: number): number {
  return model.statements.find(({ from, to }) => from <= offset && offset < to)?.from ?? offset;
}
