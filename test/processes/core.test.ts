import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../kit/node24.ts';
import { run } from '../kit/process.ts';

/** What scripts and checks outside this repository call by name. */
const NAMES = [
  'ALERT_RULES',
  'AlertEngine',
  'DatabaseSources',
  'applyEdits',
  'clearExpiredSessions',
  'connect',
  'decodeSession',
  'describeProject',
  'diagnose',
  'parseSettings',
  'planRollback',
  'previewCleanup',
  'readCleanupLog',
  'readSessionMetrics',
  'siteSources',
];

test('the core loads in a plain Node, with what is called by name', async () => {
  const script = `import(${JSON.stringify(join(ROOT, 'src', 'core.ts'))}).then((core) => console.log(Object.keys(core).sort().join()))`;
  const said = await run(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', script], {});
  assert.equal(said.trim(), NAMES.join());
});

test('the core has nothing of its own', async () => {
  const text = await readFile(join(ROOT, 'src', 'core.ts'), 'utf8');
  const statements = text.replace(/\/\*[\s\S]*?\*\//g, '').split(';');
  for (const statement of statements) assert.match(statement.trim(), /^$|^export \{[^}]+\} from '\.[^']+'$/);
});
