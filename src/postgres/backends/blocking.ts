import type { BackendFacts } from './backendFacts.ts';

/** A backend with those that wait for it, each of which stands once in the whole forest. */
export interface BlockingNode {
  readonly pid: number;
  /** Undefined: a prepared transaction (pid 0), or one that was not read. */
  readonly backend?: BackendFacts;
  readonly waiting: readonly BlockingNode[];
  /** It waits for one that waits for it: the server ends one of them after deadlock_timeout. */
  readonly inCircle?: true;
}

/**
 * Who blocks whom, as trees from those that wait for nobody. PostgreSQL counts who stands before one in the queue among its blockers; so
 * that a queue is not told as a chain, each waits below the blocker that is nearest to a root.
 */
export function blockingForest(backends: readonly BackendFacts[]): readonly BlockingNode[] {
  const byPid = new Map(backends.map((backend) => [backend.pid, backend]));
  const blockedBy = new Map(backends.filter((one) => one.blockedBy.length > 0).map((one) => [one.pid, one.blockedBy]));
  const roots = [...new Set([...blockedBy.values()].flat())].filter((pid) => !blockedBy.has(pid));
  const below = new Map<number, number[]>();
  const placed = new Set<number>(roots);
  const circles: number[] = [];
  for (let level: readonly number[] = roots; placed.size < roots.length + blockedBy.size;) {
    const next: number[] = [];
    for (const [pid, blockers] of blockedBy) {
      const parent = placed.has(pid) ? undefined : level.find((one) => blockers.includes(one));
      if (parent === undefined) continue;
      next.push(pid);
      below.set(parent, [...(below.get(parent) ?? []), pid]);
    }
    if (next.length === 0) {
      // What is left waits for itself in the end.
      const first = [...blockedBy.keys()].find((pid) => !placed.has(pid));
      if (first === undefined) break;
      circles.push(first);
      next.push(first);
    }
    for (const pid of next) placed.add(pid);
    level = next;
  }
  const node = (pid: number): BlockingNode => {
    const backend = byPid.get(pid);
    const waiting = (below.get(pid) ?? []).map(node);
    return {
      pid,
      waiting,
      ...(backend === undefined ? {} : { backend }),
      ...(circles.includes(pid) ? { inCircle: true } : {}),
    };
  };
  return [...roots, ...circles].map(node);
}

/** How many wait below it. */
export function countWaiting({ waiting }: BlockingNode): number {
  return waiting.reduce((sum, one) => sum + 1 + countWaiting(one), 0);
}
