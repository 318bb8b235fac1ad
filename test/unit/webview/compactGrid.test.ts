import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compactGrid } from '../../../src/webview/compactGrid.ts';

/** The small view shows as many charts as can be read, and leaves no place empty that a whole row could have filled. */

const rows: readonly [where: string, width: number, height: number, shown: number, columns: number, rows: number][] = [
  ['a panel as VS Code opens it', 1082, 220, 4, 4, 1],
  ['the same, wide', 1700, 220, 6, 6, 1],
  ['the panel over the whole window', 1082, 770, 6, 3, 2],
  ['a narrow panel, which scrolls', 542, 220, 3, 2, 2],
  ['a side bar, which scrolls', 274, 300, 3, 1, 3],
  ['a high side bar', 274, 900, 6, 1, 6],
  ['nothing yet', 0, 0, 3, 1, 3],
];
for (const [where, width, height, shown, columns, count] of rows)
  void test(where, () => {
    assert.deepEqual(compactGrid(6, width, height), { shown, columns, rows: count });
  });

void test('never more than there are', () => {
  assert.deepEqual(compactGrid(2, 1082, 220), { shown: 2, columns: 2, rows: 1 });
});
