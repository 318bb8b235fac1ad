import assert from 'node:assert/strict';
import { chmod, glob, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { allNotifications, assertCleanLogs, openLive, ourLog, untilRow } from './look.ts';
import { openScene } from './scene.ts';
import { THEMES } from './themes.ts';

/** What settings files show besides the plain way: checks and fixes, split settings, refusals, and changes that collide. */

const scene = await openScene({
  workbench: { theme: 'light', width: 1400, height: 1000 },
  vscode: {
    settings: { 'djangoSessionMonitor.intervalSeconds': 3600, 'editor.formatOnSave': true, 'files.autoSave': 'off' },
  },
  prepare: async (folder) => {
    // Not in use: the project runs with config.settings.dev.
    const production = 'from .base import *\n\nDEBUG = False\nSESSION_SAVE_EVERY_REQUEST = False\n';
    await writeFile(join(folder, 'config', 'settings', 'production.py'), production);
  },
});
after(() => scene.stop());
const { workbench, vscode, folder } = scene;

const BASE = 'config/settings/base.py';
const DEV = 'config/settings/dev.py';
const THROTTLE = 'config/middleware.py';
/** Empty, and not in use: the project runs with config.settings.dev. */
const PACKAGE = 'config/settings/__init__.py';
const original = await readFile(join(folder, BASE), 'utf8');
const originalDev = await readFile(join(folder, DEV), 'utf8');
const DISABLE = 'Django Sessions: Disable Session Throttle (Quick Rollback)…';
const FULL = 'Django Sessions: Full Rollback of Session Throttle…';
const RESTORE = 'Django Sessions: Restore Session Throttle…';

interface Found {
  readonly code: string;
  readonly message: string;
  readonly severity: number;
  readonly text: string;
}

/** What the checks have found in the file, with the text that is underlined. */
function problems(path: string): Promise<Found[]> {
  return vscode.inExtensionHost(
    (api, file) => {
      const uri = api.Uri.file(file);
      const document = api.workspace.textDocuments.find((one) => one.uri.fsPath === file);
      return api.languages.getDiagnostics(uri).map(({ code, message, severity, range }) => ({
        code: typeof code === 'string' ? code : '',
        message,
        severity,
        text: document?.getText(range) ?? '',
      }));
    },
    join(folder, path),
  );
}

async function untilProblems(path: string, ...codes: readonly string[]): Promise<Found[]> {
  return workbench.waitFor(
    () => problems(path),
    `the problems ${codes.join()} in ${path}`,
    (found) => found.map(({ code }) => code).join() === codes.join(),
  );
}

/** Puts a text in place of the whole file in its editor; not saved. */
async function type(path: string, text: string): Promise<void> {
  await vscode.inExtensionHost(
    async (api, file, content) => {
      const document = await api.workspace.openTextDocument(file);
      await api.window.showTextDocument(document, { preview: false });
      const edit = new api.WorkspaceEdit();
      edit.replace(document.uri, new api.Range(0, 0, document.lineCount, 0), content);
      await api.workspace.applyEdit(edit);
    },
    join(folder, path),
    text,
  );
}

async function untilText(path: string, expected: string): Promise<void> {
  await workbench.waitFor(
    () =>
      vscode.inExtensionHost(
        (api, file) => api.workspace.textDocuments.find((one) => one.uri.fsPath === file)?.getText(),
        join(folder, path),
      ),
    `the editor of ${path} to see it`,
    (text) => text === expected,
  );
}

async function putCursorAt(text: string): Promise<void> {
  await vscode.inExtensionHost((api, sought) => {
    const editor = api.window.activeTextEditor;
    if (editor === undefined) return;
    const position = editor.document.positionAt(editor.document.getText().indexOf(sought));
    editor.selection = new api.Selection(position, position);
    editor.revealRange(new api.Range(position, position));
  }, text);
  await vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.focusActiveEditorGroup'));
}

async function save(): Promise<void> {
  await vscode.inExtensionHost((api) => api.workspace.saveAll());
}

async function untilDisk(path: string, fits: (text: string) => boolean, what: string): Promise<void> {
  await workbench.waitFor(() => readFile(join(folder, path), 'utf8'), what, fits);
}

async function reset(): Promise<void> {
  await save();
  await vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.closeAllEditors'));
  await type(BASE, original);
  await type(DEV, originalDev);
  await save();
  await untilDisk(BASE, (text) => text === original, 'the file as it was');
  await workbench.clearNotifications();
}

async function untilMessage(text: RegExp): Promise<void> {
  await workbench.waitFor(
    () => allNotifications(scene),
    `the notification ${String(text)}`,
    (all) => all.some(({ message }) => text.test(message)),
  );
}

async function untilPreview(): Promise<void> {
  await workbench.waitFor(
    () => workbench.diffLines(),
    'the diff',
    ({ added, removed }) => added.length + removed.length > 0,
  );
}

async function confirm(question: RegExp): Promise<string> {
  await workbench.clickEditorAction('Apply Previewed Change');
  const modal = await workbench.waitFor(() => workbench.modal(), `the question ${String(question)}`);
  assert.match(modal?.message ?? '', question);
  await workbench.clickModalButton('Apply');
  return modal?.detail ?? '';
}

void test('a healthy file has no problems', async () => {
  await openLive(scene);
  await workbench.openFile(BASE);
  await untilRow(scene, 'Throttle', /^on/);
  await untilProblems(BASE);
});

void test('checks are told as problems as one types, and quick fixes mend them', async () => {
  await type(BASE, original.replace('SESSION_COOKIE_AGE = 1209600', 'SESSION_COOKIE_AGE = 60'));
  const [found] = await untilProblems(BASE, 'cookie-age-below-interval');
  assert.ok(found);
  assert.equal(found.text, 'SESSION_COOKIE_AGE = 60');
  assert.match(found.message, /throttle interval of 900 s/, 'as the source of the middleware says');
  await putCursorAt('SESSION_COOKIE_AGE');
  const fixes = await workbench.quickFixes();
  await workbench.screenshot('settings-quickfix-light');
  assert.ok(
    fixes.some((title) => title.startsWith('Set SESSION_COOKIE_AGE = 1209600')),
    fixes.join('\n'),
  );
  assert.ok(fixes.includes('Switch off the check "cookie-age-below-interval"'), fixes.join('\n'));
  await workbench.pickQuickFix('Set SESSION_COOKIE_AGE = 1209600');
  await untilProblems(BASE);
  await reset();
});

void test('the source of the throttle says where it makes sessions for everyone, and a quick fix asks first', async () => {
  await workbench.openFile(THROTTLE);
  const before = await readFile(join(folder, THROTTLE), 'utf8');
  await untilProblems(THROTTLE);
  await type(THROTTLE, before.replace('        if not session.is_empty():', '        if True:'));
  const [found] = await untilProblems(THROTTLE, 'throttle-makes-sessions-for-everyone');
  assert.equal(found?.text, 'session["last_activity"] = now');
  await putCursorAt('session["last_activity"] = now');
  const fixes = await workbench.quickFixes();
  assert.ok(fixes.includes('Switch off the check "throttle-makes-sessions-for-everyone"'), fixes.join('\n'));
  await workbench.pickQuickFix('Ask first whether the session holds anything');
  await untilProblems(THROTTLE);
  const fixed = await vscode.inExtensionHost((api) => api.window.activeTextEditor?.document.getText());
  assert.match(fixed ?? '', /if not session\.is_empty\(\) and now - session\.get/);
  await type(THROTTLE, before);
  await reset();
});

void test('a check can be switched off, and on again', async () => {
  await type(BASE, original.replace('SESSION_SAVE_EVERY_REQUEST = False', 'SESSION_SAVE_EVERY_REQUEST = True'));
  await untilProblems(BASE, 'throttle-and-save-every-request');
  await vscode.inExtensionHost((api) => {
    void api.commands.executeCommand('djangoSessionMonitor.switchOffCheck', 'throttle-and-save-every-request');
  });
  await untilProblems(BASE);
  await workbench.clickNotificationButton('Switch It On Again');
  await untilProblems(BASE, 'throttle-and-save-every-request');
  await reset();
});

void test('a full rollback that another settings file would override changes both, in one step', async () => {
  await type(DEV, `${originalDev}\nSESSION_SAVE_EVERY_REQUEST = False  # of this machine\n`);
  await save();
  await workbench.runCommand(FULL);
  await workbench.waitFor(
    () => workbench.activeTabLabel(),
    'the preview of two files',
    (tab) => tab.includes('preview'),
  );
  await workbench.screenshot('settings-two-files-light');
  const detail = await confirm(/^Apply the full rollback to .*base\.py and .*dev\.py\?$|dev\.py and .*base\.py\?$/);
  assert.match(detail, /production\.py/, 'a settings file that is not in use, and stays as it is');
  await untilDisk(DEV, (text) => /^SESSION_SAVE_EVERY_REQUEST = True/m.test(text), 'True where it is decided');
  await untilDisk(BASE, (text) => text.includes('[session-monitor: removed]'), 'the entry to be removed');
  await workbench.runCommand(RESTORE);
  await workbench.waitFor(
    () => workbench.activeTabLabel(),
    'the preview of two files',
    (tab) => /Restore.*preview/.test(tab),
  );
  assert.match(await confirm(/^Apply the restore/), /production\.py, which is not in use now, takes over the change/);
  await untilDisk(BASE, (text) => text === original, 'the bytes from before');
  await untilDisk(
    DEV,
    (text) => text.endsWith('SESSION_SAVE_EVERY_REQUEST = False  # of this machine\n'),
    'the same of dev.py',
  );
  await reset();
});

void test('what can’t be done without guessing is refused with the reason, and the file is not touched', async () => {
  const computed = original.replace('MIDDLEWARE = [', 'MIDDLEWARE = build([').replace(/^\]\n\nROOT/m, '])\n\nROOT');
  await type(BASE, computed);
  await save();
  await workbench.runCommand(DISABLE);
  await untilMessage(
    /^Quick rollback refused, nothing was changed\. Not all of MIDDLEWARE is known: build is not defined/,
  );
  assert.equal(await readFile(join(folder, BASE), 'utf8'), computed);
  await reset();
});

void test('unsaved changes, a file that is read-only, and a link, are told before anything is written', async () => {
  await type(BASE, `${original}# not saved yet\n`);
  const elsewhere = join(dirname(folder), 'elsewhere.py');
  await rename(join(folder, BASE), elsewhere);
  await symlink(elsewhere, join(folder, BASE));
  await chmod(join(folder, BASE), 0o444);
  await workbench.runCommand(DISABLE);
  await untilPreview();
  await workbench.clickEditorAction('Apply Previewed Change');
  const modal = await workbench.waitFor(() => workbench.modal(), 'the question');
  assert.match(modal?.detail ?? '', /base\.py has other changes that are not saved/);
  assert.match(modal?.detail ?? '', /base\.py is read-only on the disk/);
  assert.ok(modal?.detail.includes(`base.py is a link, and what is changed is ${elsewhere}.`), modal?.detail);
  await workbench.screenshot('settings-warnings-light');
  await workbench.clickModalButton('Cancel');
  assert.equal(await readFile(join(folder, BASE), 'utf8'), original);
  await rename(elsewhere, join(folder, BASE));
  await chmod(join(folder, BASE), 0o644);
  await workbench.clickEditorAction('Discard Previewed Change');
  await reset();
});

void test('a file that changes while the change is read is planned anew', async () => {
  await workbench.runCommand(DISABLE);
  await untilPreview();
  const changed = original.replace('DEBUG = False', 'DEBUG = False  # meanwhile');
  await writeFile(join(folder, BASE), changed);
  await untilText(BASE, changed);
  await workbench.clickEditorAction('Apply Previewed Change');
  await untilMessage(/the file has changed meanwhile, so the change is shown anew/);
  await untilPreview();
  await confirm(/^Apply the quick rollback/);
  await untilDisk(
    BASE,
    (text) => text.includes('# meanwhile') && text.includes('[session-monitor: off]'),
    'both changes',
  );
  await reset();
});

void test('a file that changes on the disk while the question is open is planned anew, and its new text is kept', async () => {
  for (const [when, write] of Object.entries(CHANGES_ON_DISK)) {
    await workbench.clearNotifications();
    await workbench.runCommand(DISABLE);
    await untilPreview();
    await workbench.clickEditorAction('Apply Previewed Change');
    await workbench.waitFor(() => workbench.modal(), `the question, ${when}`);
    const changed = await write();
    await workbench.clickModalButton('Apply');
    await untilMessage(/the file has changed meanwhile, so the change is shown anew/);
    assert.equal(await readFile(join(folder, BASE), 'utf8'), changed, when);
    await untilText(BASE, changed);
    await untilPreview();
    await workbench.clickEditorAction('Discard Previewed Change');
    await reset();
  }
});

/** Something at the beginning moves every offset behind it. */
const moved = `# pulled from the repository\n\n${original}`;
const CHANGES_ON_DISK: Readonly<Record<string, () => Promise<string>>> = {
  'and the editor has seen it': async () => {
    await writeFile(join(folder, BASE), moved);
    await untilText(BASE, moved);
    return moved;
  },
  'and the editor may not have seen it yet': async () => {
    await writeFile(join(folder, BASE), moved);
    return moved;
  },
};

void test('an editor that does not show what is on the disk is told, until it is reverted', async () => {
  const file = join(folder, BASE);
  await workbench.clearNotifications();
  await workbench.openFile(BASE);
  await workbench.runCommand(DISABLE);
  await untilPreview();
  const { atime, mtime } = await stat(file);
  const changed = original.replace('SESSION_COOKIE_AGE', 'SESSION_COOKIE_AGF');
  assert.notEqual(changed, original);
  await writeFile(file, changed);
  // By time and size VS Code knows whether a file is another one.
  await utimes(file, atime, mtime);
  await workbench.clickEditorAction('Apply Previewed Change');
  await untilMessage(/base\.py on the disk is not what its editor shows, .* "File: Revert File"/);
  assert.equal(await readFile(file, 'utf8'), changed);
  await workbench.clickEditorAction('Discard Previewed Change');
  await workbench.clearNotifications();
  await workbench.openFile(BASE);
  await workbench.runCommand('File: Revert File');
  await untilText(BASE, changed);
  await workbench.runCommand(DISABLE);
  await untilPreview();
  await confirm(/config\/settings\/base\.py\?$/);
  await untilDisk(BASE, (text) => text.includes('[session-monitor: off]'), 'the rollback');
  assert.match(await readFile(file, 'utf8'), /SESSION_COOKIE_AGF/);
  await reset();
});

void test('from the palette the throttle of the project is meant, whatever file is open', async () => {
  await workbench.clearNotifications();
  await workbench.openFile(PACKAGE);
  await workbench.runCommand(DISABLE);
  await untilPreview();
  await confirm(/config\/settings\/base\.py\?$/);
  await untilDisk(BASE, (text) => text.includes('[session-monitor: off]'), 'the rollback in the project');
  await workbench.openFile(PACKAGE);
  await workbench.runCommand(RESTORE);
  await untilPreview();
  await confirm(/^Apply the restore to config\/settings\/base\.py\?$/);
  await untilDisk(BASE, (text) => text === original, 'the bytes from before');
  await reset();
});

void test('where the file can no longer tell what stood there, the earlier state is offered, with what it costs', async () => {
  await workbench.runCommand(DISABLE);
  await untilPreview();
  await confirm(/^Apply the quick rollback/);
  await untilDisk(BASE, (text) => text.includes('[session-monitor: off]'), 'the rollback');
  let kept = 0;
  for await (const file of glob(join(scene.vscode.userDataDir, '**', 'rollbacks', '*', '*'))) {
    kept++;
    assert.doesNotMatch(await readFile(file, 'latin1'), /MIDDLEWARE|SECRET_KEY/u, file);
  }
  assert.ok(kept > 0);
  const gone = (await readFile(join(folder, BASE), 'utf8')).replace(/^.*session-monitor: off.*\n/m, '');
  await type(BASE, gone);
  await save();
  await workbench.clearNotifications();
  await workbench.runCommand(RESTORE);
  await untilMessage(/^Restore: nothing to do\. .*has kept the text from before the last rollback/);
  await workbench.clickNotificationButton('Compare with Earlier State…');
  await untilPreview();
  assert.match(await confirm(/^Apply the restore/), /every change that was made to it since then goes as well/);
  await untilDisk(BASE, (text) => text === original, 'the earlier text');
  await reset();
});

void test('a settings file that is not in use says so, and is changed by itself', async () => {
  const PRODUCTION = 'config/settings/production.py';
  await type(PRODUCTION, 'MIDDLEWARE = [\n    "config.middleware.ThrottledSessionMiddleware",\n]\n');
  await save();
  await workbench.waitFor(
    () => workbench.codeLenses(),
    'the lens of a file that is not in use',
    (lenses) => lenses.some((lens) => /^Session throttle on.* · not in use, config\.settings\.dev is/.test(lens)),
  );
  await workbench.runCommand(DISABLE);
  await untilPreview();
  assert.match(await confirm(/production\.py\?$/), /The project does not use this settings file now/);
  await untilDisk(PRODUCTION, (text) => text.includes('[session-monitor: off]'), 'the rollback');
  assert.equal(await readFile(join(folder, BASE), 'utf8'), original);
  await reset();
});

void test('the source of the middleware can be opened', async () => {
  await workbench.runCommand('Django Sessions: Open Source of Session Throttle');
  await workbench.waitFor(
    () => workbench.activeTab(),
    'its source',
    (tab) => tab === 'middleware.py',
  );
  await workbench.runCommand('Django Sessions: Open Session Throttle in Settings');
  await workbench.waitFor(
    () => workbench.activeTab(),
    'the settings',
    (tab) => tab === 'base.py',
  );
});

void test('a file that is no settings file costs nothing: it is not parsed', async () => {
  await workbench.runCommand('Developer: Set Log Level...');
  await workbench.quickInput.type('Django Sessions');
  await workbench.quickInput.pick('Django Sessions');
  await workbench.quickInput.waitOpen(/Log Level|log level/);
  await workbench.quickInput.type('Trace');
  await workbench.quickInput.pick('Trace');
  await type('shop/views.py', '# MIDDLEWARE and SESSION_COOKIE_AGE, in a file that is not settings\n');
  await type('shop/views.py', 'MIDDLEWARE = ["a.ThrottledSessionMiddleware"]\n');
  await type(BASE, `${original}# typed\n`);
  await workbench.waitFor(
    () => ourLog(scene),
    'the settings to be parsed',
    (log) => /Parsed version \d+ of .*base\.py/.test(log),
  );
  assert.doesNotMatch(await ourLog(scene), /Parsed version \d+ of .*views\.py/);
  await reset();
});

void test('pictures in every theme and narrow', async () => {
  await workbench.openFile(BASE);
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    await workbench.clearNotifications();
    await workbench.clickCodeLens('Disable');
    await untilPreview();
    await workbench.screenshot(`settings-diff-${theme}`);
    await workbench.clickEditorAction('Discard Previewed Change');
    await workbench.waitFor(
      () => workbench.activeTab(),
      'the file in front',
      (tab) => tab === 'base.py',
    );
    await workbench.screenshot(`settings-lens-${theme}`);
  }
  await workbench.page.setViewportSize({ width: 700, height: 800 });
  await workbench.screenshot('settings-lens-narrow');
});

void test('no error was left unhandled', async () => {
  await assertCleanLogs(scene);
});
