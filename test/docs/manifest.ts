import type { CommandRow } from '../../src/contributions/commandRow.ts';
import { COMMAND_ROWS } from '../../src/contributions/commands.ts';
import { PREFIX } from '../../src/contributions/ids.ts';
import { LANGUAGE_MODEL_TOOL_ROWS, type LanguageModelToolRow } from '../../src/contributions/languageModelTools.ts';
import type { SettingRow } from '../../src/contributions/settingRow.ts';
import { isRestricted, SETTING_KEYS, SETTING_SECTIONS } from '../../src/contributions/settings.ts';
import { VIEW_CONTAINERS, VIEW_ROWS, VIEWS_WELCOME } from '../../src/contributions/views.ts';
import { WALKTHROUGHS } from '../../src/contributions/walkthrough.ts';
import { CHECKS } from '../../src/django/settings/checks/checks.ts';
import { SOURCE_CHECKS } from '../../src/django/settings/checks/sourceChecks.ts';
import { ALERT_RULES } from '../../src/monitoring/alerts/alerts.ts';
import { comparison } from './tables.ts';

/** What of package.json is made from the tables of the code. */
export interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: Contributes;
}

export interface SettingSchema {
  readonly type: string | readonly string[];
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly [key: string]: unknown;
}

export type Contributes = ReturnType<typeof contributes>;

/** The manifest with all that is made from the tables; what is not stays as it is. */
export function withContributions<M extends Manifest>(manifest: M): M {
  const { untrustedWorkspaces } = manifest.capabilities;
  const restrictedConfigurations = SETTING_KEYS.filter(isRestricted).map((key) => `${PREFIX}.${key}`);
  return {
    ...manifest,
    capabilities: {
      ...manifest.capabilities,
      untrustedWorkspaces: { ...untrustedWorkspaces, restrictedConfigurations },
    },
    contributes: contributes(),
  };
}

const COMMANDS: readonly (readonly [name: string, row: CommandRow])[] = Object.entries(COMMAND_ROWS);

const idOf = (name: string): string => `${PREFIX}.${name}`;

function contributes() {
  return {
    viewsContainers: VIEW_CONTAINERS,
    views: VIEW_ROWS,
    viewsWelcome: VIEWS_WELCOME,
    walkthroughs: WALKTHROUGHS,
    commands: COMMANDS.map(([name, { title, icon, enablement }]) => ({
      command: idOf(name),
      title,
      category: 'Django Sessions',
      ...(icon === undefined ? {} : { icon: `$(${icon})` }),
      ...(enablement === undefined ? {} : { enablement }),
    })),
    menus: menus(),
    keybindings: COMMANDS.flatMap(([name, { keys }]) => {
      if (keys === undefined) return [];
      const { around, ...rest } = keys;
      const command = idOf(name);
      return around === undefined
        ? [{ command, ...rest }]
        : [{ command: 'runCommands', args: { commands: [around, command, around] }, ...rest }];
    }),
    languageModelTools: languageModelTools(),
    configuration: Object.entries<Readonly<Record<string, SettingRow>>>(SETTING_SECTIONS).map(([title, rows], i) => ({
      title,
      order: i + 1,
      properties: {
        ...Object.fromEntries(Object.entries(rows).map(([key, row], k) => [idOf(key), schemaOf(key, row, k + 1)])),
        ...(title === 'Alerts' ? alertSettings() : {}),
      },
    })),
  };
}

const TOOLS: readonly (readonly [name: string, row: LanguageModelToolRow])[] = Object.entries(LANGUAGE_MODEL_TOOL_ROWS);

/** @see https://code.visualstudio.com/api/extension-guides/ai/tools */
function languageModelTools(): readonly object[] {
  return TOOLS.map(([name, { icon, input, required = [], ...texts }]) => ({
    name: `${PREFIX}_${name}`,
    ...texts,
    canBeReferencedInPrompt: true,
    icon: `$(${icon})`,
    tags: ['django', 'postgresql', 'sessions'],
    inputSchema: { type: 'object', properties: input, required, additionalProperties: false },
  }));
}

interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}

/** Each menu in the order of its groups, as VS Code shows it. */
function menus(): Record<string, MenuItem[]> {
  const found: Record<string, MenuItem[]> = {};
  for (const [name, { menus: places = [], palette }] of COMMANDS) {
    const command = idOf(name);
    for (const { menu, group, when } of places) (found[menu] ??= []).push({ command, when, group });
    if (palette === false) (found['commandPalette'] ??= []).push({ command, when: 'false' });
  }
  for (const items of Object.values(found)) items.sort((a, b) => order(a.group, b.group));
  return found;
}

function order(a = '', b = ''): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function schemaOf(key: string, row: SettingRow, order: number): SettingSchema {
  const { scope, description } = row;
  const text = { scope, order, markdownDescription: description };
  if (row.type === 'number') {
    const { minimum, maximum, nullable } = row;
    const type = nullable === true ? (['number', 'null'] as const) : row.type;
    return { type, default: row.default, minimum, maximum, ...text };
  }
  const shape =
    row.type === 'array' ? { items: ITEMS } : row.type === 'object' ? { additionalProperties: { type: 'string' } } : {};
  const checks = key === 'disabledChecks' ? { items: CHECK_CODES } : {};
  return { type: row.type, default: row.default, ...shape, ...choices(row), ...row.schema, ...checks, ...text };
}

const ITEMS = { type: 'string' };

/** The codes of the checks, which their table has (django/settings/checks). */
const CHECK_CODES = {
  type: 'string',
  enum: [...CHECKS, ...SOURCE_CHECKS].map(({ code }) => code),
  enumDescriptions: [...CHECKS, ...SOURCE_CHECKS].map(({ title }) => title),
};

function choices(row: Extract<SettingRow, { type: 'string' | 'boolean' | 'array' | 'object' }>): object {
  if (row.choices === undefined) return {};
  const texts = Object.values(row.choices);
  const plain = texts.filter((text) => typeof text === 'string');
  const labelled = texts.filter((text) => typeof text !== 'string');
  return {
    enum: Object.keys(row.choices),
    ...(plain.length === 0 ? {} : { enumDescriptions: plain }),
    ...(labelled.length === 0
      ? {}
      : {
          enumItemLabels: labelled.map(({ label }) => label),
          markdownEnumDescriptions: labelled.map(({ description }) => description),
        }),
  };
}

/** Two for each rule: its threshold, and the time for which it has to be crossed. */
function alertSettings(): Record<string, SettingSchema> {
  return Object.fromEntries(
    ALERT_RULES.flatMap((rule, i) => {
      const { title, severity, what, threshold, forSeconds } = rule;
      const schema = (of: typeof forSeconds, order: number, markdownDescription: string): [string, SettingSchema] => [
        of.setting,
        { type: 'number', default: of.default, minimum: 0, maximum: of.maximum, order, markdownDescription },
      ];
      return [
        schema(threshold, 10 + 2 * i, `${title} (${severity}): fires ${comparison(rule)} this. ${what}`),
        schema(
          forSeconds,
          11 + 2 * i,
          `${title}: seconds for which the threshold must be crossed before it fires, and not crossed before it clears.`,
        ),
      ];
    }),
  );
}
