import type { NumberRange } from './common/numberRange.ts';
import type { Takes } from './contributions/commandRow.ts';
import { COMMAND_ROWS } from './contributions/commands.ts';
import { PREFIX, type MANAGE_TRUST } from './contributions/ids.ts';
import { LANGUAGE_MODEL_TOOL_ROWS } from './contributions/languageModelTools.ts';
import type { ValueOf } from './contributions/settingRow.ts';
import { SETTING_KEYS, SETTING_ROWS, settingRow, type SettingKey } from './contributions/settings.ts';

/**
 * What the code needs of the tables in contributions/, where each command, setting and view is one row; package.json is made
 * from the same rows (`npm run docs`). Only plain data is exported: esbuild.mjs evaluates this module when it bundles, so that
 * titles and descriptions are shipped once, in package.json.
 */

export type {
  GuideBlockArgument,
  ChartArgument,
  CodeArgument,
  FileArgument,
  MomentArgument,
  RangeArgument,
  RowArgument,
  ThrottleArgument,
} from './contributions/commandArguments.ts';
export { CONNECTION_COLORS } from './contributions/connectionSetting.ts';
export type { ConnectionColor, ConnectionSetting } from './contributions/connectionSetting.ts';
export type { LogName } from './contributions/logName.ts';
export type { PasswordCommand } from './contributions/passwordCommand.ts';
export { CONTEXT_KEYS } from './contributions/contextKeys.ts';
export type { ContextKey, ContextValue, RowContext } from './contributions/contextKeys.ts';
export { DIAGNOSIS_SCHEME, MANAGE_TRUST, PANELS, VIEWS, WALKTHROUGH_ID } from './contributions/ids.ts';
export type { SettingKey } from './contributions/settings.ts';

type Commands = typeof COMMAND_ROWS;
type CommandName = keyof Commands;

/** Ids of the commands by their names in the table. */
export const COMMANDS = Object.fromEntries(Object.keys(COMMAND_ROWS).map((name) => [name, `${PREFIX}.${name}`])) as {
  readonly [N in CommandName]: `${typeof PREFIX}.${N}`;
};

export type CommandId = (typeof COMMANDS)[CommandName];

/** What a button of a page may run. */
export type ButtonId = CommandId | typeof MANAGE_TRUST;

/** What each command takes. All arguments may be missing: the palette gives none, and the command then asks. */
export type CommandArguments = {
  readonly [N in CommandName as (typeof COMMANDS)[N]]: Commands[N] extends { readonly takes: Takes<infer Arguments> }
    ? Arguments
    : [];
};

/** What each command does; where they are registered, one that is missing is an error. */
export type CommandHandlers = { readonly [I in CommandId]: (...args: CommandArguments[I]) => unknown };

type ToolName = keyof typeof LANGUAGE_MODEL_TOOL_ROWS;

/** Names of the tools of the chat by their names in the table. */
export const LANGUAGE_MODEL_TOOLS = Object.fromEntries(
  Object.keys(LANGUAGE_MODEL_TOOL_ROWS).map((name) => [name, `${PREFIX}_${name}`]),
) as { readonly [N in ToolName]: `${typeof PREFIX}_${N}` };

export const SETTINGS_SECTION = PREFIX;

type Settings = typeof SETTING_ROWS;

/**
 * What each setting holds. Defaults stand in package.json, which VS Code applies. Settings of the alert rules are declared by
 * the rule table (monitoring/alerts) and read through it.
 */
export type SettingTypes = { readonly [K in SettingKey]: ValueOf<Settings[K]> };

/** Settings that are read with their folder. */
export type FolderKey = {
  [K in SettingKey]: Settings[K]['scope'] extends 'resource' ? K : never;
}[SettingKey];

type NumberKey = { [K in SettingKey]: Settings[K]['type'] extends 'number' ? K : never }[SettingKey];

/** What each number may be: what is read is held to it. */
export const NUMBER_RANGES = Object.fromEntries(
  SETTING_KEYS.flatMap((key) => {
    const row = settingRow(key);
    return row.type === 'number' ? [[key, { minimum: row.minimum, maximum: row.maximum }]] : [];
  }),
) as Readonly<Record<NumberKey, NumberRange>>;

/** Settings of which a value of the workspace counts only once the person has allowed it, with the values that need no asking. */
export const ASKED_SETTINGS = Object.fromEntries(
  SETTING_KEYS.flatMap((key) => {
    const { workspace, harmless = [] } = settingRow(key);
    return workspace === 'asked' ? [[key, harmless]] : [];
  }),
) as Readonly<Partial<Record<SettingKey, readonly unknown[]>>>;
