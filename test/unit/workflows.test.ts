import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);

interface Step {
  readonly run?: string;
}

interface Job {
  readonly strategy?: { readonly matrix: { readonly os: readonly string[]; readonly vscode: readonly string[] } };
  readonly steps: readonly Step[];
}

test('the workflow runs scripts that are there, on three systems, in the oldest VS Code that is supported and the newest', async () => {
  const workflow = parse(await readFile(new URL('.github/workflows/test.yml', root), 'utf8')) as {
    readonly jobs: Readonly<Record<string, Job>>;
  };
  const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
    readonly engines: { readonly vscode: string };
  };
  const { matrix } = workflow.jobs['smoke']?.strategy ?? assert.fail('no matrix');
  assert.deepEqual(matrix.os, ['ubuntu-latest', 'windows-latest', 'macos-latest']);
  assert.deepEqual(matrix.vscode, [manifest.engines.vscode.replace('^', ''), 'stable']);
  const lines = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  for (const line of lines) {
    const [, script] = /^npm (?:run )?(test|package)\b/u.exec(line) ?? [];
    if (script !== undefined) assert.ok(manifest.scripts[script] !== undefined, line);
    const [, file] = /\bnode (\S+)/u.exec(line) ?? [];
    if (file !== undefined) await access(new URL(`test/smoke/${file}`, root));
  }
  assert.ok(lines.includes('npm test') && lines.includes('npm run package'), lines.join());
});
