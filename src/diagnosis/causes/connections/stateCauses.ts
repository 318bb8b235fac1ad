import { formatDuration, formatNumber, formatPercent } from '../../../common/format.ts';
import { END_IDLE_TRANSACTIONS } from '../../../postgres/diagnosis/advice.ts';
import {
  STUCK_SECONDS,
  type ConnectionHolders,
  type HolderGroup,
} from '../../../postgres/diagnosis/connectionHolders.ts';
import { cause, type CauseJudgement, type Remedy } from '../../cause.ts';
import { showingConnections } from '../judgements.ts';
import { groupName, holdersExhibit, limitText, nearestLimit, plenty } from './connectionFigures.ts';

/** Less of all connections than this does not make them run out. */
const LITTLE = 0.1;

/** Connections by what they do. `share`: those of all connections that have done so for longer than a request takes. */
export const STATE_CAUSES = [
  cause({
    id: 'idle-in-transaction',
    title: 'Connections sit idle in a transaction',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use } }) =>
      byState(holders, use.users, ({ state }) => state?.startsWith('idle in transaction') === true, {
        what: 'sit idle in a transaction',
        remedies: [
          {
            title: 'Show who is connected',
            ...showingConnections,
            text: 'A view or task that calls another service within atomic() or ATOMIC_REQUESTS holds its connection for as long. Terminate them below Connections in the view.',
          },
          {
            title: 'Set idle_in_transaction_session_timeout',
            text: END_IDLE_TRANSACTIONS,
          },
        ],
      }),
  }),
  cause({
    id: 'slow-statements',
    title: 'Connections are held by statements that take long',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use } }) =>
      // One that waits for a lock is not slow by itself: `waiting-connections`.
      byState(holders, use.users, ({ state, waitsForLock }) => state === 'active' && !waitsForLock, {
        what: 'run a statement',
        remedies: [
          {
            title: 'Show who is connected',
            ...showingConnections,
            text: 'Below Statements and Connections in the view; statement_timeout ends those that take too long.',
          },
        ],
      }),
  }),
];

interface Wording {
  readonly what: string;
  readonly remedies: readonly Remedy[];
}

function byState(
  holders: ConnectionHolders,
  users: readonly string[],
  isOne: (group: HolderGroup) => boolean,
  { what, remedies }: Wording,
): CauseJudgement {
  const enough = plenty(holders, users);
  if (enough !== undefined) return enough;
  const limit = nearestLimit(holders, users);
  const groups = limit.groups.filter((group) => !group.ours && isOne(group));
  const stuck = groups.reduce((sum, group) => sum + group.stuck, 0);
  if (stuck / limit.used < LITTLE) {
    if (holders.masked / holders.used > LITTLE)
      return {
        verdict: 'unseen',
        reason: `The state of ${formatNumber(holders.masked)} of ${formatNumber(holders.used)} connections is hidden from this role.`,
        next: 'GRANT pg_read_all_stats (or pg_monitor) to it.',
      };
    return {
      verdict: 'ruledOut',
      sentence: `${formatNumber(stuck)} connections ${what} for longer than ${STUCK_SECONDS} s.`,
    };
  }
  const [most] = groups.toSorted((a, b) => b.stuck - a.stuck);
  const longest = Math.max(...groups.map(({ stateSeconds }) => stateSeconds ?? 0));
  const by = most === undefined ? '' : ` Most are of ${groupName(most)}.`;
  return {
    verdict: 'found',
    share: stuck / limit.used,
    confidence: 'certain',
    sentence: `${limitText(limit)}, and ${formatNumber(stuck)} (${formatPercent(stuck / limit.used)}) ${what} for longer than ${STUCK_SECONDS} s, the longest for ${formatDuration(longest)}.${by}`,
    exhibits: [holdersExhibit(holders)],
    remedies,
  };
}
