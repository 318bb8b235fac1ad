import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedRows, type Row } from '../../../src/ui/row.ts';

const leaf = (id: string, description: string): Row => ({ id, label: id, description });
const group = (id: string, children: readonly Row[], description = ''): Row => ({
  id,
  label: id,
  description,
  children,
});

void test('nothing is redrawn when nothing changed, also when hovers are new functions', () => {
  const rows = (): Row[] => [group('a', [{ ...leaf('a/1', '5'), hover: () => 'text' }]), leaf('b', '1')];
  assert.deepEqual(changedRows(rows(), rows()), []);
});

void test('a changed figure redraws its row and no other', () => {
  const before = [group('a', [leaf('a/1', '5'), leaf('a/2', '6')])];
  const after = [group('a', [leaf('a/1', '5'), leaf('a/2', '7')])];
  assert.deepEqual(changedRows(before, after), ['a/2']);
});

void test('a group whose own line changed is redrawn once, with what is below it', () => {
  const before = [group('a', [leaf('a/1', '5')], 'five')];
  const after = [group('a', [leaf('a/1', '6')], 'six')];
  assert.deepEqual(changedRows(before, after), ['a']);
});

void test('a row that comes, goes or moves redraws its parent', () => {
  const before = [group('a', [leaf('a/1', '5')]), leaf('b', '1')];
  assert.deepEqual(changedRows(before, [group('a', [leaf('a/1', '5'), leaf('a/2', '6')]), leaf('b', '1')]), ['a']);
  assert.deepEqual(changedRows(before, [leaf('b', '1'), group('a', [leaf('a/1', '5')])]), [undefined]);
  assert.deepEqual(changedRows(before, []), [undefined]);
});
