import { readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { addExtension } from './addExtension.ts';

/**
 * A second, tiny extension that is installed beside ours and starts with VS Code. It runs functions that tests hand to
 * it inside the extension host, where the `vscode` API is: what a person can't see, such as context keys or timings.
 */
export const COMPANION_ID = 'test.companion';
const VERSION = '1.0.0';

const MANIFEST = {
  name: 'companion',
  publisher: 'test',
  version: VERSION,
  engines: { vscode: '^1.100.0' },
  main: './extension.js',
  activationEvents: ['*'],
  extensionKind: ['workspace'],
  capabilities: { untrustedWorkspaces: { supported: true } },
};

/** CommonJS that the extension host loads: answers POSTs of `{ code, args }` on a socket that only this user can open. */
const SOURCE = `
const http = require('node:http');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');
exports.activate = (context) => {
  const ready = path.join(__dirname, 'ready.json');
  const socket = path.join(__dirname, process.pid + '.sock');
  const server = http.createServer(async (incoming, answer) => {
    let body = '';
    for await (const part of incoming.setEncoding('utf8')) body += part;
    try {
      const { code, args } = JSON.parse(body);
      const value = await (0, eval)('(' + code + ')')(vscode, ...args);
      answer.end(JSON.stringify({ value }) ?? '{}');
    } catch (error) {
      answer.end(JSON.stringify({ error: error instanceof Error ? error.stack : String(error) }));
    }
  });
  server.listen(socket, () => fs.writeFileSync(ready, JSON.stringify({ socket, pid: process.pid, at: Date.now() })));
  context.subscriptions.push({ dispose: () => server.close() });
};
`;

/** Writes the companion into the extensions folder. */
export async function installCompanion(extensionsDir: string, contributes: object = {}): Promise<void> {
  const folder = await addExtension(extensionsDir, COMPANION_ID, VERSION);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...MANIFEST, contributes }, undefined, 2));
  await writeFile(join(folder, 'extension.js'), SOURCE);
}

interface Ready {
  readonly socket: string;
  readonly pid: number;
  readonly at: number;
}

function readyFile(extensionsDir: string): string {
  return join(extensionsDir, `${COMPANION_ID}-${VERSION}`, 'ready.json');
}

/** To be called before a workbench is opened, so that `companionReady` speaks of the new one. */
export async function forgetCompanion(extensionsDir: string): Promise<void> {
  await rm(readyFile(extensionsDir), { force: true });
}

/** Undefined until a workbench was opened and its extension host has started the companion. */
export async function companionReady(extensionsDir: string): Promise<Ready | undefined> {
  const text = await readFile(readyFile(extensionsDir), 'utf8').catch(() => '');
  return text === '' ? undefined : (JSON.parse(text) as Ready);
}

/** Runs the source of a function `(vscode, ...args) => result` in the extension host of the workbench opened last. */
export async function callCompanion(socket: string, code: string, args: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ code, args });
  const text = await new Promise<string>((resolve, reject) => {
    const call = request({ socketPath: socket, method: 'POST', path: '/', timeout: 60_000 }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => (answer += part));
      response.on('end', () => {
        resolve(answer);
      });
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('The companion did not answer within 60 s.')));
    call.on('error', reject);
    call.end(body);
  });
  const answer = JSON.parse(text) as { value?: unknown; error?: string };
  if (answer.error !== undefined) throw new Error(`In the extension host: ${answer.error}`);
  return answer.value;
}
