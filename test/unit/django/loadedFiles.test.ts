import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { evaluateProject } from '../../../src/django/project/projectReading.ts';
import { LoadedFiles } from '../../../src/django/python/evaluation/files.ts';
import { below, memoryFileSystem } from './memory.ts';

void test('modules that are imported side by side are loaded together, not one evaluation of the project for each', async () => {
  const root = path.resolve('/project');
  const parts = Array.from({ length: 40 }, (_, i) => `part${i}`);
  const files = new LoadedFiles(
    memoryFileSystem(
      below(root, {
        'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')",
        'site_/__init__.py': '',
        'site_/settings.py': parts.map((part) => `from .${part} import *`).join('\n'),
        ...Object.fromEntries(parts.map((part, i) => [`site_/${part}.py`, `SETTING_${i} = ${i}`])),
      }),
    ),
  );
  let evaluations = 0;
  const { frame } = await files.settle(() => {
    evaluations++;
    return evaluateProject(files, { root, folder: root, environment: {} });
  });
  assert.deepEqual(
    parts.map((_, i) => frame?.names.get(`SETTING_${i}`)),
    parts.map((_, i) => ({ t: 'number', v: i })),
  );
  assert.ok(evaluations < 12, `${evaluations} evaluations`);
});
