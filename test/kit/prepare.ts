/** Installs what a kind of tests needs before it starts, with progress: `node prepare.ts vscode`. Called by test/run.mjs. */
import { MissingTool, ensureTool, type ToolName } from './apt.ts';
import { OLDEST_CODE_SERVER, ensureCodeServer } from './codeServer.ts';
import { ensurePublishedSchemas } from './publishedSchemas.ts';
import { ensureVsix } from './vsix.ts';

const say = (message: string): void => {
  console.log(`• ${message}`);
};

const EDITORS = [
  () => ensureVsix(say),
  () => ensureCodeServer(undefined, say),
  () => ensureCodeServer(OLDEST_CODE_SERVER, say),
];

const NEEDS: Record<string, { tools?: readonly ToolName[]; also?: readonly (() => Promise<unknown>)[] }> = {
  postgres: { tools: ['pgbouncer', 'debianDjango'] },
  django: { tools: ['debianDjango', 'venv', 'gunicorn'] },
  services: {
    tools: [
      'podman',
      'runc',
      'docker',
      'venv',
      'debianDjango',
      'gunicorn',
      'djangoPrometheus',
      'prometheus',
      'postgresExporter',
    ],
    also: [ensurePublishedSchemas],
  },
  matrix: {
    tools: [
      'chromium',
      'debianPostgres',
      'pgbouncer',
      'prometheus',
      'promtool',
      'postgresExporter',
      'podman',
      'runc',
      'debianDjango',
      'gunicorn',
      'djangoPrometheus',
    ],
    also: EDITORS,
  },
  package: { also: [() => ensureVsix(say)] },
  vscode: { tools: ['chromium'], also: EDITORS },
  oldest: { tools: ['chromium'], also: EDITORS },
};

try {
  const needs = NEEDS[process.argv[2] ?? ''];
  for (const tool of needs?.tools ?? []) {
    await ensureTool(tool, say).catch((error: unknown) => {
      // The tests that need it say so again: they are skipped for that reason, or fail in CI.
      if (!(error instanceof MissingTool)) throw error;
      say(error.message);
    });
  }
  for (const prepare of needs?.also ?? []) await prepare();
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
