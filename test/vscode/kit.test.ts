import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openWorkbench, startVSCode, type VSCode, type Workbench } from '../kit/vscode.ts';

/** The kit itself, shown on a tree, messages and inputs that the companion makes: what the other tests stand on. */
const CONTRIBUTES = {
  viewsContainers: { activitybar: [{ id: 'kit', title: 'Kit things', icon: '$(pulse)' }] },
  views: { kit: [{ id: 'kit.tree', name: 'Kit tree' }] },
  commands: [
    { command: 'kit.refresh', title: 'Refresh', icon: '$(refresh)' },
    { command: 'kit.hello', title: 'Say hello', category: 'Kit' },
  ],
  menus: {
    'view/title': [{ command: 'kit.refresh', when: 'view == kit.tree', group: 'navigation' }],
    'view/item/context': [
      { command: 'kit.refresh', when: 'view == kit.tree', group: 'inline' },
      { command: 'kit.hello', when: 'view == kit.tree', group: 'other' },
    ],
  },
};

let folder = '';
let vscode: VSCode;
let workbench: Workbench;
const undo: (() => Promise<unknown>)[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dsm-kit-'));
  await writeFile(join(folder, 'settings.py'), 'DEBUG = True\nMIDDLEWARE = [\n]\n');
  undo.unshift(() => rm(folder, { recursive: true, force: true }));
  vscode = await startVSCode({ folder, companion: CONTRIBUTES, remove: [folder] });
  undo.unshift(() => vscode.stop());
  workbench = await openWorkbench(vscode, { theme: 'dark', height: 500 });
  undo.unshift(() => workbench.close());
  await vscode.inExtensionHost(setUp);
});

after(async () => {
  for (const step of undo) await step();
});

/** Runs inside the extension host. */
function setUp(api: typeof import('vscode')): void {
  const children: Record<string, string[]> = {
    '': ['many', 'few'],
    many: Array.from({ length: 60 }, (_, index) => `item ${index}`),
    few: ['last'],
  };
  const provider = {
    getChildren: (element?: string) => children[element ?? ''] ?? [],
    getTreeItem: (element: string) => {
      const state = { many: api.TreeItemCollapsibleState.Expanded, few: api.TreeItemCollapsibleState.Collapsed }[
        element
      ];
      const item = new api.TreeItem(element, state);
      item.description = `about ${element}`;
      item.tooltip = new api.MarkdownString(`**Hover** of ${element}`);
      item.iconPath = new api.ThemeIcon('warning', new api.ThemeColor('charts.red'));
      item.accessibilityInformation = { label: `read out: ${element}` };
      return item;
    },
  };
  const view = api.window.createTreeView('kit.tree', { treeDataProvider: provider });
  view.badge = { value: 3, tooltip: 'three' };
  view.message = 'A message';
  const status = api.window.createStatusBarItem('kit.status', api.StatusBarAlignment.Left, 100);
  Object.assign(status, { text: '$(pulse) 12 things', tooltip: 'status hover', command: 'kit.hello' });
  status.backgroundColor = new api.ThemeColor('statusBarItem.warningBackground');
  status.show();
  const store = globalThis as Record<string, unknown>;
  api.commands.registerCommand('kit.refresh', async (element?: string) => {
    store['refreshed'] = element ?? 'view';
    store['modal'] = await api.window.showWarningMessage('Delete?', { modal: true, detail: 'All.' }, 'Delete');
  });
  api.commands.registerCommand('kit.hello', async () => {
    store['answer'] = await api.window.showErrorMessage('It failed: why. Do this.', 'Retry', 'Show log');
  });
}

const stored = (name: string): Promise<unknown> =>
  vscode.inExtensionHost((_, key) => (globalThis as Record<string, unknown>)[key], name);

test('reads a tree that is longer than the window, with what a person sees of each row', async () => {
  await workbench.openView('Kit things');
  const rows = await workbench.waitFor(
    () => workbench.treeRows(),
    'all rows',
    (all) => all.length === 62,
  );
  assert.deepEqual(rows.map((row) => row.label).slice(0, 3), ['many', 'item 0', 'item 1']);
  assert.equal(rows.at(-1)?.label, 'few');
  const { iconColor, ...first } = rows[0] ?? assert.fail('no rows');
  assert.match(iconColor, /^rgb/);
  assert.deepEqual(first, {
    label: 'many',
    description: 'about many',
    level: 1,
    expanded: true,
    ariaLabel: 'read out: many',
    actions: ['Refresh'],
    icon: 'warning',
    selected: false,
    index: 0,
  });
  assert.equal(await workbench.viewMessage(), 'A message');
  assert.ok((await workbench.viewActions()).includes('Refresh'));
  assert.equal(await workbench.badge('Kit things'), '3');
  assert.equal(await workbench.badge('Explorer'), undefined);
});

test('the clock of a view that loads is no badge', async () => {
  await vscode.inExtensionHost((v) => {
    const done = Promise.withResolvers<boolean>();
    Object.assign(globalThis, { endProgress: () => done.resolve(true) });
    void v.window.withProgress({ location: { viewId: 'workbench.explorer.fileView' } }, () => done.promise);
  });
  await workbench.waitFor(
    () => workbench.page.locator('.activitybar .progress-badge').isVisible(),
    'the clock',
    (shown) => shown,
  );
  assert.equal(await workbench.badge('Explorer'), undefined);
  await vscode.inExtensionHost(() => (globalThis as unknown as { endProgress: () => void }).endProgress());
});

test('expands, collapses, hovers and acts on a row that is out of sight', async () => {
  const tree = workbench.tree('Kit tree');
  await tree.expand('few');
  assert.match(await tree.hover('last'), /^Hover of last/);
  await workbench.screenshot('kit-hover');
  await tree.collapse('many');
  assert.deepEqual(
    (await tree.rows()).map((row) => row.label),
    ['many', 'few', 'last'],
  );
  await tree.act('last', 'Refresh');
  const modal = await workbench.waitFor(() => workbench.modal(), 'the modal dialog');
  assert.deepEqual(modal, { message: 'Delete?', detail: 'All.', buttons: ['Cancel', 'Delete'] });
  await workbench.clickModalButton('Delete');
  await workbench.waitFor(
    () => stored('modal'),
    'the answer',
    (answer) => answer === 'Delete',
  );
  assert.equal(await stored('refreshed'), 'last');
});

test('runs a command, and answers its notification', async () => {
  assert.deepEqual(await workbench.commandsFor('Kit: Say'), ['Kit: Say hello']);
  await workbench.runCommand('Kit: Say hello');
  const seen = await workbench.waitFor(
    () => workbench.notifications(),
    'a notification',
    (all) => all.length === 1,
  );
  const buttons = ['Retry', 'Show log'];
  assert.deepEqual(seen, [{ severity: 'error', message: 'It failed: why. Do this.', source: 'companion', buttons }]);
  await workbench.clickNotificationButton('Show log');
  await workbench.waitFor(
    () => stored('answer'),
    'the answer',
    (answer) => answer === 'Show log',
  );
  assert.ok((await workbench.tree().contextMenu('few', 'Say hello')).includes('Say hello'));
  await workbench.waitFor(
    () => workbench.notifications(),
    'a notification',
    (all) => all.length === 1,
  );
  await workbench.clearNotifications();
});

test('reads the status bar', async () => {
  const item = await workbench.statusItem('kit.status');
  assert.deepEqual([item.text, item.icons, item.kind], ['12 things', ['pulse'], 'warning']);
  assert.equal(await workbench.statusHover('kit.status'), 'status hover');
});

test('answers a quick pick and an input box', async () => {
  const picked = vscode.inExtensionHost((api) =>
    api.window.showQuickPick([{ label: 'First', description: 'one', detail: 'of all' }, { label: 'Second' }], {
      title: 'Choose',
    }),
  );
  const pick = await workbench.quickInput.waitOpen('Choose');
  assert.deepEqual(pick.items[0], { label: 'First', description: 'one', detail: 'of all' });
  await workbench.quickInput.pick('Second');
  assert.deepEqual(await picked, { label: 'Second' });
  const typed = vscode.inExtensionHost((api) =>
    api.window.showInputBox({
      title: 'Password',
      password: true,
      validateInput: (text) => (text === 'bad' ? 'Too bad' : undefined),
    }),
  );
  assert.equal((await workbench.quickInput.waitOpen('Password')).inputType, 'password');
  await workbench.quickInput.type('bad');
  await workbench.quickInput.waitOpen('Too bad');
  await workbench.quickInput.type('good');
  await workbench.quickInput.accept();
  assert.equal(await typed, 'good');
});

test('opens a file, changes settings, and sees that files change outside', async () => {
  await workbench.openFile('settings.py');
  assert.equal(await workbench.activeTab(), 'settings.py');
  assert.deepEqual(await vscode.inExtensionHost(async (api) => (await api.workspace.findFiles('*.py')).length), 1);
  await vscode.updateSettings({ 'editor.tabSize': 7 });
  const tabSize = (): Promise<unknown> =>
    vscode.inExtensionHost((api) => api.workspace.getConfiguration('editor').get('tabSize'));
  await workbench.waitFor(tabSize, 'the changed setting', (size) => size === 7);
  await vscode.inExtensionHost((api) => {
    const store = globalThis as Record<string, unknown>;
    api.workspace.createFileSystemWatcher('**/*.py').onDidChange((uri) => (store['changed'] = uri.path));
  });
  await writeFile(join(folder, 'settings.py'), 'DEBUG = False\n');
  await workbench.waitFor(
    () => stored('changed'),
    'the file watcher',
    (path) => path === join(folder, 'settings.py'),
  );
});

test('keeps what is logged in the extension host, and shows it', async () => {
  await vscode.inExtensionHost((api) => {
    const log = api.window.createOutputChannel('Kit log', { log: true });
    log.info('a line of the log');
    log.show(true);
  });
  await workbench.waitFor(
    () => workbench.panelText(),
    'the log in the panel',
    (text) => text.includes('a line of the log'),
  );
  assert.match(await vscode.logs(), /\[info\] a line of the log/);
});

test('says what it saw last when it waits in vain', async () => {
  const waiting = workbench.waitFor(
    () => Promise.resolve('something else'),
    'a miracle',
    (seen) => seen === 'it',
    { timeoutMs: 100 },
  );
  await assert.rejects(
    waiting,
    /Waited 100 ms for a miracle\.\nSeen last: 'something else'\nScreenshot: .*failed-a-miracle/,
  );
});
