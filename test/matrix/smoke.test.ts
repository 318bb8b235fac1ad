import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type * as vscodeApi from 'vscode';
import { freePort } from '../kit/serverProcess.ts';
import { CURRENT_CODE_SERVER, OLDEST_CODE_SERVER, openWorkbench, startVSCode } from '../kit/vscode.ts';
import { ensureVsix } from '../kit/vsix.ts';

type Smoke = (api: typeof vscodeApi, logs: string, port: number, limitMs: number) => Promise<string>;
type MakeProject = (folder: string, port: number) => Promise<void>;

const { smoke } = createRequire(import.meta.url)('../smoke/smoke.cjs') as { readonly smoke: Smoke };
const address = '../smoke/project.mjs';
const { makeProject } = (await import(address)) as { readonly makeProject: MakeProject };

/** What .github/workflows runs on three systems in VS Code on the desktop, here in code-server on Linux. */
for (const version of [OLDEST_CODE_SERVER, CURRENT_CODE_SERVER])
  void test(`the smoke test of the package passes in code-server ${version}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'dsm smöke '));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const port = await freePort();
    await makeProject(folder, port);
    const vscode = await startVSCode({ folder, vsix: await ensureVsix(), version });
    t.after(() => vscode.stop());
    const workbench = await openWorkbench(vscode);
    t.after(() => workbench.close());
    const seen = await vscode.inExtensionHost(smoke, join(vscode.userDataDir, 'logs'), port, 50_000);
    assert.match(seen, /^\d+ commands; Nothing listens/u);
    const passes = vscode.inExtensionHost(smoke, join(vscode.userDataDir, 'User'), port, 1_000);
    await assert.rejects(passes, /The log does not say/u, 'it can fail');
  });
