import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../kit/node24.ts';
import { MUTATIONS } from '../mutation/mutations.ts';
import { mutated } from '../mutation/project.ts';

test('each mutation fits the source as it is, changes it, and leaves TypeScript', () => {
  for (const mutation of MUTATIONS) {
    const source = readFileSync(join(ROOT, mutation.file), 'utf8');
    assert.notEqual(mutated(source, mutation), source, mutation.id);
  }
});

test('what does not fit once, or leaves no TypeScript, is refused', () => {
  const [mutation] = MUTATIONS;
  assert.ok(mutation);
  const one = { ...mutation, find: 'a = 1', replace: 'a = 2' };
  assert.equal(mutated('const a = 1;', one), 'const a = 2;');
  assert.throws(() => mutated('const b = 1;', one), /has 0 times, and should have once/);
  assert.throws(() => mutated('const a = 1; let b; b = a = 1;', one), /has 2 times/);
  assert.throws(() => mutated('const a = 1;', { ...one, replace: 'a = ;' }), /would not be TypeScript: Expression/);
});

test('ids are their own, and the files of tests are there, with the tests that are named', () => {
  assert.equal(new Set(MUTATIONS.map(({ id }) => id)).size, MUTATIONS.length);
  for (const { id, tests } of MUTATIONS) {
    assert.ok(tests.length > 0, id);
    for (const { file, named = '' } of tests) {
      assert.ok(existsSync(join(ROOT, file)), `${id}: ${file}`);
      assert.match(
        readFileSync(join(ROOT, file), 'utf8'),
        new RegExp(named.replace(/^PostgreSQL 18 /, '')),
        `${id}: ${file}`,
      );
    }
  }
});
