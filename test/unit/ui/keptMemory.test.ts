import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetAlerts } from '../../../src/ui/connection/alertMemory.ts';
import { forgetSizes } from '../../../src/ui/connection/forget.ts';
import { memoryLog } from '../history/folder.ts';

const DAY = 24 * 3_600_000;
const NOW = new Date('2026-01-02T03:04:05Z');

/** As VS Code keeps it. */
function memoryOf(values: Readonly<Record<string, unknown>>, isBroken = false) {
  const kept = new Map(Object.entries(values));
  const memory = {
    keys: () => [...kept.keys()],
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => {
      if (isBroken) return Promise.reject(new Error('The disk is full.'));
      if (value === undefined) kept.delete(key);
      else kept.set(key, value);
      return Promise.resolve();
    },
  };
  return { kept, memory: memory as unknown as Parameters<typeof forgetSizes>[0] };
}

test('sizes that were kept beside the history are removed, everything else stays', () => {
  const { kept, memory } = memoryOf({
    'growth/django:/a:default/a on x/.django_session': [{ at: NOW.getTime(), bytes: 1 }],
    'growth/broken': 'text',
    cleanups: [],
  });
  const log = memoryLog();
  forgetSizes(memory, log);
  assert.deepEqual([[...kept.keys()], log.lines], [['cleanups'], []]);
});

test('what the alerts of a connection know is removed when it has been gone for two weeks', async () => {
  const saved = (days: number): unknown => ({ version: 1, at: NOW.getTime() - days * DAY, alerts: {} });
  const values = {
    'alerts/here': saved(300),
    'alerts/gone': saved(15),
    'alerts/away': saved(13),
    'alerts/broken': 'text',
    activeConnection: 'gone',
  };
  const { kept, memory } = memoryOf(values);
  const log = memoryLog();
  forgetAlerts([{ id: 'here' }], memory, NOW, log);
  assert.deepEqual([...kept.keys()], ['alerts/here', 'alerts/away', 'activeConnection']);
  assert.deepEqual(log.lines, []);
  const broken = memoryLog();
  forgetAlerts([], memoryOf(values, true).memory, NOW, broken);
  await new Promise(setImmediate);
  assert.equal(broken.lines.length, 3);
  assert.match(
    broken.lines[0] ?? '',
    /^warn: What is kept as alerts\/here could not be removed: Error: The disk is full\.$/,
  );
});
