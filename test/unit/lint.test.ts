import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ESLint } from 'eslint';
import { ROOT } from '../kit/node24.ts';

/** The rules of the design fire: each on a snippet that breaks it, none on one that keeps it. */

const configuration = pathToFileURL(join(ROOT, 'eslint.config.js')).href;
const { ROOMS } = (await import(configuration)) as { ROOMS: Readonly<Record<string, readonly string[]>> };
const rooms = Object.entries(ROOMS);

// Rules that need types can't judge a file that doesn't exist; those here don't need any.
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: { languageOptions: { parserOptions: { project: null } } },
  ruleFilter: ({ ruleId }) => /^(?:no-restricted-\w+|rooms\/no-sql|(?:edits|commands)\/one-way)$/u.test(ruleId),
});

async function complaints(path: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: join(ROOT, path) });
  return results.flatMap((result) => result.messages).map((message) => message.ruleId ?? message.message);
}

test('a room imports the rooms of the table and no others, at any depth', async () => {
  for (const [room, allowed] of rooms) {
    for (const [other] of rooms.filter(([name]) => name !== room)) {
      const file = other === 'webview' ? 'protocol/protocol.ts' : other === 'common' ? 'format.ts' : 'some.ts';
      const code = `import { some } from '../${other}/${file}';\nexport const x = some;\n`;
      const deep = `import type { some } from '../../${other}/${file}';\nexport type X = some;\n`;
      const expected = allowed.includes(other) ? [] : ['no-restricted-imports'];
      assert.deepEqual(await complaints(`src/${room}/x.ts`, code), expected, `${room} imports ${other}`);
      assert.deepEqual(await complaints(`src/${room}/deep/x.ts`, deep), expected, `${room}/deep imports ${other}`);
    }
  }
});

test('every room of src has its row in the table', async () => {
  const entries = await readdir(join(ROOT, 'src'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  assert.ok(folders.length > 3);
  assert.deepEqual(
    folders.filter((name) => !Object.hasOwn(ROOMS, name)),
    [],
  );
});

test('only src/ui and src/extension.ts import vscode', async () => {
  const code = "import * as vscode from 'vscode';\nexport const x = vscode;\n";
  for (const [room] of rooms) {
    const expected = room === 'ui' ? [] : ['no-restricted-imports'];
    assert.deepEqual(await complaints(`src/${room}/x.ts`, code), expected, room);
  }
  assert.deepEqual(await complaints('src/extension.ts', code), []);
  assert.deepEqual(await complaints('src/contributions.ts', code), ['no-restricted-imports']);
});

test('only common/timers.ts sets timers', async () => {
  const sets = [
    ['setTimeout(() => {}, 1);\n', 'no-restricted-globals'],
    ['export const timer = setInterval(() => {}, 1);\n', 'no-restricted-globals'],
    ['window.setTimeout(() => {}, 1);\n', 'no-restricted-properties'],
    ['globalThis.setInterval(() => {}, 1);\n', 'no-restricted-properties'],
    ["import { setTimeout as sleep } from 'node:timers/promises';\nexport { sleep };\n", 'no-restricted-imports'],
  ] as const;
  for (const [code, rule] of sets) {
    for (const [room] of rooms)
      assert.deepEqual(await complaints(`src/${room}/x.ts`, code), [rule], `${room}: ${code}`);
    assert.equal((await complaints('src/extension.ts', code))[0] ?? rule, rule, code);
    assert.deepEqual(await complaints('test/unit/x.ts', code), []);
  }
  assert.deepEqual(await complaints('src/common/timers.ts', sets[0][0]), []);
  const clock = 'export const plan = (clock: { setTimeout(): void }) => clock.setTimeout();\n';
  assert.deepEqual(await complaints('src/monitoring/x.ts', clock), []);
});

test('no room imports the composition root', async () => {
  for (const [room] of rooms) {
    const code = "import { activate } from '../extension.ts';\nexport const x = activate;\n";
    assert.deepEqual(await complaints(`src/${room}/x.ts`, code), ['no-restricted-imports'], room);
  }
});

test('the webview imports the protocol and formatting, and nothing of Node; the ui only the protocol of the webview', async () => {
  for (const [path, from, expected] of [
    ['src/webview/x.ts', './chart.ts', []],
    ['src/webview/x.ts', '../common/format.ts', []],
    ['src/webview/x.ts', '../common/timers.ts', []],
    ['src/webview/x.ts', 'uplot', []],
    ['src/webview/x.ts', '../common/problem.ts', ['no-restricted-imports']],
    ['src/webview/x.ts', 'node:fs', ['no-restricted-imports']],
    ['src/webview/x.ts', 'pg', ['no-restricted-imports']],
    ['src/ui/x.ts', '../webview/protocol/protocol.ts', []],
    ['src/ui/x.ts', '../webview/chart.ts', ['no-restricted-imports']],
  ] as const) {
    assert.deepEqual(await complaints(path, `import x from '${from}';\nexport { x };\n`), expected, `${path}: ${from}`);
  }
});

const STATEMENTS = [
  "'SELECT count(*) FROM django_session'",
  '`SELECT ${column} FROM ${table}`',
  '`DELETE FROM ${table} WHERE expire_date < now()`',
  "'delete from django_session'",
  "'INSERT INTO t VALUES (1)'",
  "'UPDATE t SET a = 1'",
  '`UPDATE ${table} SET a = 1`',
  "'TRUNCATE django_session'",
  "'SET LOCAL statement_timeout = 0'",
  "'CREATE EXTENSION pg_stat_statements'",
];
const SENTENCES = [
  "'Select a connection from the list.'",
  "'Deleted 150 rows from the table.'",
  "'Update the settings, then set the interval.'",
  "'Truncate: logs out all users.'",
  "'Ask for SELECT on the table.'",
  '`${count} sessions were created`',
];

test('SQL stands in src/postgres and src/history/sqlite only; sentences for people stand everywhere', async () => {
  const code = (text: string): string =>
    `export const text = (table: string, column: string, count: number) => ${text};\n`;
  for (const statement of STATEMENTS) {
    assert.deepEqual(await complaints('src/ui/x.ts', code(statement)), ['rooms/no-sql'], statement);
    assert.deepEqual(await complaints('src/monitoring/x.ts', code(statement)), ['rooms/no-sql'], statement);
    assert.deepEqual(await complaints('src/history/x.ts', code(statement)), ['rooms/no-sql'], statement);
    assert.deepEqual(await complaints('src/postgres/x.ts', code(statement)), [], statement);
    assert.deepEqual(await complaints('src/history/sqlite/x.ts', code(statement)), [], statement);
  }
  for (const sentence of SENTENCES) assert.deepEqual(await complaints('src/ui/x.ts', code(sentence)), [], sentence);
});

test('what VS Code makes links of goes through one module', async () => {
  const code = (line: string): string =>
    `import * as vscode from 'vscode';\nexport const x = (text) => { ${line}; };\n`;
  for (const [line, rule] of [
    ['void vscode.window.showInformationMessage(text)', 'no-restricted-properties'],
    ['void vscode.window.showWarningMessage(text, { modal: true })', 'no-restricted-properties'],
    ['void vscode.window.showQuickPick([], { title: text })', 'no-restricted-properties'],
    ["void vscode.window['showErrorMessage'](text)", 'no-restricted-properties'],
    ['const { showErrorMessage } = vscode.window; void showErrorMessage(text)', 'no-restricted-properties'],
    ['void vscode.window.withProgress({ title: text }, work)', 'no-restricted-properties'],
    ['void vscode.window.showInputBox({ prompt: text })', 'no-restricted-properties'],
    ['const box = vscode.window.createInputBox()', 'no-restricted-properties'],
    ['const hover = new vscode.MarkdownString(text)', 'no-restricted-properties'],
    ['pick.prompt = text', 'no-restricted-syntax'],
    ['box.validationMessage = text', 'no-restricted-syntax'],
    ['hover.isTrusted = true', 'no-restricted-syntax'],
    ['hover.supportHtml = true', 'no-restricted-syntax'],
  ] as const) {
    assert.deepEqual(await complaints('src/ui/deep/x.ts', code(line)), [rule], line);
    assert.deepEqual(await complaints('src/extension.ts', code(line)), [rule], line);
    assert.deepEqual(await complaints('src/ui/common/messages.ts', code(line)), [], line);
  }
  assert.deepEqual(await complaints('src/ui/x.ts', code('if (!vscode.workspace.isTrusted) throw text')), []);
});

test('a text is changed by applyChanges only', async () => {
  for (const call of ['vscode.workspace.applyEdit(edit)', "workspace['applyEdit'](edit)", 'editor.edit(change)']) {
    const code = `export const x = () => ${call};\n`;
    assert.deepEqual(await complaints('src/ui/settingsFile/x.ts', code), ['edits/one-way'], call);
    assert.deepEqual(await complaints('src/ui/rollback/applyChanges.ts', code), [], call);
  }
});

test('a command is run and a context key is set by the typed helpers only', async () => {
  for (const line of [
    "vscode.commands.executeCommand('some.command')",
    "vscode.commands['executeCommand']('setContext', 'key', true)",
    '(({ executeCommand }) => executeCommand)(vscode.commands)',
  ]) {
    const code = `export const x = () => ${line};\n`;
    assert.deepEqual(await complaints('src/ui/deep/x.ts', code), ['commands/one-way'], line);
    assert.deepEqual(await complaints('src/extension.ts', code), ['commands/one-way'], line);
    assert.deepEqual(await complaints('src/ui/common/runCommand.ts', code), [], line);
  }
});

test('the configuration turns on the rules that catch a lost promise and a forgotten case', async () => {
  const config = (await eslint.calculateConfigForFile(join(ROOT, 'src/ui/connection/app.ts'))) as {
    rules: Record<string, unknown[]>;
  };
  for (const rule of [
    'no-floating-promises',
    'no-misused-promises',
    'switch-exhaustiveness-check',
    'no-explicit-any',
  ]) {
    assert.equal(config.rules[`@typescript-eslint/${rule}`]?.[0], 2, rule);
  }
});
