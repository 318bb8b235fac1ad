import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { clamped, type NumberRange } from '../../src/common/numberRange.ts';
import { LONGEST_DELAY_MS } from '../../src/common/timers.ts';
import { isRestricted, SETTING_KEYS, settingRow } from '../../src/contributions/settings.ts';
import {
  COMMANDS,
  CONTEXT_KEYS,
  NUMBER_RANGES,
  SETTINGS_SECTION,
  PANELS,
  VIEWS,
  WALKTHROUGH_ID,
} from '../../src/contributions.ts';
import { ALERT_RULES } from '../../src/monitoring/alerts/alerts.ts';
import { readManifest } from '../docs/readManifest.ts';
import { ROOT } from '../kit/node24.ts';

/** package.json and the code name the same commands, settings and views: both ways. */

interface Item {
  readonly command: string;
  readonly when?: string;
  readonly enablement?: string;
}
interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly (Item & { title: string; category?: string; icon?: string })[];
    readonly menus: Readonly<Record<string, readonly Item[]>>;
    readonly keybindings?: readonly Item[];
    readonly views: Readonly<Record<string, readonly { id: string; when?: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { id: string; icon: string }[]>>;
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly when?: string;
      readonly steps: readonly { description: string; completionEvents: readonly string[] }[];
    }[];
    readonly viewsWelcome: readonly { view: string; when?: string; contents: string }[];
    readonly configuration: readonly { properties: Readonly<Record<string, Setting>> }[];
  };
}
interface Setting {
  readonly type: string | readonly string[];
  readonly default?: unknown;
  readonly scope?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly markdownDescription?: string;
}

const manifest = await readManifest<Manifest>();
const { contributes } = manifest;
const commands: readonly string[] = Object.values(COMMANDS);
const declared = contributes.commands.map((command) => command.command);
const properties: Readonly<Record<string, Setting>> = Object.fromEntries(
  contributes.configuration.flatMap((section) => Object.entries(section.properties)),
);

/** All of src by file name. */
const sources = new Map<string, string>();
for (const entry of await readdir(join(ROOT, 'src'), { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && path.endsWith('.ts')) sources.set(path, await readFile(path, 'utf8'));
}
const isTable = (path: string): boolean => /\/contributions(?:\.ts$|\/)/u.test(path.slice(ROOT.length));
const code = [...sources].filter(([path]) => !isTable(path)).map(([, text]) => text);

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();

test('every command of the code is declared, and every declared command is in the code', () => {
  assert.deepEqual(sorted(declared), sorted(commands));
  assert.equal(declared.length, new Set(declared).size, 'declared twice');
});

test('every command is registered once', () => {
  for (const [name, id] of Object.entries(COMMANDS)) {
    const registered = code.flatMap((text) => [
      ...text.matchAll(new RegExp(`\\bregisterCommand\\([^)]*?\\bCOMMANDS\\.${name}\\b`, 'g')),
    ]);
    const handled = code.flatMap((text) => [
      ...text.matchAll(new RegExp(`\\[COMMANDS\\.${name}\\]|\\bon\\(COMMANDS\\.${name}\\b`, 'g')),
    ]);
    assert.equal(
      registered.length + handled.length,
      1,
      `${id} is registered ${registered.length + handled.length} times`,
    );
  }
});

test('a command has a category and a title that starts with a verb in title case, without a full stop', () => {
  for (const { command, title, category } of contributes.commands) {
    assert.equal(category, 'Django Sessions', command);
    assert.match(title, /^[A-Z][^.]*(…)?$/, command);
  }
});

test('menus, keybindings, welcome texts and the walkthrough refer to declared commands', () => {
  const inMenus = Object.values(contributes.menus)
    .flat()
    .map((item) => item.command);
  // A keybinding may run one of VS Code's commands with ours in its arguments.
  const bound = [...JSON.stringify(contributes.keybindings ?? []).matchAll(/"(djangoSessionMonitor\.\w+)"/g)].map(
    ([, id]) => id ?? '',
  );
  assert.ok(inMenus.length > 0);
  assert.deepEqual(sorted([...inMenus, ...bound].filter((id) => !declared.includes(id))), []);
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const texts = [
    ...contributes.viewsWelcome.map(({ contents }) => contents),
    ...steps.map(({ description }) => description),
    ...steps.flatMap(({ completionEvents }) =>
      completionEvents.map((event) => event.replace('onCommand:', '(command:')),
    ),
  ];
  const links = texts.flatMap((text) => [...text.matchAll(/\(command:([\w.-]+)/g)]);
  const ours = links.map(([, id]) => id ?? '').filter((id) => id.startsWith(SETTINGS_SECTION));
  assert.ok(links.length > 0);
  assert.deepEqual(sorted(ours.filter((id) => !declared.includes(id))), []);
});

test('a welcome text links to commands only: ours, and those of VS Code that need no words from elsewhere', () => {
  const links = contributes.viewsWelcome.flatMap(({ contents }) => [...contents.matchAll(/\]\(([^)]*)\)/g)]);
  assert.ok(links.length > 0);
  const others = links.map(([, target = '']) => target).filter((to) => !declared.includes(to.replace(/^command:/, '')));
  assert.deepEqual(sorted(others), ['command:vscode.openFolder', 'command:workbench.trust.manage']);
  for (const { contents } of contributes.viewsWelcome) assert.doesNotMatch(contents, /<|!\[|\$\(|\bhttps?:|\bfile:/);
});

test('the walkthrough is the one that its command opens', () => {
  const ids = contributes.walkthroughs.map(({ id }) => `${manifest.publisher}.${manifest.name}#${id}`);
  assert.deepEqual(ids, [WALKTHROUGH_ID]);
});

test('every setting that is read is declared, and every declared setting is read', () => {
  const ofRules = ALERT_RULES.flatMap((rule) => [rule.threshold.setting, rule.forSeconds.setting]);
  const read = [...SETTING_KEYS.map((key) => `${SETTINGS_SECTION}.${key}`), ...ofRules];
  assert.deepEqual(sorted(Object.keys(properties)), sorted(read));
});

/** What settings.json may have where a number belongs. */
const NO_NUMBERS = ['60', null, true, {}, [60], NaN];

test('every number has a range, which holds whatever settings.json has: no timer and no limit goes beyond it', () => {
  const numbers = Object.entries(properties).filter(([, { type }]) => [type].flat().includes('number'));
  const ofRules = ALERT_RULES.flatMap(({ threshold, forSeconds }) => [threshold, forSeconds]);
  const own: readonly [string, NumberRange][] = Object.entries(NUMBER_RANGES);
  const ranges = new Map<string, NumberRange>([
    ...own.map(([key, range]) => [`${SETTINGS_SECTION}.${key}`, range] as const),
    ...ofRules.map(({ setting, maximum }) => [setting, { minimum: 0, maximum }] as const),
  ]);
  assert.deepEqual(sorted(numbers.map(([id]) => id)), sorted(ranges.keys()));
  for (const [id, { minimum, maximum, default: value }] of numbers) {
    const range = ranges.get(id) ?? assert.fail(id);
    assert.deepEqual({ minimum, maximum }, range, id);
    assert.ok(value === null || clamped(value, range) === value, `${id}: the default is in it`);
    assert.ok(/seconds/iu.test(id) ? range.maximum * 1000 < LONGEST_DELAY_MS : true, `${id} fits a timer`);
    for (const wrong of NO_NUMBERS) assert.equal(clamped(wrong, range), undefined, id);
    for (const low of [-Infinity, -1e9, range.minimum - 0.001]) assert.equal(clamped(low, range), range.minimum, id);
    for (const high of [Infinity, 1e300, range.maximum + 1]) assert.equal(clamped(high, range), range.maximum, id);
  }
});

test('no setting can hold a password, and each has a default and a text', () => {
  for (const [id, setting] of Object.entries(properties)) {
    // Programs that print one are named there, and nothing of what they print.
    assert.ok(!/password(?!Commands$)|secret/i.test(id), id);
    assert.notEqual(setting.default, undefined, `${id} has no default`);
    assert.match(setting.markdownDescription ?? setting.description ?? '', /^[A-Z].*[.:)]$/s, `${id} has no text`);
  }
  assert.ok(!/"password"/i.test(JSON.stringify(properties)), 'a property named password');
});

test('settings that decide what is read, run or connected to are restricted in an untrusted workspace', () => {
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  assert.deepEqual(sorted(restricted.filter((id) => !Object.hasOwn(properties, id))), []);
  assert.deepEqual(
    sorted(restricted),
    sorted(SETTING_KEYS.filter(isRestricted).map((key) => `${SETTINGS_SECTION}.${key}`)),
  );
});

/** Words by which a setting says that it names something of the world outside. */
const NAMES: readonly (readonly [names: string, words: RegExp])[] = [
  ['program', /^Program and arguments|path of one of them|\binterpreter of\b/],
  ['URL', /^Address of/],
  ['certificate', /\b[Cc]ertificate/],
  ['path', /^(?!PEM).*\b(file|folder), absolute or relative/],
  ['host', /^Connections made by hand|^Alias in `DATABASES`/],
  ['code', /^Settings module|manage\.py shell|dotted path/],
  ['guard', /\bproduction database\b/],
];

test('every setting whose text names a host, a path, an address, a program or a guard has a row that says so', () => {
  const wrong: string[] = [];
  for (const key of SETTING_KEYS) {
    const { description, markdownDescription } = properties[`${SETTINGS_SECTION}.${key}`] ?? {};
    const text = markdownDescription ?? description ?? '';
    const said = NAMES.filter(([, words]) => words.test(text)).map(([names]) => names);
    const { names } = settingRow(key);
    if (said.length > 0 && !said.includes(names)) wrong.push(`${key} says ${said.join(' and ')}, its row ${names}`);
  }
  assert.deepEqual(wrong, []);
  for (const [names] of NAMES)
    assert.ok(
      SETTING_KEYS.some((key) => settingRow(key).names === names),
      names,
    );
});

test('no list of words and no path, address or switch of a guard comes from a workspace by itself', () => {
  const free = SETTING_KEYS.filter((key) => settingRow(key).workspace === 'used');
  for (const key of SETTING_KEYS)
    if (['program', 'certificate'].includes(settingRow(key).names)) assert.ok(!free.includes(key), key);
  const lists = free.filter((key) => properties[`${SETTINGS_SECTION}.${key}`]?.type === 'array');
  // What a team adds to the routine checks is text and bounds: nothing of it is run or connected to.
  assert.deepEqual(lists, ['connections', 'disabledChecks', 'routineChecks.additional']);
  for (const key of ['production', 'cleanup.allowDeleteAllInProduction', 'askDjango'] as const)
    assert.ok(!free.includes(key), key);
});

test('settings are read in one place, which asks for their folder and for the person’s leave', () => {
  const readers = [...sources].filter(([, text]) => text.includes('getConfiguration(')).map(([path]) => path);
  assert.deepEqual(
    readers.map((path) => path.slice(ROOT.length + 1)),
    ['src/ui/settings/settings.ts', 'src/ui/settings/wishes.ts'],
  );
});

test('views and containers are those of the code', () => {
  const views = Object.values(contributes.views)
    .flat()
    .map((view) => view.id);
  const containers = Object.values(contributes.viewsContainers)
    .flat()
    .map((container) => container.id);
  assert.deepEqual(sorted([...views, ...containers]), sorted(Object.values(VIEWS)));
  assert.deepEqual(sorted(contributes.viewsWelcome.map(({ view }) => view).filter((id) => !views.includes(id))), []);
});

test('every when clause of ours uses a context key, a view or a setting that exists', () => {
  const clauses = [
    ...contributes.commands.map(({ enablement }) => enablement),
    ...Object.values(contributes.menus)
      .flat()
      .map(({ when }) => when),
    ...(contributes.keybindings ?? []).map(({ when }) => when),
    ...contributes.viewsWelcome.map(({ when }) => when),
    ...contributes.walkthroughs.flatMap(({ when, steps }) => [
      when,
      ...steps.flatMap(({ completionEvents }) => completionEvents),
    ]),
    ...Object.values(contributes.views)
      .flat()
      .map(({ when }) => when),
  ];
  const known = [
    ...Object.values(CONTEXT_KEYS),
    ...Object.values(VIEWS),
    ...Object.values(PANELS),
  ] as readonly string[];
  const used = clauses.flatMap((clause) =>
    [...(clause ?? '').matchAll(/djangoSessionMonitor[\w.]*/g)].map(([id]) => id),
  );
  const unknown = used.filter(
    (id) => !known.includes(id) && !declared.includes(id) && !Object.hasOwn(properties, id.replace(/^config\./, '')),
  );
  assert.ok(used.length > 0);
  assert.deepEqual(sorted(unknown), []);
});

test('ids stand in the tables of contributions only: no other source spells one out', () => {
  const ids = [...commands, ...Object.values(VIEWS), ...Object.values(CONTEXT_KEYS)];
  const others = [...sources].filter(([path]) => !isTable(path));
  const spelled = others.flatMap(([path, text]) =>
    ids.filter((id) => text.includes(`'${id}'`)).map((id) => `${path}: ${id}`),
  );
  assert.deepEqual(spelled, []);
});
