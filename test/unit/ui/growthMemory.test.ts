import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthIn } from '../../../src/ui/connection/growthMemory.ts';
import { memoryLog } from '../history/folder.ts';

const DAY = 24 * 3_600_000;

test('size histories that are too old to be used are removed, others and other keys stay', async () => {
  const kept = new Map<string, unknown>([
    ['growth/django:/a:default/a on x/.django_session', [{ at: Date.now() - 15 * DAY, bytes: 1 }]],
    ['growth/django:/b:default/b on x/.django_session', [{ at: Date.now() - 13 * DAY, bytes: 1 }]],
    ['growth/broken', 'text'],
    ['growth/empty', []],
    ['alerts/django:/a:default', { version: 1 }],
  ]);
  const memory = {
    keys: () => [...kept.keys()],
    get: (key: string, fallback?: unknown) => kept.get(key) ?? fallback,
    update: (key: string, value: unknown) => {
      if (value === undefined) kept.delete(key);
      else kept.set(key, value);
      return Promise.resolve();
    },
  };
  const connection = { id: 'django:/c:default', target: 'c on x', table: { name: 'django_session' } };
  const log = memoryLog();
  const persistence = growthIn(memory as Parameters<typeof growthIn>[0], connection, log);
  assert.deepEqual(persistence.load(), []);
  await persistence.save([{ at: 1, bytes: 2 }]);
  // Its own stays, however old: it is what the monitor works with.
  assert.deepEqual(growthIn(memory as Parameters<typeof growthIn>[0], connection, log).load(), [{ at: 1, bytes: 2 }]);
  assert.deepEqual([...kept.keys()].sort(), [
    'alerts/django:/a:default',
    'growth/django:/b:default/b on x/.django_session',
    'growth/django:/c:default/c on x/.django_session',
  ]);
  assert.deepEqual(log.lines, []);
});
