import { formatDuration, formatNumber, formatPercent } from '../../../common/format.ts';
import { ROW_HOLDERS_SQL, type HeldRows, type RowHolder } from '../../../postgres/diagnosis/rowHolders.ts';
import { cause, type CauseJudgement, type Remedy } from '../../cause.ts';
import { showingConnections } from '../judgements.ts';

/** Dead rows that matter: so many, and this part of those that live. */
const ENOUGH_ROWS = 500;
const ENOUGH_PART = 0.2;
/** A transaction of a request is over by then. */
const OLD_SECONDS = 5;

const HOW: Readonly<
  Record<RowHolder['kind'], { readonly title: string; readonly id: string; readonly remedy: Remedy }>
> = {
  transaction: {
    id: 'old-transaction',
    title: 'An old transaction keeps dead rows from being removed',
    remedy: {
      title: 'Show who is connected',
      ...showingConnections,
      text: 'Below Connections in the view: terminate its connection, and set idle_in_transaction_session_timeout so that it can’t happen again.',
    },
  },
  'prepared transaction': {
    id: 'prepared-transaction',
    title: 'A prepared transaction keeps dead rows from being removed',
    remedy: {
      title: 'End it',
      text: 'COMMIT PREPARED or ROLLBACK PREPARED with its name, as whoever manages it says.',
    },
  },
  'replication slot': {
    id: 'replication-slot',
    title: 'A replication slot keeps dead rows from being removed',
    remedy: {
      title: 'Connect the standby again, or drop the slot',
      text: 'Where nobody uses it any more: SELECT pg_drop_replication_slot(…) with its name. WAL is kept for it as well.',
    },
  },
  standby: {
    id: 'standby-feedback',
    title: 'A query on a standby keeps dead rows from being removed',
    remedy: {
      title: 'End the query on the standby',
      text: 'hot_standby_feedback has the primary keep what it may still read: end it there, or switch the feedback off.',
    },
  },
};

/**
 * Who keeps dead rows. `share`: of the rows that are in the table, dead and alive, those that died since it began, as far as there have
 * been as many transactions (a save is one and leaves one dead row): what each look at the table reads in vain.
 */
export const HELD_ROW_CAUSES = (Object.keys(HOW) as RowHolder['kind'][]).map((kind) =>
  cause({
    id: HOW[kind].id,
    title: HOW[kind].title,
    symptoms: ['load', 'growth'],
    needs: ['heldRows'],
    judge: ({ heldRows: { value } }) => judge(kind, value),
  }),
);

function judge(kind: RowHolder['kind'], held: HeldRows): CauseJudgement {
  const { live, dead, holders, masked, standby, vacuumedSeconds } = held;
  if (standby)
    return {
      verdict: 'unseen',
      reason: 'A standby does not know what is dead on the primary.',
      next: 'Connect to the primary.',
    };
  const old = holders.filter((one) => one.kind === kind && (one.seconds === null || one.seconds > OLD_SECONDS));
  const [oldest] = old;
  if (oldest === undefined) {
    if (kind === 'transaction' && masked > 0)
      return {
        verdict: 'unseen',
        reason: `The transactions of ${formatNumber(masked)} connections are hidden from this role.`,
        next: 'GRANT pg_read_all_stats (or pg_monitor) to it.',
      };
    return {
      verdict: 'ruledOut',
      sentence:
        kind === 'transaction' ? 'No transaction is older than a few seconds.' : 'There is none that keeps rows.',
    };
  }
  const kept = Math.min(dead, oldest.transactions);
  if (kept < ENOUGH_ROWS || kept < ENOUGH_PART * live)
    return {
      verdict: 'ruledOut',
      sentence: `${oldest.name} keeps rows from being removed, but at most ${formatNumber(kept)} of ${formatNumber(live)} so far.`,
    };
  const since = oldest.seconds === null ? '' : ` for ${formatDuration(oldest.seconds)}`;
  const isVacuumed = vacuumedSeconds !== null && (oldest.seconds === null || vacuumedSeconds < oldest.seconds);
  return {
    verdict: 'found',
    share: kept / (live + kept),
    confidence: isVacuumed ? 'certain' : 'likely',
    sentence:
      `${oldest.name} (${oldest.detail}) has been there${since}: up to ${formatNumber(kept)} dead rows beside ${formatNumber(live)} that live can’t be removed, ` +
      `and ${formatPercent(kept / (live + kept))} of what is read in the table is dead. ${isVacuumed ? 'A vacuum since has left them.' : 'No vacuum has tried since.'}`,
    exhibits: [
      {
        kind: 'query',
        sql: ROW_HOLDERS_SQL,
        head: ['What', 'Name', 'State', 'Age', 'Transactions since'],
        rows: holders.map(({ kind: what, name, detail, seconds, transactions }) => [
          what,
          name,
          detail,
          seconds === null ? '' : formatDuration(seconds),
          formatNumber(transactions),
        ]),
      },
    ],
    remedies: [HOW[kind].remedy],
  };
}
