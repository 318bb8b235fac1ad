import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../../src/django/project/findProject.ts';
import { CORPUS, type CorpusProject, type Expected } from '../../django/corpus/index.ts';
import { below, memoryFileSystem } from './memory.ts';

const ROOT = '/srv/shop';
const FIELDS = ['engine', 'name', 'user', 'password', 'host', 'port'] as const;

function expectedFields(expected: Expected): Record<string, string> {
  const pairs = FIELDS.map((field) => [field, (expected[field] ?? '').replace('ROOT', ROOT)] as const);
  return Object.fromEntries(pairs);
}

async function check(project: CorpusProject): Promise<void> {
  const fs = memoryFileSystem(below(ROOT, project.files));
  const read = await readProject(fs, ROOT, { environment: project.environment ?? {} });
  assert.equal(read.settingsModule, project.module ?? read.settingsModule);
  assert.deepEqual(read.databases.map((db) => db.alias).sort(), Object.keys(project.databases).sort());
  for (const db of read.databases) {
    const expected = project.databases[db.alias] ?? {};
    const fields = Object.fromEntries(FIELDS.map((field) => [field, db[field] ?? '']));
    assert.deepEqual(fields, expectedFields(expected), db.alias);
    const options = Object.entries(expected.options ?? {}).map(([k, v]) => [k, v.replace('ROOT', ROOT)]);
    assert.deepEqual(db.options, Object.fromEntries(options), db.alias);
    assert.deepEqual(Object.keys(db.unresolved).sort(), Object.keys(expected.unresolved ?? {}).sort(), db.alias);
    for (const [key, reason] of Object.entries(expected.unresolved ?? {})) {
      assert.ok(db.unresolved[key]?.includes(reason), `${key}: ${db.unresolved[key] ?? ''}`);
    }
    assert.ok(fs.reads.includes(db.location.file), 'the entry stands in a file that was read');
  }
  assert.equal(read.sessionEngine, project.session?.engine);
  assert.equal(read.sessionCookieAge, project.session?.age);
  assert.equal(read.sessionSaveEveryRequest, project.session?.everyRequest);
  const codes = [...new Set(read.problems.map((p) => p.code))].filter(
    (code) => (project.problems?.includes(code) ?? false) || !OPTIONAL.has(code),
  );
  assert.deepEqual(codes.sort(), [...(project.problems ?? [])].sort());
  assert.ok(!JSON.stringify(read.problems).includes('s3cret'), 'a password in a problem');
  assert.ok(!JSON.stringify(read.databases.map((db) => db.unresolved)).includes('hunter2'), 'a literal in a reason');
}

/** Follow from another problem of the same project. */
const OPTIONAL = new Set(['session-setting-unresolved']);

for (const project of CORPUS) test(`reads ${project.name}`, async () => check(project));
