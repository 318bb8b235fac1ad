import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readProject } from '../../../src/django/project/findProject.ts';
import { judgeProject } from '../../../src/django/project/judgeProject.ts';
import { SESSION_MODELS } from '../../django/corpus/sessionModels.ts';
import { SESSION_ROUTERS } from '../../django/corpus/sessionRouters.ts';
import { below, memoryFileSystem } from './memory.ts';

for (const { name, files, expected, why, ownClearing } of SESSION_MODELS) {
  test(`the table of the sessions: ${name}`, async () => {
    const project = await readProject(memoryFileSystem(below('/w', files)), '/w', { environment: {} });
    const {
      table,
      schema,
      without,
      cached,
      why: said,
      ownClearing: clearing,
      files: read,
    } = project.sessions ?? { files: [] };
    assert.deepEqual(JSON.parse(JSON.stringify({ table, schema, without, cached })), expected, said);
    if (why === undefined) assert.equal(said, undefined);
    else assert.ok(said?.includes(why), said);
    assert.equal(clearing === undefined ? undefined : path.relative('/w', clearing.file), ownClearing);
    assert.ok(
      read.every((file) => project.files.includes(file)),
      'they are read again when they change',
    );
    const codes = project.problems.map(({ code }) => code);
    assert.deepEqual(codes, [], 'what the modules of the engine do is no problem of the settings');
    const judgement = judgeProject(project);
    assert.equal(judgement.usable, expected.without === undefined);
    if (judgement.usable) {
      const notes = judgement.notes.join(' ');
      assert.equal(notes.includes('its table is not known'), why !== undefined, notes);
      assert.equal(notes.includes('its own clear_expired'), ownClearing !== undefined, notes);
    }
  });
}

for (const { name, files, alias, why } of SESSION_ROUTERS) {
  test(`the database that routers send sessions to: ${name}`, async () => {
    const {
      sessions,
      problems,
      files: read,
    } = await readProject(memoryFileSystem(below('/w', files)), '/w', { environment: {} });
    assert.equal(sessions?.alias, alias, sessions?.aliasWhy);
    if (why === undefined) assert.equal(sessions?.aliasWhy, undefined);
    else assert.ok(sessions?.aliasWhy?.includes(why), sessions?.aliasWhy);
    assert.deepEqual(problems, [], 'a router is no setting');
    assert.equal(
      read.some((file) => file.endsWith('routers.py')),
      name !== 'none',
      'it is read again when it changes',
    );
  });
}
