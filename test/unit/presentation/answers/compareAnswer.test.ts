import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnswerParts } from '../../../../src/presentation/answers/answerParts.ts';
import { comparisonMessage, comparedRange } from '../../../../src/presentation/answers/compareAnswer.ts';
import { parseToDashboard } from '../../../../src/webview/protocol/protocol.ts';
import { openStore, temporaryFolder } from '../../history/folder.ts';
import { exact, later, snapshot } from '../../monitoring/samples.ts';

const time = (second: number): number => later(second).getTime();

const NOTHING: AnswerParts['app'] = { state: { kind: 'searching' } };

test('the answer passes the door, with a row for each curve of which anything is known', async (t) => {
  const source = await openStore(t, temporaryFolder(t));
  for (let second = 0; second < 600; second += 10) {
    const at = later(second);
    source.add(snapshot({ at, light: { at, sessions: { total: exact(second < 300 ? 2000 : 1500, at) } } }));
  }
  const question = {
    type: 'compare',
    request: 7,
    before: { from: time(0), to: time(300) },
    after: { from: time(300), to: time(900) },
    other: null,
  } as const;
  const message = await comparisonMessage(
    question,
    { source, app: NOTHING },
    new AbortController().signal,
    later(600),
    'en',
  );
  assert.ok(parseToDashboard(message));
  assert.deepEqual([message.request, message.problem], [7, '']);
  const total = message.rows.find(({ label }) => label === 'Total');
  assert.deepEqual([total?.beforeText, total?.afterText, total?.changeText], ['2,000', '1,500', '−25%']);
  assert.deepEqual(message.before.notes, []);
  assert.match(message.after.notes.join(' '), /^It is not over yet\. It has gaps: readings cover 50% of it\.$/);
});

test('times that no date can hold are as far away as one can be', () => {
  const { from, to } = comparedRange({ from: -1e300, to: 1e300 });
  assert.ok(!Number.isNaN(from.getTime()) && !Number.isNaN(to.getTime()));
});

test('the same time of another database: both are named, and one that is not watched any more says so', async (t) => {
  const [shop, staging] = [await openStore(t, temporaryFolder(t)), await openStore(t, temporaryFolder(t))];
  for (let second = 0; second < 600; second += 10) {
    const at = later(second);
    for (const [store, total] of [
      [shop, 2000],
      [staging, 500],
    ] as const)
      store.add(snapshot({ at, light: { at, sessions: { total: exact(total, at) } } }));
  }
  const range = { from: time(0), to: time(600) };
  const question = { type: 'compare', request: 8, before: range, after: range, other: 'settings:staging' } as const;
  const state = { kind: 'connected', connection: { name: 'shop' } } as AnswerParts['app']['state'];
  const others = [{ id: 'settings:staging', name: 'Staging', source: staging }];
  const { signal } = new AbortController();
  const parts = { source: shop, app: { state, others } };
  const message = await comparisonMessage(question, parts, signal, later(600), 'en');
  assert.ok(parseToDashboard(message));
  assert.deepEqual(message.names, { before: 'shop', after: 'Staging' });
  const total = message.rows.find(({ label }) => label === 'Total');
  assert.deepEqual([total?.beforeText, total?.afterText, total?.changeText], ['2,000', '500', '−75%']);
  // Ten minutes of one day: less than four spans.
  assert.match(
    message.sentence,
    /^Too little data to tell a change from noise\. The ranges have too little of the day/,
  );
  const gone = comparisonMessage(question, { ...parts, app: { state, others: [] } }, signal, later(600), 'en');
  await assert.rejects(gone, /not watched any more/);
});
