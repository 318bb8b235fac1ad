import type { FileSystem } from '../../../src/common/fileSystem.ts';
import { unknown } from '../../../src/common/measured.ts';
import type { CleanupReading } from '../../../src/services/cleanupService/reading.ts';
import type { CleanupRun } from '../../../src/services/cleanupService/log/runs.ts';
import type { Container } from '../../../src/services/containers/container.ts';

export const NOW = new Date('2025-11-09T14:00:00Z');
export const HOUR = 3_600;
export const before = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

/** A run of a daily cleanup that succeeded so many hours ago. */
export function run(hoursAgo: number, more: Partial<CleanupRun> = {}): CleanupRun {
  const startedAt = before(hoursAgo * HOUR);
  const lastLineAt = new Date(startedAt.getTime() + 2_000);
  return {
    outcome: 'succeeded',
    startedAt,
    lastLineAt,
    deleted: 150,
    remaining: 1_250,
    nextInSeconds: 24 * HOUR,
    ...more,
  };
}

export const CONTAINER: Container = {
  id: 'f'.repeat(64),
  name: 'shop_session_cleanup',
  phase: 'running',
  status: 'running',
  outOfMemory: false,
  startedAt: before(100 * HOUR),
  restartCount: 0,
  restartPolicy: 'unless-stopped',
  labels: {},
};

export function reading(runs: readonly CleanupRun[], more: Partial<CleanupReading> = {}): CleanupReading {
  return {
    at: NOW,
    name: 'shop_session_cleanup',
    by: 'docker',
    state: 'running',
    container: CONTAINER,
    log: { runs, lines: [], looked: 3 * runs.length, complete: true },
    clockAheadMs: unknown('podman does not tell the time of its clock.'),
    notes: [],
    tookMs: 50,
    ...more,
  };
}

/** A workspace whose files are these texts by their absolute paths. */
export function inMemory(texts: Readonly<Record<string, string>>): FileSystem {
  const paths = Object.keys(texts);
  return {
    readText: (path) => Promise.resolve(texts[path]),
    list: (directory) => {
      const inside = paths
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1));
      const names = new Map(inside.map((path) => [path.split('/')[0] ?? '', path.includes('/')]));
      return Promise.resolve([...names].map(([name, isFolder]) => ({ name, kind: isFolder ? 'directory' : 'file' })));
    },
  };
}
