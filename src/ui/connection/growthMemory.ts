import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { KEEP, type GrowthPersistence, type SizePoint } from '../../monitoring/snapshot/growth.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';

const PREFIX = 'growth/';

/** Where the size history of a connection is kept. Those of which nothing is young enough to be used are removed. */
export function growthIn(
  memory: vscode.Memento,
  { id, target, table }: Pick<Connection, 'id' | 'target' | 'table'>,
  log: Log,
): GrowthPersistence {
  const own = `${PREFIX}${id}/${target}/${table.schema ?? ''}.${table.name}`;
  for (const key of memory.keys()) {
    if (!key.startsWith(PREFIX) || key === own || isYoung(memory.get(key))) continue;
    memory.update(key, undefined).then(undefined, (error: unknown) => {
      log.warn(`An old size history could not be removed: ${describeError(error)}`);
    });
  }
  return {
    load: () => memory.get<readonly SizePoint[]>(own, []),
    save: (points) => memory.update(own, points),
  };
}

function isYoung(points: unknown): boolean {
  const last = (Array.isArray(points) ? points : []).at(-1) as Partial<SizePoint> | undefined;
  return last?.at !== undefined && last.at >= Date.now() - KEEP;
}
