import { formatBytes, formatDuration, formatNumber, formatPercent } from '../../../common/format.ts';
import { isKnown } from '../../../common/measured.ts';
import { COMMANDS } from '../../../contributions.ts';
import { BY_DATABASE, raiseMaxWalSize } from '../../../postgres/diagnosis/advice.ts';
import type { LoadWatch } from '../../../postgres/diagnosis/watchLoad.ts';
import { CHECKPOINTS_SQL } from '../../../postgres/diagnosis/loadCounters.ts';
import { cause } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { statementsExhibit } from './loadFigures.ts';

/** Of one core: less than that is no load. */
const BUSY = 0.1;
/** Backends at work at any time, on average: the same, by looking at them. */
const BUSY_BACKENDS = 0.5;
/** A whole core: backends that were idle report their time up to ten seconds late, all at once. */
const BUSY_ELSEWHERE = 1;
const MOST_OF_IT = 0.5;
/** Checkpoints since the statistics began, or while it was watched, that tell something. */
const FEW_CHECKPOINTS = 3;
/** One comes when some half of max_wal_size is written (CalculateCheckpointSegments in xlog.c); the last may have begun before. */
const WAL_OF_EACH = 0.25;

export const SERVER_CAUSES = [
  cause({
    id: 'other-statements',
    title: 'The load comes from statements that have nothing to do with sessions',
    symptoms: ['load'],
    needs: ['load'],
    judge: ({ load: { value: load } }) => {
      const byTime = othersByTime(load);
      const byLooks = othersByLooks(load);
      const isBusy = (byTime?.cores ?? 0) >= BUSY || byLooks.backends >= BUSY_BACKENDS;
      // What runs longer than it was watched is in no sum of times yet, and is seen by looking.
      const share = Math.max(byTime?.share ?? 0, byLooks.backends >= BUSY_BACKENDS ? byLooks.share : 0);
      if (!isBusy || share < MOST_OF_IT) {
        if (byTime === undefined && byLooks.masked > 0)
          return {
            verdict: 'unseen',
            reason: `What ${formatNumber(byLooks.masked)} connections do is hidden from this role.`,
            next: 'GRANT pg_read_all_stats (or pg_monitor) to it.',
          };
        const cores = byTime === undefined ? '' : ` They keep ${formatPercent(byTime.cores)} of a core busy.`;
        return { verdict: 'ruledOut', sentence: `Other statements take ${formatPercent(share)} of the time.${cores}` };
      }
      const table = statementsExhibit(load, ({ onSessions, verb }) => !onSessions && verb !== 'COMMIT');
      return {
        verdict: 'found',
        share,
        confidence: byTime === undefined ? 'likely' : 'certain',
        sentence: `${formatPercent(share)} of the time that statements take in this database goes into others than those on sessions${byTime === undefined ? '' : `, which keep ${formatPercent(byTime.cores)} of a core busy`}; on average ${formatNumber(round(byLooks.backends))} of them run at a time.`,
        exhibits: [...byLooks.exhibits, ...(table === undefined ? [] : [table])],
        remedies: [
          {
            title: 'Open the dashboard',
            command: COMMANDS.openDashboard,
            text: 'Have these statements explained, and see to their indexes; throttling sessions will not help much.',
          },
        ],
      };
    },
  }),
  cause({
    id: 'other-databases',
    title: 'The load comes from other databases of the server',
    symptoms: ['load'],
    needs: ['load'],
    judge: ({ load: { value: load } }) => {
      const { before, after, seconds } = load;
      if (
        before.activeMs === null ||
        after.activeMs === null ||
        before.elsewhereMs === null ||
        after.elsewhereMs === null
      )
        return { verdict: 'unseen', reason: 'PostgreSQL counts the time of each database from version 14 on.' };
      const [here, elsewhere] = [after.activeMs - before.activeMs, after.elsewhereMs - before.elsewhereMs];
      const share = elsewhere / Math.max(1, here + elsewhere);
      const cores = elsewhere / (1000 * seconds);
      if (cores < BUSY_ELSEWHERE || share < MOST_OF_IT)
        return {
          verdict: 'ruledOut',
          sentence: `Other databases keep ${formatPercent(Math.max(0, cores))} of a core busy.`,
        };
      return {
        verdict: 'found',
        share,
        confidence: 'certain',
        sentence: `${formatPercent(share)} of the time that statements take on this server goes into other databases, which keep ${formatPercent(cores)} of a core busy.`,
        exhibits: [
          {
            kind: 'figure',
            text: `${formatDuration(here / 1000)} here and ${formatDuration(elsewhere / 1000)} elsewhere in ${formatNumber(Math.round(seconds))} s, by active_time of pg_stat_database`,
          },
        ],
        remedies: [
          {
            title: 'Look at the other databases',
            text: BY_DATABASE,
          },
        ],
      };
    },
  }),
  cause({
    id: 'checkpoints',
    title: 'Checkpoints come too often',
    symptoms: ['load'],
    needs: ['load'],
    judge: ({ load: { value: load } }) => {
      const { before, after, seconds } = load;
      if (after.standby)
        return {
          verdict: 'unseen',
          reason: 'A standby makes restart points, as the primary says.',
          next: 'Connect to the primary.',
        };
      const now = after.checkpoints;
      const meanwhile = now.requested - before.checkpoints.requested;
      const all = now.timed + now.requested;
      const elapsed = (after.at - now.since) / 1000;
      const every = elapsed / Math.max(1, all);
      const requested = all === 0 ? 0 : now.requested / all;
      const wal = after.walBytes - before.walBytes;
      // CREATE and DROP DATABASE, backups and people ask for checkpoints too, without so much WAL.
      const isFull = (count: number, written: number): boolean => written >= WAL_OF_EACH * now.maxWalBytes * count;
      const often =
        (meanwhile >= 2 && isFull(meanwhile, wal)) ||
        (now.requested >= FEW_CHECKPOINTS &&
          requested >= MOST_OF_IT &&
          every < now.timeoutSeconds / 2 &&
          isFull(now.requested, after.walBytes));
      if (!often)
        return {
          verdict: 'ruledOut',
          sentence: `Of ${formatNumber(all)} checkpoints ${formatNumber(now.requested)} came before their time, one in ${formatDuration(every)} on average.`,
        };
      const images = fullPageShare(load);
      const writing = Math.min(1, (now.writeMs + now.syncMs) / (1000 * Math.max(1, elapsed)));
      return {
        verdict: 'found',
        // What they cost: images of whole pages in the WAL; where those are not counted, the time in which one was written.
        share: images ?? writing,
        confidence: 'likely',
        sentence:
          `${formatNumber(now.requested)} of ${formatNumber(all)} checkpoints were forced before checkpoint_timeout (${formatDuration(now.timeoutSeconds)}), ${formatNumber(meanwhile)} of them in the last ${formatNumber(Math.round(seconds))} s, because max_wal_size (${formatBytes(now.maxWalBytes)}) was full` +
          (images === undefined
            ? '.'
            : `: after each, the first change of a page writes all of it, and ${formatPercent(images)} of the ${formatBytes(wal)} of WAL meanwhile were such pages.`),
        exhibits: [
          {
            kind: 'query',
            sql: CHECKPOINTS_SQL,
            head: ['Timed', 'Requested', 'Writing', 'Syncing'],
            rows: [
              [
                formatNumber(now.timed),
                formatNumber(now.requested),
                formatDuration(now.writeMs / 1000),
                formatDuration(now.syncMs / 1000),
              ],
            ],
          },
        ],
        remedies: [
          {
            title: 'Raise max_wal_size',
            text: `Let a superuser run: ${raiseMaxWalSize(4 * now.maxWalBytes)} where the disk has room for it.`,
          },
        ],
      };
    },
  }),
];

interface Others {
  readonly share: number;
  /** Cores that they keep busy. */
  readonly cores: number;
}

function othersByTime({ statements, seconds }: LoadWatch): Others | undefined {
  if (!isKnown(statements) || statements.value.totalMs <= 0) return undefined;
  const { statements: all, totalMs } = statements.value;
  const others = all.reduce((sum, { onSessions, verb, ms }) => sum + (onSessions || verb === 'COMMIT' ? 0 : ms), 0);
  return { share: others / totalMs, cores: others / (1000 * seconds) };
}

interface OthersSeen {
  readonly share: number;
  /** That run at a time, on average. */
  readonly backends: number;
  readonly masked: number;
  readonly exhibits: readonly Exhibit[];
}

const SESSIONS = /session/iu;
const LONG_SECONDS = 5;
const MOST_SHOWN = 5;

function othersByLooks({ looks }: LoadWatch): OthersSeen {
  const here = looks.flatMap(({ backends }) => backends.filter((one) => one.here && !one.ours));
  const active = here.filter(({ state, waitsFor }) => state === 'active' && waitsFor?.startsWith('Lock') !== true);
  const others = active.filter(({ statement }) => statement !== null && !SESSIONS.test(statement));
  const last = looks.at(-1)?.backends ?? [];
  const long = last.filter(
    (one) => others.some(({ pid }) => pid === one.pid) && (one.stateSeconds ?? 0) > LONG_SECONDS,
  );
  return {
    share: active.length === 0 ? 0 : others.length / active.length,
    backends: looks.length === 0 ? 0 : others.length / looks.length,
    masked: last.filter(({ masked }) => masked).length,
    exhibits: long.slice(0, MOST_SHOWN).map(({ pid, application, user, stateSeconds, statement }) => ({
      kind: 'figure',
      text: `Process ${pid} of ${application ?? user ?? 'another user'} has been running for ${formatDuration(stateSeconds ?? 0)}: ${statement ?? ''}`,
    })),
  };
}

/** Of the WAL that was written meanwhile, images of whole pages, 0 to 1; undefined: they are not counted, or none was written. */
function fullPageShare({ before, after }: LoadWatch): number | undefined {
  const wal = after.walBytes - before.walBytes;
  if (after.fullPages === null || before.fullPages === null || wal <= 0) return undefined;
  return Math.min(1, ((after.fullPages - before.fullPages) * after.blockBytes) / wal);
}

const round = (value: number): number => Math.round(value * 10) / 10;
