import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { it } from 'node:test';
import type { LogLine } from '../../src/services/containers/logLines.ts';
import { answered, onEachClient, sh, STAYS, texts, until, type Bench } from './support.ts';

/** Logs as they are read and followed, with a real engine. */

onEachClient('A log', (bench) => {
  it('has both streams in order, whole lines that were written in pieces, and whole characters', async () => {
    // The bytes of ü (octal 303 274) and the words of a line come in two writes with time between them.
    const pieces = String.raw`printf '[Session Clea'; sleep 0.3; printf 'nup] Running cleanup at \303'; sleep 0.3; printf '\274ber-date\n'`;
    // Times of the API that podman serves are whole seconds: more than one lies between what goes to either stream.
    const script = `${pieces}; sleep 1.1; echo problem >&2; sleep 1.1; printf '\\033[31mSuccessfully deleted 7 expired sessions. Remaining: 9 sessions\\033[0m\\r\\n'; printf 'no newline'; ${STAYS}`;
    await bench.engine.start({ name: 'pieces', command: sh(script) });
    const service = bench.service({ containerName: 'pieces' });
    const { log } = await until(
      () => service.read(),
      // The run is whole before the last line is there.
      (r) => r.log?.runs[0]?.deleted !== undefined && r.log.lines.length >= 4,
      'the last line',
    );
    const said = texts(log?.lines ?? []);
    assert.equal(said[1], 'problem');
    assert.equal(said[2], 'Successfully deleted 7 expired sessions. Remaining: 9 sessions');
    assert.equal(said[0], '[Session Cleanup] Running cleanup at über-date');
    assert.equal(said[3], 'no newline');
    const [run] = log?.runs ?? [];
    assert.deepEqual([run?.outcome, run?.deleted, run?.remaining], ['succeeded', 7, 9]);
    assert.ok(run?.startedAt && Math.abs(Date.now() - run.startedAt.getTime()) < 60_000, 'by the engine’s time');
  });

  it('has the times of runs whatever the language and the zone of their dates', async () => {
    const dates = [
      'dim. 09 nov. 2025 14:00:00 CET',
      '2025年 11月  9日 日曜日 14:00:00 JST',
      'Вс 09 ноя 2025 14:00:00 MSK',
      'gibberish',
    ];
    const script = dates.map(
      (date) => `echo "[Session Cleanup] Running cleanup at ${date}"; echo "[Session Cleanup] Next run in 24 hours"`,
    );
    await bench.engine.start({ name: 'dates', command: sh(`${script.join('; ')}; ${STAYS}`) });
    const service = bench.service({ containerName: 'dates' });
    const { log } = await until(
      () => service.read(),
      (r) => r.log?.runs.length === dates.length,
      'all runs',
    );
    for (const run of log?.runs ?? []) {
      assert.equal(run.outcome, 'succeeded');
      assert.ok(run.startedAt && Math.abs(Date.now() - run.startedAt.getTime()) < 60_000, String(run.startedAt));
    }
  });

  it('of 100 MB is read from its end: 200 lines of it, and no more is kept', async () => {
    const { engine } = bench;
    const noise = 'head -c 76000000 /dev/urandom | base64 -w 100';
    await engine.start({
      name: 'big',
      command: sh(`${noise}; echo "Successfully deleted 5 expired sessions. Remaining: 1 sessions"; ${STAYS}`),
    });
    const service = bench.service({ containerName: 'big' });
    const { log, container } = await until(
      () => service.read(),
      (r) => r.log?.runs.length === 1,
      'the end of the log',
      120_000,
    );
    // It may have been written between the look at 200 lines and the one at more.
    assert.equal(log?.complete, false);
    assert.ok((await stat(container?.logPath ?? '')).size > 100_000_000);
    const before = process.memoryUsage().rss;
    assert.equal(answered(await service.read()).log?.looked, 200);
    assert.ok(process.memoryUsage().rss - before < 50_000_000, 'nor is it kept');
    await engine.podman('rm', '--force', '--time', '0', 'big');
  });

  it('that chatters is looked at further back; one without a run says so', async () => {
    const chatter = (lines: number): string =>
      `i=0; while [ $i -lt ${lines} ]; do echo "tick $i"; i=$((i+1)); done; echo end; ${STAYS}`;
    const run = 'echo "Running cleanup"; echo "Successfully deleted 3 expired sessions"';
    await bench.engine.start({ name: 'chatter', command: sh(`${run}; ${chatter(1_000)}`) });
    const service = bench.service({ containerName: 'chatter' });
    const ended = await until(
      () => service.read(),
      (r) => r.log?.lines.at(-1)?.text === 'end',
      'the end',
    );
    assert.deepEqual([ended.log?.runs[0]?.deleted, ended.log?.complete], [3, true]);
    await bench.engine.start({ name: 'silent', command: sh(chatter(300)) });
    const silent = bench.service({ containerName: 'silent' });
    const nothing = await until(
      () => silent.read(),
      (r) => r.log?.lines.at(-1)?.text === 'end',
      'the end',
    );
    assert.deepEqual([nothing.log?.runs, nothing.log?.looked, nothing.log?.complete], [[], 301, true]);
  });

  it('that is not kept is told as such', async () => {
    await bench.engine.start({ name: 'nolog', command: sh(`echo x; ${STAYS}`), more: ['--log-driver', 'none'] });
    const { log, state } = answered(await bench.service({ containerName: 'nolog' }).read());
    assert.equal(state, 'running');
    assert.deepEqual([log?.problem?.code, log?.runs], ['log-unreadable', []]);
  });

  it('is followed line by line, through a restart, until it is let go', async () => {
    await bench.engine.start({ name: 'follow', command: sh(`echo one; echo two; ${STAYS}`) });
    const service = bench.service({ containerName: 'follow' });
    await until(
      () => service.read(),
      (r) => r.log?.lines.length === 2,
      'two lines',
    );
    const followed = await service.followLog(1);
    const seen: string[] = [];
    let ended = false;
    const reading = collect(followed.lines, seen).finally(() => (ended = true));
    const sees = (count: number): Promise<unknown> =>
      until(
        () => Promise.resolve(seen),
        (lines) => lines.length >= count,
        `line ${count}`,
      );
    await sees(1);
    // Times of the API that podman serves are whole seconds: what comes in the same one as the last can't be told from it.
    const second = Math.floor(Date.now() / 1000);
    await until(
      () => Promise.resolve(Date.now()),
      (now) => Math.floor(now / 1000) > second,
      'another second',
    );
    assert.equal((await service.restart()).outcome, 'running');
    await sees(3);
    assert.deepEqual(seen, ['two', 'one', 'two']);
    assert.equal(ended, false);
    followed.dispose();
    await reading;
    assert.deepEqual(seen, ['two', 'one', 'two']);
  });

  it('that rotates is followed and read all the same', async () => {
    await rotates(bench);
  });

  it('ends to be followed when its container is removed', async () => {
    await bench.engine.start({ name: 'gone', command: sh(`echo one; ${STAYS}`) });
    const service = bench.service({ containerName: 'gone' });
    await until(
      () => service.read(),
      (r) => r.log?.lines.length === 1,
      'a line',
    );
    const followed = await service.followLog();
    const seen: string[] = [];
    const reading = collect(followed.lines, seen);
    await until(
      async () => Promise.resolve(seen.length),
      (n) => n === 1,
      'the line',
    );
    await bench.engine.podman('rm', '--force', '--time', '0', 'gone');
    await reading;
    assert.deepEqual(seen, ['one']);
  });
});

async function rotates(bench: Bench): Promise<void> {
  const script = 'echo "Running cleanup"; i=0; while true; do echo "line $i"; i=$((i+1)); sleep 0.01; done';
  await bench.engine.start({ name: 'rotates', command: sh(script), more: ['--log-opt', 'max-size=2kb'] });
  const service = bench.service({ containerName: 'rotates' });
  const numberOf = (line: LogLine | undefined): number => Number(/line (\d+)/u.exec(line?.text ?? '')?.[1] ?? -1);
  const rotated = await until(
    () => service.read(),
    (r) => numberOf(r.log?.lines.at(-1)) > 100,
    'a rotated log',
  );
  assert.deepEqual(rotated.log?.runs, [], 'the line of the run is gone');
  const followed = await service.followLog(1);
  const numbers: number[] = [];
  for await (const line of followed.lines) {
    numbers.push(numberOf(line));
    if (numbers.length > 150) break; // over two rotations: one holds some 40 lines
  }
  followed.dispose();
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
    'in order, none twice',
  );
  await bench.engine.podman('rm', '--force', '--time', '0', 'rotates');
}

async function collect(lines: AsyncIterable<LogLine>, into: string[]): Promise<void> {
  for await (const line of lines) into.push(line.text);
}
