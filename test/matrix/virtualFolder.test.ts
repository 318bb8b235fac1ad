import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../kit/node24.ts';
import { copySample } from '../kit/sample.ts';
import { freePort } from '../kit/serverProcess.ts';
import { openWorkbench, startVSCode } from '../kit/vscode.ts';
import { ensureVsix } from '../kit/vsix.ts';

interface Manifest {
  readonly extensionKind: readonly string[];
  readonly browser?: string;
  readonly capabilities: { readonly virtualWorkspaces: { readonly description: string } };
}

/** What VS Code itself does with an extension that says where it can't work, seen once. */
void test('where all open folders are virtual the extension is off, and VS Code says why and what to do', async (t) => {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  assert.deepEqual([manifest.extensionKind, manifest.browser], [['workspace'], undefined]);
  const folder = await mkdtemp(join(tmpdir(), 'dsm-virtual-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const workspace = join(folder, 'virtual.code-workspace');
  await writeFile(workspace, JSON.stringify({ folders: [{ name: 'Elsewhere', uri: 'memfs:/elsewhere/shop' }] }));
  const vscode = await startVSCode({ folder: workspace, vsix: await ensureVsix(), quick: true });
  t.after(() => vscode.stop());
  const workbench = await openWorkbench(vscode, { theme: 'dark' });
  t.after(() => workbench.close());
  const id = 'django-session-monitor.django-session-monitor';
  const found = await vscode.inExtensionHost((api, id) => api.extensions.getExtension(id) !== undefined, id);
  assert.equal(found, false, 'it runs where it can read nothing');
  assert.deepEqual(await workbench.commandsFor('Django Sessions'), []);
  await workbench.page.keyboard.press('Escape');
  await workbench.runCommand('Extensions: Show Installed Extensions');
  await workbench.page.locator('.extension-list-item', { hasText: 'Django Session Monitor' }).first().click();
  const said = workbench.page.locator('.extension-editor .status');
  await workbench.waitFor(
    async () => (await said.allInnerTexts()).join(' '),
    'why it is off',
    (text) => text.includes(manifest.capabilities.virtualWorkspaces.description),
  );
  await workbench.screenshot('virtual-folder-dark');
});

void test('beside a virtual folder it works on the one that can be read, and takes no file by the path of the other', async (t) => {
  const port = await freePort();
  const project = await copySample(`postgresql://shop:secret@127.0.0.1:${String(port)}/shop`);
  t.after(() => rm(dirname(project), { recursive: true, force: true }));
  const elsewhere = await copySample('postgresql://shop:secret@127.0.0.1:1/elsewhere');
  t.after(() => rm(dirname(elsewhere), { recursive: true, force: true }));
  const workspace = join(dirname(project), 'mixed.code-workspace');
  const folders = [{ name: 'Elsewhere', uri: `memfs:${elsewhere}` }, { path: project }];
  await writeFile(workspace, JSON.stringify({ folders }));
  const vscode = await startVSCode({ folder: workspace, vsix: await ensureVsix(), quick: true });
  t.after(() => vscode.stop());
  const workbench = await openWorkbench(vscode, { theme: 'dark' });
  t.after(() => workbench.close());
  await workbench.openView('Django Sessions');
  await workbench.waitFor(
    () => workbench.viewMessage(),
    'that the server of the project on the disk is not there',
    (text) => text.includes(`Nothing listens on port ${String(port)}`),
  );
  assert.doesNotMatch(await vscode.logs(), /elsewhere on 127/u);
});
