import { Problem } from '../../common/problem.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { BackendEnding, BackendFacts } from '../../postgres/backends/backendFacts.ts';
import { blockingForest, countWaiting, type BlockingNode } from '../../postgres/backends/blocking.ts';
import { backendLines, backendName, blockerText } from './backendTexts.ts';

interface EndingTexts {
  readonly title: string;
  readonly button: string;
  readonly doing: string;
  /** Without a full stop. */
  readonly notDone: string;
  /** What comes of it, sentences. */
  readonly means: string;
}

export const ENDINGS: Readonly<Record<BackendEnding, EndingTexts>> = {
  cancel: {
    title: 'Cancel statement',
    button: 'Cancel the Statement',
    doing: 'Cancelling the statement',
    notDone: 'The statement was not cancelled',
    means: 'The statement ends with an error in the application, and its transaction with it; the connection stays.',
  },
  terminate: {
    title: 'Terminate connection',
    button: 'Terminate the Connection',
    doing: 'Terminating the connection',
    notDone: 'The connection was not terminated',
    means:
      'What its transaction has done is undone, and the application gets an error with its next statement; Django then connects anew with the next request.',
  },
};

/** Behind the result, where it had not ended yet. */
export const NOT_YET = ' It may be in a call of the operating system, and ends when that returns.';

/** What is asked before a backend is ended: whom it hits, what that means, and who waits for it. */
export function endingQuestion(
  { target, production }: Pick<Connection, 'target' | 'production'>,
  backend: BackendFacts,
  backends: readonly BackendFacts[],
  ending: BackendEnding,
): { readonly question: string; readonly lines: readonly string[]; readonly button: string } {
  const { button, means } = ENDINGS[ending];
  const waiting = waitingFor(backend.pid, blockingForest(backends));
  const what = ending === 'cancel' ? 'Cancel the statement of' : 'Terminate the connection of';
  return {
    question: `${what} ${backendName(backend)} on ${target}?`,
    lines: [
      ...(production ? ['This is a production database.'] : []),
      ...backendLines(
        backend,
        backend.blockedBy.map((pid) => blockerText(pid, backends)),
      ),
      ...(waiting === 0 ? [] : [waiting === 1 ? 'One other waits for it.' : `${waiting} others wait for it.`]),
      means,
    ],
    button,
  };
}

function waitingFor(pid: number, nodes: readonly BlockingNode[]): number {
  return nodes.reduce((sum, node) => sum + (node.pid === pid ? countWaiting(node) : waitingFor(pid, node.waiting)), 0);
}

/** Why there is nothing to end. */
export const NONE_TO_END = {
  gone: (name: string, ending: BackendEnding): Problem =>
    new Problem({
      code: 'backend-gone',
      what: ENDINGS[ending].notDone,
      why: `${name} is not connected any more.`,
      next: 'Nothing is left to be ended.',
      transient: false,
    }),
  none: (total: number, ending: BackendEnding): Problem =>
    new Problem({
      code: 'backend-none',
      what: ENDINGS[ending].notDone,
      why: `Of ${total} backends none ${ending === 'cancel' ? 'runs a statement that' : ''} can be ended from here.`,
      next: 'Open Backends below Connections: the hover of each says why.',
      transient: false,
    }),
};
