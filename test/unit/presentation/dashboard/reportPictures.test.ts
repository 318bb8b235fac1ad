import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportPictures, type Drawn } from '../../../../src/presentation/dashboard/reportPictures.ts';
import { parseToDashboard, type ToDashboard } from '../../../../src/webview/protocol/protocol.ts';

const never = new AbortController().signal;
const drawn = (request: number): Drawn => ({
  type: 'report',
  request,
  shown: { from: 0, to: 1 },
  pictures: [],
  compared: null,
});

function ask(closed = never): { posted: ToDashboard[]; reports: ReportPictures } {
  const posted: ToDashboard[] = [];
  return { posted, reports: new ReportPictures((message) => posted.push(message), closed) };
}

test('a page that is loaded only later is asked again, and its answer is the one that is waited for', async () => {
  const { posted, reports } = ask();
  const [first, second] = [reports.ask(null, never), reports.ask(86_400, never)];
  reports.begin();
  assert.deepEqual(
    posted.map((message) => ('request' in message ? message.request : undefined)),
    [1, 2, 1, 2],
  );
  assert.ok(posted.every((message) => parseToDashboard(message) !== undefined));
  reports.heard(drawn(2));
  reports.heard(drawn(7));
  assert.equal((await second)?.request, 2);
  reports.heard(drawn(1));
  assert.equal((await first)?.request, 1);
  posted.length = 0;
  reports.begin();
  assert.deepEqual(posted, [], 'what was answered is not asked again');
});

test('nobody waits for a page that does not answer, or for what was cancelled', async () => {
  const { reports } = ask();
  assert.equal(await reports.ask(null, never, 1), undefined);
  const abort = new AbortController();
  const cancelled = reports.ask(null, abort.signal);
  abort.abort();
  assert.equal(await cancelled, undefined);
  assert.equal(await reports.ask(null, abort.signal), undefined, 'cancelled before it is asked');
});

test('nobody waits for a page that is closed', async () => {
  const closed = new AbortController();
  const { reports } = ask(closed.signal);
  const waiting = reports.ask(null, never);
  closed.abort();
  assert.equal(await waiting, undefined);
  assert.equal(await reports.ask(null, never), undefined);
});
