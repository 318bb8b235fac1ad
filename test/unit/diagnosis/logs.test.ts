import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { signsIn } from '../../../src/diagnosis/evidence/logSigns.ts';
import { readLogEnds } from '../../../src/services/applicationLog/readLogEnds.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

const RACE =
  "2026-03-02 10:00:00 WARNING django.request The request's session was deleted before the request completed. The user may have logged out.";

describe('the ends of logs', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dsm-logs-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('are read of a log of 1 GB in a moment, without its beginning', async () => {
    const file = path.join(folder, 'large.log');
    await writeFile(file, `${RACE}\n`);
    await truncate(file, 1024 ** 3);
    await appendFile(file, `\n${`${RACE}\n`.repeat(8_000)}`);
    const began = cpuNow();
    const [end] = await readLogEnds([file]);
    assert.ok(cpuNow() - began < 2_000);
    assert.equal(end?.problem, undefined);
    assert.equal(end?.cut, true);
    const { signs } = signsIn([end], undefined);
    assert.equal(signs.race.count, end.lines.length - 1, 'whole lines, and the empty one behind the last');
    assert.ok(signs.race.count > 7_000 && signs.race.count < 8_000);
  });

  it('say why each can’t be read, and the others are', async () => {
    await writeFile(path.join(folder, 'app.log'), `${RACE}\n`);
    await writeFile(path.join(folder, 'picture.bin'), Buffer.alloc(4_096));
    await symlink('/dev/zero', path.join(folder, 'endless'));
    const missing = path.join(folder, 'nothing.log');
    const hangs = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'];
    const fails = [process.execPath, '-e', 'process.exit(3)'];
    const prints = [process.execPath, '-e', `console.log(${JSON.stringify(RACE)})`];
    const names = ['app.log', 'picture.bin', 'endless', missing, '.', hangs, fails, ['no-such-program'], prints];
    const ends = await readLogEnds(names, { folder, timeoutMs: 1_000 });
    assert.deepEqual(
      ends.map(
        ({ problem, lines }) =>
          problem?.why.replaceAll(folder, '').replaceAll(process.execPath, 'node') ?? lines.length,
      ),
      [
        2,
        '/picture.bin is not a text.',
        '/endless is no file.',
        '/nothing.log: there is no such file.',
        ' is no file.',
        'node had not ended after 1 s.',
        'node ended with code 3.',
        'no-such-program can’t be started: there is no such file.',
        3,
      ],
    );
  });

  it('of a pattern are those of the files that fit, and of nothing else', async () => {
    for (const name of ['a.log', 'b.log', 'b.log.1', 'c+log']) await writeFile(path.join(folder, name), 'x\n');
    const ends = await readLogEnds(['[ab].log', '?.log', 'c+*', 'b.log*'], { folder });
    const said = ends.map(({ name, problem }) => `${path.basename(name)}${problem === undefined ? '' : ' missing'}`);
    assert.deepEqual(said.slice(0, 3), ['[ab].log missing', '?.log missing', 'c+log']);
    assert.deepEqual(said.slice(3).sort(), ['b.log', 'b.log.1']);
  });

  it('are given up when the person does', async () => {
    const abort = new AbortController();
    const reading = readLogEnds([[process.execPath, '-e', 'setInterval(() => undefined, 1000)']], {
      signal: abort.signal,
    });
    abort.abort(new Error('enough'));
    await assert.rejects(reading, /enough/);
  });
});

describe('signs in logs', () => {
  const signs = (text: string): ReturnType<typeof signsIn> =>
    signsIn([{ name: 'app.log', lines: text.split('\n'), cut: false }], {
      className: 'ThrottledSessionMiddleware',
      file: 'shop/middleware.py',
    });

  it('are counted once each, tracebacks below them are not', () => {
    const { signs: found } = signs(`${RACE}
Traceback (most recent call last):
  File "/srv/venv/lib/python3.12/site-packages/django/contrib/sessions/middleware.py", line 62, in process_response
    raise SessionInterrupted(
django.contrib.sessions.exceptions.SessionInterrupted: The request's session was deleted before the request completed. The user may
WARNING django.security.SuspiciousSession Session data corrupted`);
    assert.equal(found.race.count, 1);
    assert.equal(found.corrupted.count, 1);
  });

  it('are of the throttle where it is the innermost code of the project', () => {
    const frame = (file: string): string => `  File "${file}", line 9, in __call__\n    something()\n`;
    const django = frame('/srv/venv/lib/python3.12/site-packages/django/contrib/sessions/backends/base.py');
    const [throttle, view] = [frame('/srv/app/shop/middleware.py'), frame('/srv/app/shop/views.py')];
    const { throttleErrors } = signs(
      `${throttle}${django}KeyError: 'tab'\n${throttle}${django.replace('__call__', 'decode')}ValueError: of Django\n${throttle}${view}${django}KeyError: 'view'\n${frame('/srv/app/workshop/middleware.py')}ValueError: no`,
    );
    assert.equal(throttleErrors.count, 1);
    assert.match(throttleErrors.last[0]?.text ?? '', /KeyError/);
  });

  it('are shown without keys, secrets, and what turns text around', () => {
    const key = 'k3y0fas3ss10nk3y0fas3ss10nabcdef';
    const { signs: found } = signs(
      `Session data corrupted \u202E\u0000 sessionid=${key}; csrftoken="${key}" password: hunter2 /reset/?token=abc123 ${key}`,
    );
    const [line] = found.corrupted.last;
    assert.doesNotMatch(line?.text ?? '', /k3y0fas|hunter2|abc123|\u202E/);
  });

  it('take no time to find in hostile lines', () => {
    const began = cpuNow();
    const hostile = [
      '"http://'.repeat(200),
      `  File "${'/'.repeat(1_900)}`,
      `${'a.'.repeat(900)}Error`,
      'key='.repeat(400),
    ];
    signs(Array.from({ length: 2_000 }, (_, i) => `Session data corrupted ${hostile[i % 4] ?? ''}`).join('\n'));
    assert.ok(cpuNow() - began < 2_000);
  });
});
