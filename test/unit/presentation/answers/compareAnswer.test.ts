import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonMessage, comparedRange } from '../../../../src/presentation/answers/compareAnswer.ts';
import { parseToDashboard } from '../../../../src/webview/protocol/protocol.ts';
import { openStore, temporaryFolder } from '../../history/folder.ts';
import { exact, later, snapshot } from '../../monitoring/samples.ts';

const time = (second: number): number => later(second).getTime();

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
  } as const;
  const message = await comparisonMessage(question, source, new AbortController().signal, later(600), 'en');
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
