import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { parseLogDate } from '../../../src/services/cleanupService/log/dates.ts';
import { parseCount, parseDuration } from '../../../src/services/cleanupService/log/durations.ts';
import { LogPattern } from '../../../src/services/cleanupService/log/logPattern.ts';
import { readCleanupLog, readLines } from '../../../src/services/cleanupService/log/readCleanupLog.ts';
import type { CleanupRun } from '../../../src/services/cleanupService/log/runs.ts';
import {
  LineSplitter,
  mergeByTime,
  parseLogLine,
  timeOf,
  type LogLine,
} from '../../../src/services/containers/logLines.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

const GUIDE = [
  '[Session Cleanup] Running cleanup at Sat Nov  9 14:00:00 UTC 2025',
  'Successfully deleted 150 expired sessions. Remaining: 1250 sessions',
  '[Session Cleanup] Next run in 24 hours',
];

function runs(lines: readonly string[], pattern?: string, clockAheadMs = 0): readonly CleanupRun[] {
  const parsed = lines.map((line) => parseLogLine(Buffer.from(line).toString('latin1')));
  return readLines(parsed, new LogPattern(pattern), new Date(), clockAheadMs).runs;
}

test('the lines of the guide are one run', () => {
  const at = new Date('2025-11-09T14:00:00Z');
  assert.deepEqual(runs(GUIDE), [
    { outcome: 'succeeded', startedAt: at, lastLineAt: at, deleted: 150, remaining: 1250, nextInSeconds: 86_400 },
  ]);
});

test('the time of the engine wins over the date in the line, and is corrected by its clock', () => {
  const stamped = GUIDE.map((line, i) => `2026-01-01T00:00:0${i}.5Z ${line}`);
  const [run] = runs(stamped, undefined, 60_000);
  assert.equal(run?.startedAt?.toISOString(), '2025-12-31T23:59:00.500Z');
  assert.equal(run.lastLineAt?.toISOString(), '2025-12-31T23:59:02.500Z');
});

test('runs that fail, hang, or are only seen in part', () => {
  const trace = [
    'Traceback (most recent call last):',
    '  File "manage.py", line 1',
    'psycopg.OperationalError: first',
    'django.db.utils.OperationalError: could not connect',
  ];
  const [start = '', done = '', next = ''] = GUIDE;
  for (const [lines, ...expected] of [
    [
      [start, ...trace, next],
      ['failed', undefined],
    ],
    [
      [start, 'sh: python: not found', next],
      ['failed', undefined],
    ],
    [
      [start, 'Killed'],
      ['failed', undefined],
    ],
    [
      [start, ...trace, done, next],
      ['succeeded', 150],
    ],
    [
      [start, next],
      ['succeeded', undefined],
    ],
    [[start], ['unfinished', undefined]],
    [
      [start, start, done],
      ['unfinished', undefined],
      ['succeeded', 150],
    ],
    [
      [done, next, start, done, next],
      ['succeeded', 150],
      ['succeeded', 150],
    ],
    // The end of a run of which nothing is known.
    [
      [next, start, done],
      ['succeeded', 150],
    ],
    [
      [...GUIDE, 'ValueError: of something else'],
      ['succeeded', 150],
    ],
    [
      [done, done],
      ['succeeded', 150],
      ['succeeded', 150],
    ],
    [['ValueError: x'], ['failed', undefined]],
    [['nothing', 'to see'], ...[]],
  ] as const) {
    assert.deepEqual(
      runs([...lines]).map((run) => [run.outcome, run.deleted]),
      expected,
      lines.join('\n'),
    );
  }
  assert.equal(runs([start, ...trace])[0]?.failure, 'django.db.utils.OperationalError: could not connect');
});

test('a pattern of one’s own replaces the default', () => {
  const pattern = String.raw`^job begins (?<at>\S+)(?<start>)$|purged=(?<deleted>\d+)|(?<failed>job died.*)`;
  const lines = ['job begins 2025-11-09T14:00:00Z', 'purged=7', 'job begins 2025-11-10T14:00:00Z', 'job died: no'];
  assert.deepEqual(
    runs(lines, pattern).map((run) => [run.outcome, run.deleted, run.failure, run.startedAt?.getUTCDate()]),
    [
      ['succeeded', 7, undefined, 9],
      ['failed', undefined, 'job died: no', 10],
    ],
  );
});

test('a pattern that is wrong, names nothing or never ends is told', () => {
  const code = (pattern: string, line = 'x'): string => {
    try {
      new LogPattern(pattern).match([line]);
    } catch (error) {
      assert.ok(error instanceof Problem);
      assert.match(error.why, /\.$/u);
      return error.code;
    }
    return 'fine';
  };
  assert.equal(code('(?<deleted>'), 'log-pattern-invalid');
  assert.equal(code('(?<deleted>\\d+'), 'log-pattern-invalid');
  assert.equal(code('deleted (\\d+)'), 'log-pattern-groups');
  assert.equal(code('(?<count>\\d+)'), 'log-pattern-groups');
  assert.equal(code('(?<deleted>\\d+)'), 'fine');
  assert.equal(code('(?<deleted>(a+)+)$', `${'a'.repeat(60)}!`), 'log-pattern-slow');
});

test('a pattern that never ends is not tried for ever', () => {
  const pattern = new LogPattern('(?<deleted>(a+)+)$');
  const slow = (now: () => number): number => {
    const began = now();
    assert.throws(() => pattern.match([`${'a'.repeat(60)}!`]), Problem);
    return now() - began;
  };
  const clock = (): number => performance.now();
  assert.ok(slow(clock) > 400);
  assert.ok(slow(clock) > 400);
  assert.ok(slow(cpuNow) < 100, 'given up');
});

test('any text is read in time that grows with its length', () => {
  const parts = [
    'A',
    'a.',
    'Error ',
    'x: ',
    'deleted 1 ',
    'Running cleanup at ',
    'skip ',
    'session ',
    'Job "',
    '[a]',
    ' ',
  ];
  const hostile = parts.map((part) => part.repeat(4_000));
  const texts = {
    hostile: hostile.join('\n').repeat(4),
    'one line': 'Running cleanup '.repeat(650_000),
    nuls: '\0'.repeat(5_000_000),
    'half characters': '\ud83e Running cleanup \udfff\n'.repeat(50_000),
    'many runs': `${GUIDE.join('\n')}\n`.repeat(50_000),
  };
  for (const [name, text] of Object.entries(texts)) {
    const began = cpuNow();
    readCleanupLog(text, { now: new Date() });
    const took = cpuNow() - began;
    assert.ok(took < 5_000, `${name}: ${took} ms`);
  }
});

test('lines from chunks that end anywhere', () => {
  const text = 'one\ntwo\r\n\nlast';
  for (let cut = 0; cut <= text.length; cut++) {
    const splitter = new LineSplitter();
    const lines = [...splitter.push(text.slice(0, cut)), ...splitter.push(text.slice(cut)), ...splitter.flush()];
    assert.deepEqual(lines, ['one', 'two\r', '', 'last'], String(cut));
  }
  const splitter = new LineSplitter();
  for (let i = 0; i < 100; i++) splitter.push('x'.repeat(100_000));
  assert.equal(splitter.push('\nnext\n')[0]?.length, 8_192);
});

test('times before lines and within them', () => {
  const at = '2025-11-09T14:00:00.123456789Z';
  const later = '2025-11-09T14:00:01.123456789Z';
  for (const [raw, text] of [
    [`${at} plain`, 'plain'],
    [at, ''],
    [`${at} [Session Clea${later} nup] done`, '[Session Cleanup] done'],
    [`${at} Running at ${later} Sunday`, 'Running at Sunday'],
    ['2025-11-09T14:00:00Z cut2025-11-09T14:00:01Z here', 'cuthere'],
    ['2025-11-09T14:00:00Z at 2025-11-09T14:00:01Z it began', 'at 2025-11-09T14:00:01Z it began'],
    [`${at} since 2024-01-01T00:00:00.123456789Z all`, 'since 2024-01-01T00:00:00.123456789Z all'],
    ['\u001b[31mred\u001b[0m\u0007\r', 'red'],
    ['no time', 'no time'],
  ] as const)
    assert.equal(parseLogLine(raw).text, text, raw);
  assert.equal(parseLogLine(`${at} x`).nanoseconds, 1_762_696_800_123_456_789n);
  assert.equal(parseLogLine('2025-11-09T15:00:00,5+01:00 x').nanoseconds, 1_762_696_800_500_000_000n);
  assert.equal(parseLogLine('2025-13-09T15:00:00Z x').nanoseconds, undefined);
  assert.equal(timeOf({ text: '', stream: 'stdout' }, 0), undefined);
});

test('colours and what moves a cursor are taken out of lines', () => {
  for (const [raw, text] of [
    ['\u001b[2J\u001b[1;1Hover', 'over'],
    ['\u001b]8;;command:workbench.action.terminal.new\u0007click\u001b]8;;\u0007', 'click'],
    ['\u001b]52;c;cm0gLXJmIH4=\u0007clipboard', 'clipboard'],
    ['a\u0008\u0008b\u0000', 'ab'],
    // U+009B, the one-character form of ESC [, as the bytes of UTF-8.
    ['x\u00c2\u009b31my', 'xy'],
    ['over\rwritten', 'overwritten'],
  ] as const)
    assert.equal(parseLogLine(raw).text, text, JSON.stringify(raw));
});

test('two streams in the order of their times', () => {
  const line = (text: string, n?: bigint): LogLine => ({
    text,
    stream: 'stdout',
    ...(n !== undefined && { nanoseconds: n }),
  });
  const merged = mergeByTime(
    [line('a', 1n), line('c', 3n), line('e', 5n)],
    [line('b', 2n), line('b+'), line('d', 4n), line('f', 9n)],
  );
  assert.deepEqual(merged.map(({ text }) => text).join(' '), 'a b b+ c d e f');
});

test('dates in other languages, and those that could mean two things', () => {
  for (const [text, iso] of [
    ['Sat Nov  9 14:00:00 UTC 2025', '2025-11-09T14:00:00.000Z'],
    ['Sun Nov  9 12:05:00 AM UTC 2025', '2025-11-09T00:05:00.000Z'],
    ['So 9. Nov 14:00:00 CET 2025', '2025-11-09T13:00:00.000Z'],
    ['dim. 09 nov. 2025 14:00:00 UTC', '2025-11-09T14:00:00.000Z'],
    ['mar 11 mar 2025, 14:00:00, CET', '2025-03-11T13:00:00.000Z'],
    ['2025年 11月  9日 日曜日 14:00:00 JST', '2025-11-09T05:00:00.000Z'],
    ['Вс 09 ноя 2025 14:00:00 MSK', '2025-11-09T11:00:00.000Z'],
    ['9.11.2025 14:00:00 +0200', '2025-11-09T12:00:00.000Z'],
    ['2025-11-09 14:00:00.123+01:00', '2025-11-09T13:00:00.123Z'],
    ['Sat Nov  9 14:00:00 2025', undefined],
    ['Sat Nov  9 14:00:00 IST 2025', undefined],
    ['09/11/2025 14:00:00 UTC', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ] as const)
    assert.equal(parseLogDate(text)?.toISOString(), iso, text);
});

test('durations and counts', () => {
  for (const [text, seconds] of [
    ['24 hours', 86_400],
    ['1 day', 86_400],
    ['90 min', 5_400],
    ['1h30m', 5_400],
    ['3600', 3_600],
    ['1.5 hours', 5_400],
    ['2 seconds', 2],
    ['a while', undefined],
    ['3 blinks', undefined],
  ] as const)
    assert.equal(parseDuration(text), seconds, text);
  assert.deepEqual(['1250', '1,250', '1.250', '1 250', "1'250", ''].map(parseCount), [
    1250,
    1250,
    1250,
    1250,
    1250,
    undefined,
  ]);
});
