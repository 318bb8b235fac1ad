import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { SETTING_KEYS, settingRow } from '../../src/contributions/settings.ts';
import { COMMANDS } from '../../src/contributions.ts';
import { NODE_24, ROOT } from '../kit/node24.ts';
import { run } from '../kit/process.ts';
import { ensureVsix } from '../kit/vsix.ts';

/** What people install: its contents, its size, and that its bundle stands alone. */

const BUNDLE = join(ROOT, 'dist', 'extension.cjs');
let vsix = '';

before(async () => {
  vsix = await ensureVsix();
});

test('holds the bundle, the media and the texts, and nothing else', async () => {
  const vsce = join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
  const files = (await run(NODE_24, [vsce, 'ls', '--no-dependencies'], { cwd: ROOT })).trim().split('\n').sort();
  assert.deepEqual(files, [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'dist/extension.cjs',
    'dist/webview.css',
    'dist/webview.js',
    'media/icon.png',
    'media/icon.svg',
    'media/overview.png',
    'package.json',
  ]);
});

test('is at most 500 kB', async () => {
  const { size } = await stat(vsix);
  assert.ok(size <= 500_000, `${size} bytes`);
  assert.ok(size > 10_000, `${size} bytes`);
});

test('holds a dashboard of at most 350 kB, in which nothing is evaluated or loaded from elsewhere', async () => {
  const [script, style] = await Promise.all(
    ['webview.js', 'webview.css'].map((file) => readFile(join(ROOT, 'dist', file), 'utf8')),
  );
  assert.ok(script !== undefined && style !== undefined);
  assert.ok(script.length > 10_000 && style.length > 1000);
  assert.ok(script.length + style.length <= 350_000, `${script.length + style.length} characters`);
  // FAST has a `new Function` for browsers without globalThis, which is never reached, and which the policy would refuse.
  assert.ok(!/\beval\(|sourceMappingURL|\bimport\(/.test(script), 'script');
  assert.ok(!/url\(|@import/.test(style), 'style');
  for (const code of [script, style]) assert.ok(!code.includes(ROOT), ROOT);
});

test('needs no module but vscode and those of Node', async () => {
  const code = await readFile(BUNDLE, 'utf8');
  const { builtinModules } = await import('node:module');
  const needed = new Set([...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? ''));
  assert.ok(needed.has('vscode'));
  // pg tries its native binding only when NODE_PG_FORCE_NATIVE is set or pg.native is read.
  const known = new Set(['vscode', 'pg-native', ...builtinModules]);
  const unknown = [...needed].filter((name) => !known.has(name.replace(/^node:/, '')));
  assert.deepEqual(unknown, []);
});

test('names no folder of the machine that it was built on, and no source map', async () => {
  const code = await readFile(BUNDLE, 'utf8');
  assert.ok(!code.includes(ROOT), ROOT);
  assert.ok(!code.includes('sourceMappingURL'));
});

test('ships the titles and descriptions of the manifest once', async () => {
  const code = await readFile(BUNDLE, 'utf8');
  const settings = SETTING_KEYS.map((key) => settingRow(key).description);
  const ids = Object.values(COMMANDS);
  assert.ok(ids.every((id) => code.includes(id)));
  assert.deepEqual(
    settings.filter((text) => code.includes(text)),
    [],
  );
});

test('the manifest points at what is in it', async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { main: string; icon: string };
  assert.equal(join(ROOT, manifest.main), BUNDLE);
  const icon = await readFile(join(ROOT, manifest.icon));
  // The marketplace asks for a PNG of at least 128 × 128: width and height stand in the IHDR chunk.
  assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [128, 128]);
});
