import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onAbort } from '../../../src/common/onAbort.ts';

void test('an abort is not lost that comes before, and none is heard that comes after the end', () => {
  const heard: string[] = [];
  onAbort(AbortSignal.abort(), () => void heard.push('before'));
  const abort = new AbortController();
  onAbort(abort.signal, () => void heard.push('then'));
  const forget = onAbort(abort.signal, () => void heard.push('never'));
  forget();
  onAbort(undefined, () => void heard.push('without a signal'));
  abort.abort();
  assert.deepEqual(heard, ['before', 'then']);
});
