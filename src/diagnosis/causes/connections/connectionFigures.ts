import { formatDuration, formatNumber, formatPercent } from '../../../common/format.ts';
import {
  HOLDERS_SQL,
  type ConnectionHolders,
  type HolderGroup,
} from '../../../postgres/diagnosis/connectionHolders.ts';
import type { CauseJudgement } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';

/** From this part of a limit on, connections run out. */
const CLOSE = 0.7;

/** A limit, and what is held of it. */
export interface Limit {
  readonly of: 'server' | 'database' | 'role';
  readonly used: number;
  readonly max: number;
  /** The connections that count. */
  readonly groups: readonly HolderGroup[];
}

/** The limit that is nearest. `users`: of the site. */
export function nearestLimit({ used, groups, limits }: ConnectionHolders, users: readonly string[]): Limit {
  const limit = (of: Limit['of'], max: number, which: (group: HolderGroup) => boolean): Limit => {
    const counted = groups.filter(which);
    return { of, used: countHeld(counted), max, groups: counted };
  };
  const all: Limit[] = [{ of: 'server', used, max: limits.server, groups }];
  if (limits.database !== null) all.push(limit('database', limits.database, ({ here }) => here));
  if (limits.role !== null) all.push(limit('role', limits.role, ({ user }) => user !== null && users.includes(user)));
  return all.reduce((nearest, one) => (one.used / one.max > nearest.used / nearest.max ? one : nearest));
}

export function countHeld(groups: readonly HolderGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

const LIMIT_WORDS: Readonly<Record<Limit['of'], string>> = {
  server: 'that ordinary roles can have on the server',
  database: 'that the database may have',
  role: 'that the role may have',
};

export function limitText({ of, used, max }: Limit): string {
  return `${formatNumber(used)} of ${formatNumber(max)} connections ${LIMIT_WORDS[of]} are in use`;
}

/** Nothing runs out now: no cause of it is to be found. undefined: it does. */
export function plenty(holders: ConnectionHolders, users: readonly string[]): CauseJudgement | undefined {
  const limit = nearestLimit(holders, users);
  if (limit.used >= CLOSE * limit.max) return undefined;
  return { verdict: 'ruledOut', sentence: `They don’t run out now: ${limitText(limit)}.` };
}

const MOST_ROWS = 10;

export function holdersExhibit({ groups, used }: ConnectionHolders): Exhibit {
  return {
    kind: 'query',
    sql: HOLDERS_SQL,
    head: ['Application', 'User', 'From', 'State', 'Connections', 'Of all', 'Longest in this state', 'Oldest'],
    rows: groups
      .slice(0, MOST_ROWS)
      .map(({ application, user, address, state, count, stateSeconds, connectedSeconds }) => [
        application ?? '(none)',
        user ?? '(hidden)',
        address ?? 'the server’s machine',
        state ?? '(hidden)',
        formatNumber(count),
        formatPercent(count / used),
        stateSeconds === null ? '' : formatDuration(stateSeconds),
        connectedSeconds === null ? '' : formatDuration(connectedSeconds),
      ]),
  };
}

/** "django (user shop)" */
export function groupName({ application, user }: Pick<HolderGroup, 'application' | 'user'>): string {
  const name = user === null ? 'a user that is hidden' : `user ${user}`;
  return application === null ? name : `${application} (${name})`;
}
