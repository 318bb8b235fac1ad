import { formatBytes, formatDuration } from '../../../common/format.ts';
import { isKnown, type Measured } from '../../../common/measured.ts';
import type { Database } from '../../connect/connection.ts';
import { WORTH_SECONDS } from '../../readings/applicationClock.ts';
import { quoted } from '../../table/tableName.ts';
import { keepsRows } from '../plan/sql.ts';
import { whereToGo, type CleanupTarget, type IncomingKey } from '../plan/target.ts';
import { holderText, howToEnd, type Holder } from './holder.ts';
import type { Activity } from './obstacleSql.ts';

/**
 * - blocks: it can't begin, or has to wait
 * - slows: it works, and takes longer or leaves something
 * - note: to know before or after
 */
export type Severity = 'blocks' | 'slows' | 'note';

/** Something that stands in the way of a cleanup. */
export interface Obstacle {
  /** Stable, in kebab case. */
  readonly code: string;
  readonly severity: Severity;
  /** A sentence. */
  readonly text: string;
  /** What to do, a sentence. */
  readonly next?: string;
}

/** Of SESSION_ENGINE, what matters to a cleanup. */
export interface EngineFacts {
  /** The cache has copies of the rows. */
  readonly cached?: boolean;
  /** It has its own `clear_expired`. */
  readonly clearsItself?: boolean;
}

export interface ObstacleContext {
  readonly db: Database;
  readonly target: CleanupTarget;
  readonly activity: Activity;
  /** Of the lock of cleanups. */
  readonly holder: Holder | undefined;
  /** As CleanupPreview has them. */
  readonly clockBehind: Measured;
  readonly graceSeconds: number;
  readonly engine?: EngineFacts | undefined;
}

export interface ObstacleRule {
  readonly code: string;
  readonly severity: Severity;
  /** The sentences; undefined: it does not stand in the way. */
  readonly about: (c: ObstacleContext) => readonly [text: string, next?: string] | undefined;
}

/** Transactions that are older keep space from being reused for a time that matters. */
const LONG_SECONDS = 300;
const CLEARSESSIONS = "Run Django's clearsessions for those: it does as on_delete and the engine say.";
/** Clocks that differ by more are worth a word, in milliseconds. */
const CLOCKS_MS = 5_000;

/** All that there is, in the order in which it is told. */
export const OBSTACLE_RULES: readonly ObstacleRule[] = [
  {
    code: 'in-recovery',
    severity: 'blocks',
    about: ({ target }) =>
      target.inRecovery ? ['The server is a standby, which takes no writes.', whereToGo(target)] : undefined,
  },
  {
    code: 'read-only',
    severity: 'blocks',
    about: ({ db, target }) =>
      target.readOnly && !target.inRecovery
        ? [`User ${db.server.user} may only read on this connection.`, 'Connect as the user that Django has.']
        : undefined,
  },
  {
    code: 'permission-denied',
    severity: 'blocks',
    about: ({ db, target }) => {
      const denied = target.heaps.find(({ mayDelete }) => !mayDelete);
      if (denied === undefined) return undefined;
      const grant = `GRANT SELECT, DELETE ON ${quoted(denied)} TO "${db.server.user}";`;
      return [`User ${db.server.user} may not delete from ${denied.name}.`, `Let its owner run: ${grant}`];
    },
  },
  {
    code: 'cleanup-running',
    severity: 'blocks',
    about: ({ holder }) =>
      holder === undefined ? undefined : [`Another cleanup is running (${holderText(holder)}).`, howToEnd(holder)],
  },
  {
    code: 'table-locked',
    severity: 'blocks',
    about: ({ activity }) =>
      activity.tableLock === null
        ? undefined
        : [`${activity.tableLock} holds the table locked.`, 'The cleanup waits a minute for it.'],
  },
  {
    code: 'clearsessions-running',
    severity: 'slows',
    about: ({ activity }) =>
      activity.clearsessions === null
        ? undefined
        : [
            `${activity.clearsessions} deletes expired sessions too at this moment.`,
            'Let one of the two finish first.',
          ],
  },
  {
    code: 'foreign-key-keeps',
    severity: 'slows',
    about: ({ target }) => keysAbout(target, keepsRows, 'keep the sessions they refer to', CLEARSESSIONS),
  },
  {
    code: 'foreign-key-changes',
    severity: 'slows',
    about: ({ target }) =>
      keysAbout(target, (key) => !keepsRows(key), 'are deleted or changed with the sessions they refer to'),
  },
  {
    code: 'foreign-key-without-index',
    severity: 'slows',
    about: ({ target }) =>
      keysAbout(target, ({ indexed }) => !indexed, 'are all read for each session, for want of an index'),
  },
  {
    code: 'triggers',
    severity: 'slows',
    about: ({ target }) =>
      target.triggers.length === 0 ? undefined : [`Triggers run with each deletion: ${target.triggers.join(', ')}.`],
  },
  {
    code: 'rules',
    severity: 'slows',
    about: ({ target }) =>
      target.rules.length === 0 ? undefined : [`Rules replace or follow each DELETE: ${target.rules.join(', ')}.`],
  },
  {
    code: 'row-security',
    severity: 'slows',
    about: ({ db, target }) =>
      target.rowSecurity ? [`Row-level security may hide rows from user ${db.server.user}.`] : undefined,
  },
  {
    code: 'long-transaction',
    severity: 'slows',
    about: ({ activity: { oldestSeconds, oldestTransaction } }) =>
      oldestSeconds === null || oldestSeconds < LONG_SECONDS
        ? undefined
        : [
            `${oldestTransaction ?? 'Somebody'} has had a transaction open for ${formatDuration(oldestSeconds)}: until it ends, no vacuum can free what is deleted.`,
            'End it, or vacuum later.',
          ],
  },
  {
    code: 'prepared-transactions',
    severity: 'slows',
    about: ({ activity: { prepared } }) =>
      prepared === 0
        ? undefined
        : [`${prepared} prepared transactions wait for their end; they keep deleted rows from being freed.`],
  },
  {
    code: 'replication-slots',
    severity: 'slows',
    about: ({ activity: { slots } }) =>
      slots.length === 0 ? undefined : [`Replication slots keep deleted rows from being freed: ${slots.join(', ')}.`],
  },
  {
    code: 'standbys',
    severity: 'note',
    about: ({ activity: { standbys, lagBytes } }) =>
      standbys === 0
        ? undefined
        : [
            `${standbys} ${standbys === 1 ? 'standby has' : 'standbys have'} to replay all of it${lagBytes === null ? '' : `, ${formatBytes(lagBytes)} behind now`}.`,
            'The gentle pace waits when they fall behind.',
          ],
  },
  {
    code: 'no-index',
    severity: 'slows',
    about: ({ target }) =>
      target.heaps.some(({ kind, indexed }) => kind === 'r' && !indexed)
        ? [
            'No index leads with expire_date, so that the whole table is read.',
            'Create the index of Django’s migration.',
          ]
        : undefined,
  },
  {
    code: 'foreign-tables',
    severity: 'slows',
    about: ({ target }) => {
      const names = target.heaps.filter(({ kind }) => kind === 'f').map(({ name }) => name);
      return names.length === 0 ? undefined : [`Partitions on other servers are left out: ${names.join(', ')}.`];
    },
  },
  {
    code: 'engine-clears-itself',
    severity: 'slows',
    about: ({ engine }) =>
      engine?.clearsItself === true
        ? [
            'SESSION_ENGINE has its own clear_expired: only rows are deleted here, not what it does besides.',
            CLEARSESSIONS,
          ]
        : undefined,
  },
  {
    code: 'cached-db',
    severity: 'note',
    about: ({ engine }) =>
      engine?.cached === true
        ? ['SESSION_ENGINE is made on cached_db: the cache keeps copies of its own until they expire there.']
        : undefined,
  },
  {
    code: 'application-clock-behind',
    severity: 'slows',
    about: ({ clockBehind, graceSeconds }) =>
      !isKnown(clockBehind) || clockBehind.value <= WORTH_SECONDS
        ? undefined
        : [
            `The application’s clock is about ${formatDuration(clockBehind.value)} behind the database’s, by the times of the saves: what has expired here is valid there for as long.`,
            `So those that expired less than ${formatDuration(graceSeconds)} ago stay. Have both set their clocks (NTP).`,
          ],
  },
  {
    code: 'application-clock-ahead',
    severity: 'note',
    about: ({ clockBehind }) =>
      !isKnown(clockBehind) || clockBehind.value >= -WORTH_SECONDS
        ? undefined
        : [
            `The application’s clock is at least ${formatDuration(-clockBehind.value)} ahead of the database’s, by the times of the saves: sessions stay here as much longer.`,
            'Have both set their clocks (NTP).',
          ],
  },
  {
    code: 'clocks',
    severity: 'note',
    about: ({ db }) =>
      Math.abs(db.server.clockAheadMs) < CLOCKS_MS
        ? undefined
        : [
            `The database’s clock is ${formatDuration(Math.abs(db.server.clockAheadMs) / 1000)} ${db.server.clockAheadMs > 0 ? 'ahead of' : 'behind'} this machine’s, on which ages are reckoned. What has expired goes by the database’s; the application’s clock is another thing.`,
          ],
  },
];

function keysAbout(
  { keys }: CleanupTarget,
  which: (key: IncomingKey) => boolean,
  what: string,
  next?: string,
): readonly [text: string, next?: string] | undefined {
  const tables = keys.filter(which).map(({ table }) => table);
  return tables.length === 0
    ? undefined
    : next === undefined
      ? [`Rows of ${tables.join(', ')} ${what}.`]
      : [`Rows of ${tables.join(', ')} ${what}.`, next];
}

/** What stands in the way, what blocks first. */
export function obstacles(circumstances: ObstacleContext): Obstacle[] {
  const found = OBSTACLE_RULES.flatMap(({ code, severity, about }): Obstacle[] => {
    const [text, next] = about(circumstances) ?? [];
    if (text === undefined) return [];
    return [{ code, severity, text, ...(next === undefined ? {} : { next }) }];
  });
  const order: readonly Severity[] = ['blocks', 'slows', 'note'];
  return found.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
