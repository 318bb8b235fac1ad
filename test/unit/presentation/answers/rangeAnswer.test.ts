import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RangeAnswers } from '../../../../src/presentation/answers/rangeAnswer.ts';
import { PageWork } from '../../../../src/presentation/dashboard/pageWork.ts';
import { parseToDashboard, type ToDashboard } from '../../../../src/webview/protocol/protocol.ts';
import { openStore, temporaryFolder } from '../../history/folder.ts';
import { exact, later, snapshot } from '../../monitoring/samples.ts';

const QUIET = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  trace: () => undefined,
};

test('means of the time before are told where readings cover it, and of a part of it alone none', async (t) => {
  const source = await openStore(t, temporaryFolder(t));
  for (let second = 0; second < 600; second += 10) {
    const at = later(second);
    source.add(snapshot({ at, light: { at, sessions: { active: exact(second < 300 ? 100 : 150, at) } } }));
  }
  const posted: ToDashboard[] = [];
  const answers = new RangeAnswers(
    { source, log: QUIET },
    () => ({ kind: 'store', why: '' }),
    new PageWork(),
    (message) => posted.push(message),
    ['sessions.active'],
  );
  const activeBefore = async (from: number, to: number): Promise<number | null | undefined> => {
    posted.length = 0;
    const range = { from: later(from).getTime(), to: later(to).getTime() };
    await answers.answer({ type: 'range', request: 1, of: 'all', ...range, maxPoints: 100 });
    assert.ok(posted.every((message) => parseToDashboard(message) !== undefined));
    const before = posted.find((message) => message.type === 'before') ?? assert.fail('nothing of the time before');
    return before.means.find(({ metricId }) => metricId === 'sessions.active')?.mean;
  };
  assert.equal(await activeBefore(300, 600), 100);
  assert.equal(await activeBefore(450, 600), 150);
  assert.equal(await activeBefore(100, 600), undefined, 'readings cover a fifth of it');
});
