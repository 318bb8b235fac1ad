import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeletedCounter } from '../../../../src/monitoring/cleanupService/deletedCounter.ts';
import { checkSettings } from '../../../../src/monitoring/cleanupService/serviceSettings.ts';
import type { Snapshot } from '../../../../src/monitoring/snapshot/snapshot.ts';
import {
  beforeText,
  containerText,
  localTime,
  logText,
  restartText,
} from '../../../../src/presentation/texts/serviceTexts.ts';
import type { RestartResult } from '../../../../src/services/containers/restartContainer.ts';
import { CONTAINER, NOW, reading } from '../../services/support.ts';
import { later, snapshot, START } from '../samples.ts';

test('settings are taken as they are, and those that can’t be used are told and replaced', () => {
  assert.deepEqual(
    checkSettings(() => undefined),
    {
      service: {
        engine: 'auto',
        container: '',
        composeFile: '',
        composeService: '',
        logPattern: '',
        statusCommand: [],
        logsCommand: [],
        restartCommand: [],
      },
      pollSeconds: 60,
      problems: [],
    },
  );
  const own = checkSettings(
    (key) => ({ engine: ' podman ', intervalHours: 0.5, statusCommand: ['a', 'b'] })[key as 'engine'],
  );
  assert.deepEqual([own.service.engine, own.intervalSeconds, own.service.statusCommand], ['podman', 1800, ['a', 'b']]);
  const wrong: Record<string, unknown> = {
    engine: 7,
    container: null,
    logsCommand: 'cat x',
    restartCommand: ['a', 1],
    intervalHours: -1,
    pollSeconds: 0,
  };
  const bad = checkSettings((key) => wrong[key]);
  assert.equal(bad.problems.length, Object.keys(wrong).length);
  assert.deepEqual([bad.service.engine, bad.intervalSeconds, bad.pollSeconds], ['auto', 36, 1]);
  assert.match(
    bad.problems.map((one) => one.message).join('\n'),
    /cleanupService\.logsCommand can’t be used: It has to be a list of texts: a program and its arguments, not "cat x"\. Correct it; until then \[\] is used\./,
  );
});

/** A snapshot at each of these seconds, with so many rows deleted since the statistics began. */
function history(...points: readonly (readonly [second: number, deleted: number])[]): Snapshot[] {
  return points.map(([second, deleted]) => snapshot({ light: { at: later(second), counters: { deleted } } }));
}

test('rows deleted since a run are counted from the reading just before it', () => {
  const counter = new DeletedCounter();
  const seen = history([0, 100], [10, 100], [20, 250], [30, 252]);
  assert.equal(counter.since(later(12), seen).value, 152);
  assert.equal(counter.since(later(12), history([500, 300])).value, 200, 'the reading before it is kept');
  assert.equal(counter.since(later(600), history([500, 300])).value, 0);
});

test('what was not watched is unknown: before the first reading, over a gap, a reset, another connection, a hidden counter, a standby', () => {
  const since = (run: Date | undefined, seen: readonly Snapshot[]): string => new DeletedCounter().since(run, seen).how;
  assert.equal(since(undefined, history([0, 1])), 'unknown');
  assert.equal(since(later(5), []), 'unknown');
  assert.equal(since(later(-5), history([0, 1])), 'unknown');
  assert.equal(since(later(500), history([0, 1], [600, 9])), 'unknown');
  assert.equal(since(later(5), history([0, 100], [10, 3])), 'unknown');
  assert.equal(since(later(5), history([0, NaN], [10, NaN])), 'unknown');
  const standby = [0, 10].map((second) => snapshot({ light: { at: later(second), inRecovery: true } }));
  assert.equal(since(later(5), standby), 'unknown');
  const counter = new DeletedCounter();
  counter.since(later(5), history([0, 100], [10, 110]));
  const other = snapshot({
    light: { at: later(20), counters: { deleted: 500 } },
    connection: { id: 'other', name: 'other', production: false },
  });
  assert.equal(counter.since(later(5), [other]).how, 'unknown');
});

const stopped = { ...CONTAINER, phase: 'stopped', status: 'exited', exitCode: 137 } as const;
const result = (more: Partial<RestartResult>): RestartResult => ({
  outcome: 'running',
  lines: [],
  tookMs: 1_234,
  watchedMs: 2_040,
  ...more,
});

test('the outcome of a restart is told with the state before and after', () => {
  assert.deepEqual(restartText('shop', result({ before: stopped, after: CONTAINER })), {
    ok: true,
    text: 'shop was restarted in 1.2 s: stopped with exit code 137 before, running now, and stays up (2 s watched).',
  });
  const ended = result({
    outcome: 'ended',
    before: CONTAINER,
    after: { ...stopped, exitCode: 1 },
    lines: [{ text: 'ImportError: no', stream: 'stderr' }],
  });
  assert.deepEqual(restartText('shop', ended), {
    ok: false,
    text: 'shop was restarted in 1.2 s: running before, but is stopped with exit code 1 now. Its last line: ImportError: no',
  });
  const name = 'the cleanup service';
  assert.match(
    restartText(name, result({ outcome: 'asked' })).text,
    /^The cleanup service was restarted .* no status command is set\.$/,
  );
  assert.match(restartText(name, result({})).text, /The status command says that it runs\.$/);
  assert.deepEqual(restartText(name, result({ outcome: 'ended' })).ok, false);
});

test('lines of the log stand with their time by our clock; a line without one stands alone', () => {
  const at = new Date(2025, 10, 9, 14, 0, 5);
  const nanoseconds = BigInt(at.getTime() + 90_000) * 1_000_000n;
  assert.equal(logText({ text: 'Running', stream: 'stdout', nanoseconds }, 90_000), '2025-11-09 14:00:05  Running');
  assert.equal(logText({ text: 'Running', stream: 'stdout' }, 0), 'Running');
  assert.equal(localTime(at), '2025-11-09 14:00:05');
  assert.equal(containerText({ ...CONTAINER, health: 'unhealthy' }), 'running, unhealthy');
  assert.equal(beforeText(reading([]), NOW), 'shop_session_cleanup: running (read just now).');
  const { container: _, ...commands } = reading([], { name: 'the cleanup service', statusLine: 'inactive' });
  assert.equal(beforeText(commands, START), 'The cleanup service: inactive (read just now).');
});
