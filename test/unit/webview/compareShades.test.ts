import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeFor } from '../../../src/webview/compare/compareShades.ts';

const ROOM = { left: 10, right: 50, top: 4, bottom: 100 };

test('a label keeps clear of what is there: another label, a threshold', () => {
  assert.deepEqual(placeFor(ROOM, 11, 4, []), { ...ROOM, bottom: 15 });
  const beside = { left: 60, right: 90, top: 4, bottom: 15 };
  assert.equal(placeFor(ROOM, 11, 4, [beside])?.top, 4);
  const label = { left: 40, right: 80, top: 4, bottom: 15 };
  assert.equal(placeFor(ROOM, 11, 4, [label])?.top, 19);
  // All the way, and between the first and the second line.
  const threshold = { left: 0, right: 500, top: 14, bottom: 32 };
  assert.equal(placeFor(ROOM, 11, 4, [threshold])?.top, 34);
  assert.equal(placeFor(ROOM, 11, 4, [{ ...ROOM, left: 0, right: 500 }]), undefined);
});
