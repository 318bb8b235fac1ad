import { formatDuration, formatNumber, formatPercent } from '../../../common/format.ts';
import { COMMANDS } from '../../../contributions.ts';
import type { ConnectionUse } from '../../../django/project/connections/connectionUse.ts';
import type { ConnectionHolders, HolderGroup } from '../../../postgres/diagnosis/connectionHolders.ts';
import { cause, type CauseJudgement, type Remedy } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { countHeld, holdersExhibit, limitText, nearestLimit, plenty, type Limit } from './connectionFigures.ts';

/** Idle connections of the site that make them run out are at least this part of all. */
const ENOUGH = 0.3;

/** What Django keeps between requests. `share`: the site's idle connections of all connections. */
export const REUSE_CAUSES = [
  cause({
    id: 'persistent-connections',
    title: 'CONN_MAX_AGE keeps a connection for each worker',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse', 'pooling'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use }, pooling: { value: mode } }) => {
      const enough = plenty(holders, use.users);
      if (enough !== undefined) return enough;
      if (use.maxAgeSeconds === undefined) return unknownAge(use);
      if (use.poolSize !== undefined || use.maxAgeSeconds === 0)
        return {
          verdict: 'ruledOut',
          sentence:
            use.poolSize === undefined
              ? 'CONN_MAX_AGE is 0: each request closes its connection.'
              : 'Django’s own pool is on, which goes before CONN_MAX_AGE.',
        };
      if (mode === 'session')
        return { verdict: 'ruledOut', sentence: 'A pooler is between, and it is its mode that keeps them.' };
      return byIdle(holders, use, {
        sentence: (age) => `CONN_MAX_AGE ${age} keeps them open between requests${workersText(use, 1)}`,
        remedies: [
          ...openEntry(use),
          {
            title: 'Lower CONN_MAX_AGE or the number of workers',
            text: 'Workers × threads × entries of DATABASES must stay below the limit, with room for commands and administrators; or put PgBouncer in transaction mode in between.',
          },
        ],
      });
    },
  }),
  cause({
    id: 'pool-size',
    title: 'Django’s pools together are larger than the limit',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use } }) => {
      if (use.poolSize === undefined) return { verdict: 'ruledOut', sentence: 'OPTIONS has no pool.' };
      const enough = plenty(holders, use.users);
      if (enough !== undefined) return enough;
      return byIdle(holders, use, {
        sentence: () =>
          `OPTIONS['pool'] keeps up to ${formatNumber(use.poolSize ?? 0)} in each process${workersText(use, use.poolSize ?? 1)}`,
        remedies: [
          ...openEntry(use),
          {
            title: 'Make the pools smaller',
            text: 'Each process has a pool of its own: processes × max_size must stay below the limit.',
          },
        ],
      });
    },
  }),
  cause({
    id: 'pool-mode',
    title: 'The pooler is in session mode, so that it spares nothing',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse', 'pooling'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use }, pooling: { value: mode } }) => {
      if (mode === 'direct') return { verdict: 'ruledOut', sentence: 'No pooler is between here and the server.' };
      if (mode === 'transaction') return { verdict: 'ruledOut', sentence: 'The pooler is in transaction mode.' };
      const enough = plenty(holders, use.users);
      if (enough !== undefined) return enough;
      return byIdle(holders, use, {
        sentence: (age) =>
          `the pooler gives each client a server connection for as long as the client is connected (two clients of ours never shared one), and CONN_MAX_AGE ${age} keeps clients connected`,
        remedies: [
          {
            title: 'Set pool_mode = transaction',
            text: 'In pgbouncer.ini; and DISABLE_SERVER_SIDE_CURSORS = True in DATABASES. Or set CONN_MAX_AGE = 0, so that clients leave.',
          },
          ...openEntry(use),
        ],
      });
    },
  }),
  cause({
    id: 'connection-leak',
    title: 'Connections are opened and not closed again',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse', 'pooling'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use }, pooling: { value: mode } }) => {
      const enough = plenty(holders, use.users);
      if (enough !== undefined) return enough;
      if (use.maxAgeSeconds === undefined) return unknownAge(use);
      if (use.poolSize !== undefined || mode !== 'direct')
        return { verdict: 'ruledOut', sentence: 'A pool keeps them, so that idle ones are no leak.' };
      const { workers, maxAgeSeconds } = use;
      const slots = workers === undefined ? undefined : workers.processes * workers.threads;
      const limit = nearestLimit(holders, use.users);
      const groups = idleOf(limit, use);
      const idle = countHeld(groups);
      const stuck = groups.reduce((sum, group) => sum + group.stuck, 0);
      // With CONN_MAX_AGE = 0 none may be idle; with another, more than there are threads that serve requests may not be.
      const leaked = maxAgeSeconds === 0 ? stuck : slots === undefined ? 0 : Math.max(0, idle - slots);
      if (maxAgeSeconds !== 0 && slots === undefined)
        return {
          verdict: 'unseen',
          reason:
            'How many workers there are is not said in the files of the project, so that idle connections may be theirs.',
          next: 'Compare with the number of workers × threads.',
        };
      if (leaked / limit.used < ENOUGH)
        return {
          verdict: 'ruledOut',
          sentence: `${formatNumber(idle)} of the site’s connections are idle, ${maxAgeSeconds === 0 ? `${formatNumber(stuck)} of them for longer than a request takes` : `for ${formatNumber(slots ?? 0)} workers`}.`,
        };
      const oldest = Math.max(...groups.map(({ connectedSeconds }) => connectedSeconds ?? 0));
      return {
        verdict: 'found',
        share: leaked / limit.used,
        confidence: 'likely',
        sentence: `${limitText(limit)}, and ${formatNumber(leaked)} (${formatPercent(leaked / limit.used)}) are idle though CONN_MAX_AGE ${ageText(use)} would have closed them; the oldest has been open for ${formatDuration(oldest)}.`,
        exhibits: [holdersExhibit(holders), ...entryExhibit(use)],
        remedies: [
          {
            title: 'Close what threads open',
            text: 'Django closes connections at the end of a request only: threads, tasks and async code that use the database outside of one have to call connection.close() (or close_old_connections()).',
          },
          {
            title: 'Set idle_session_timeout',
            text: 'From PostgreSQL 14 on the server ends idle sessions by itself: ALTER ROLE … SET idle_session_timeout.',
          },
        ],
      };
    },
  }),
];

interface Wording {
  readonly sentence: (age: string) => string;
  readonly remedies: readonly Remedy[];
}

function byIdle(holders: ConnectionHolders, use: ConnectionUse, { sentence, remedies }: Wording): CauseJudgement {
  const limit = nearestLimit(holders, use.users);
  const idle = countHeld(idleOf(limit, use));
  const share = idle / limit.used;
  if (share < ENOUGH) {
    if (holders.masked / holders.used >= ENOUGH)
      return {
        verdict: 'unseen',
        reason: `The state of ${formatNumber(holders.masked)} of ${formatNumber(holders.used)} connections is hidden from this role.`,
        next: 'GRANT pg_read_all_stats (or pg_monitor) to it.',
      };
    return { verdict: 'ruledOut', sentence: `Only ${formatNumber(idle)} of the site’s connections are idle.` };
  }
  return {
    verdict: 'found',
    share,
    confidence: use.workers === undefined ? 'likely' : 'certain',
    sentence: `${limitText(limit)}, and ${formatNumber(idle)} (${formatPercent(share)}) are the site’s and idle: ${sentence(ageText(use))}.`,
    exhibits: [holdersExhibit(holders), ...entryExhibit(use)],
    remedies,
  };
}

/** The site's: of a user in DATABASES, or in the watched database where that names none. */
function idleOf({ groups }: Limit, { users }: ConnectionUse): HolderGroup[] {
  const isSite = ({ user, here }: HolderGroup): boolean =>
    users.length === 0 ? here : user !== null && users.includes(user);
  return groups.filter((group) => !group.ours && group.state === 'idle' && isSite(group));
}

function ageText({ maxAgeSeconds }: ConnectionUse): string {
  if (maxAgeSeconds === null) return '= None (for ever)';
  return maxAgeSeconds === undefined ? '' : `= ${formatNumber(maxAgeSeconds)} s`;
}

/** ", and 8 processes × 4 threads (gunicorn.conf.py) may hold 32" */
function workersText({ workers }: ConnectionUse, each: number): string {
  if (workers === undefined) return '';
  const { processes, threads, where } = workers;
  const most = processes * (each > 1 ? each : threads);
  const times = each > 1 ? '' : ` × ${formatNumber(threads)} threads`;
  return `, and ${formatNumber(processes)} processes${times} (${where}) may hold ${formatNumber(most)}`;
}

function unknownAge({ why = 'it is computed' }: ConnectionUse): CauseJudgement {
  return { verdict: 'unseen', reason: `CONN_MAX_AGE is not known: ${why}.` };
}

function entryExhibit({ place, maxAgeSeconds, poolSize }: ConnectionUse): Exhibit[] {
  if (place === undefined) return [];
  const text =
    poolSize === undefined
      ? `CONN_MAX_AGE is ${maxAgeSeconds === null ? 'None' : String(maxAgeSeconds ?? '?')} in this entry`
      : 'the pool of this entry';
  return [{ kind: 'code', text, place }];
}

function openEntry({ place }: ConnectionUse): Remedy[] {
  if (place === undefined) return [];
  const { file, from, to } = place;
  return [{ title: 'Open DATABASES', command: COMMANDS.openCode, arguments: [{ file, from, to }] }];
}
