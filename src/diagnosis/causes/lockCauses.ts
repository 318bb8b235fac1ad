import { formatDuration, formatNumber, formatPercent } from '../../common/format.ts';
import type { BackendFacts, BackendsReading } from '../../postgres/backends/backendFacts.ts';
import { blockingForest, countWaiting, type BlockingNode } from '../../postgres/backends/blocking.ts';
import type { LoadWatch } from '../../postgres/diagnosis/watchLoad.ts';
import { cause, type CauseJudgement } from '../cause.ts';
import { showingConnections } from './judgements.ts';
import type { Exhibit } from '../exhibit.ts';

/** Of the looks, those that must have seen somebody wait. */
const OFTEN = 0.2;
const LITTLE = 0.1;

export const LOCK_CAUSES = [
  cause({
    id: 'lock-waits',
    title: 'Statements wait for locks that others hold',
    symptoms: ['load'],
    needs: ['load'],
    // Of the backends that were at work or waited, those that waited, in all looks together.
    judge: ({ load: { value: load } }) =>
      byWaiting(load, (all, waiting) => waiting / Math.max(1, all.filter((one) => one.state === 'active').length)),
  }),
  cause({
    id: 'waiting-connections',
    title: 'Connections are held by statements that wait for locks',
    symptoms: ['connections'],
    needs: ['load'],
    // Of the connections of this database, those that waited.
    judge: ({ load: { value: load } }) => byWaiting(load, (all, waiting) => waiting / Math.max(1, all.length)),
  }),
];

function byWaiting(
  { looks, seconds }: LoadWatch,
  part: (all: readonly BackendFacts[], waiting: number) => number,
): CauseJudgement {
  const seen = looks.map((look) => ({ look, waiting: waitingIn(look).length }));
  const withWaits = seen.filter(({ waiting }) => waiting > 0);
  if (withWaits.length < Math.max(2, OFTEN * looks.length))
    return {
      verdict: 'ruledOut',
      sentence: `In ${formatNumber(withWaits.length)} of ${formatNumber(looks.length)} looks somebody waited for a lock.`,
    };
  const all = looks.flatMap(clientsIn);
  const share = part(
    all,
    seen.reduce((sum, { waiting }) => sum + waiting, 0),
  );
  if (share < LITTLE)
    return { verdict: 'ruledOut', sentence: `Those that wait for a lock are ${formatPercent(share)} of all.` };
  const worst = withWaits.reduce((most, one) => (one.waiting >= most.waiting ? one : most));
  const forest = blockingForest(worst.look.backends).toSorted((a, b) => countWaiting(b) - countWaiting(a));
  const [root] = forest;
  return {
    verdict: 'found',
    share,
    confidence: 'certain',
    sentence: `In ${formatNumber(withWaits.length)} of ${formatNumber(looks.length)} looks in ${formatNumber(Math.round(seconds))} s somebody waited for a lock, at most ${formatNumber(worst.waiting)} at once. ${root === undefined ? '' : `${who(root)} blocks ${formatNumber(countWaiting(root))} of them.`}`,
    exhibits: chainExhibits(forest),
    remedies: [
      {
        title: 'Show who is connected',
        ...showingConnections,
        text: `Below Connections in the view: cancel its statement, or terminate it${root === undefined ? '' : ` (process ${root.pid})`}. Then see to it that transactions are short, and set lock_timeout and idle_in_transaction_session_timeout.`,
      },
    ],
  };
}

function clientsIn({ backends }: BackendsReading): BackendFacts[] {
  return backends.filter(({ here, ours, kind, masked }) => here && !ours && (kind === 'client backend' || masked));
}

function waitingIn(look: BackendsReading): BackendFacts[] {
  return clientsIn(look).filter(({ blockedBy }) => blockedBy.length > 0);
}

const MOST_LINES = 20;

/** The chain, each below the one that it waits for. */
function chainExhibits(forest: readonly BlockingNode[]): Exhibit[] {
  const lines: string[] = [];
  const add = (node: BlockingNode, depth: number): void => {
    if (lines.length >= MOST_LINES) return;
    const { backend } = node;
    const said = backend?.statement ?? '';
    const table = backend?.waitsOn ?? '';
    const what = table === '' ? '' : ` for ${table}`;
    const waits = depth === 0 ? '' : `waits${what}: `;
    lines.push(
      `${'    '.repeat(depth)}${waits}${who(node)}${said === '' ? '' : `\n${'    '.repeat(depth + 1)}${said}`}`,
    );
    for (const one of node.waiting) add(one, depth + 1);
  };
  for (const root of forest) add(root, 0);
  return lines.length === 0
    ? []
    : [{ kind: 'log', source: 'pg_blocking_pids(), who blocks whom', text: lines.join('\n') }];
}

/** "Process 12 of cron (idle in transaction for 40 s)" */
function who({ pid, backend, inCircle }: BlockingNode): string {
  if (pid === 0) return 'A prepared transaction';
  if (backend === undefined) return `Process ${pid}`;
  const { application, user, state, stateSeconds, masked } = backend;
  const name = application ?? user ?? 'another user';
  const for_ = stateSeconds === null ? '' : ` for ${formatDuration(stateSeconds)}`;
  const what = masked ? 'what it does is hidden from this role' : `${state ?? 'in no state'}${for_}`;
  return `Process ${pid} of ${name} (${what}${inCircle === true ? ', a deadlock' : ''})`;
}
