import { isKnown, type Measured } from '../../common/measured.ts';
import type { MonitorState } from '../../monitoring/poll/monitorTypes.ts';
import type { StatementMetrics } from '../../postgres/table/readings.ts';
import type { ToDashboard } from '../../webview/protocol/protocol.ts';

export type StatementsMessage = Extract<ToDashboard, { type: 'statements' }>;

/** What of a connected `AppState` it depends on. */
interface Connected {
  readonly connection: { readonly id: string };
  readonly monitor: Pick<MonitorState, 'snapshot' | 'partial'>;
}

/** The statements of the last detail reading; undefined: there was none. */
export function statementMetrics({ monitor }: Connected): Measured<readonly StatementMetrics[]> | undefined {
  return monitor.snapshot?.detail?.statements;
}

/** The statements as they were read last, or why there are none and what to do. */
export function statementsMessage(state: Connected): StatementsMessage {
  const statements = statementMetrics(state);
  const unknown = { type: 'statements', of: state.connection.id, readAt: null, note: '', rows: [] } as const;
  if (statements === undefined) return { ...unknown, ...whyUnread(state) };
  if (!isKnown(statements)) return { ...unknown, reason: statements.reason, next: statements.next ?? '' };
  const { value, at, note = '' } = statements;
  return {
    ...unknown,
    readAt: at.getTime(),
    reason: '',
    next: '',
    note: note === '' ? '' : `${note}.`,
    rows: value.map(({ queryId, query, calls, totalMs, meanMs, rows }) => ({
      id: queryId,
      text: query,
      calls,
      totalMs,
      meanMs,
      rows,
    })),
  };
}

function whyUnread({ monitor }: Connected): { reason: string; next: string } {
  const failed = monitor.partial.find(({ reading }) => reading === 'detail')?.problem;
  if (failed !== undefined) return { reason: `${failed.what}: ${failed.why}`, next: failed.next };
  return { reason: 'The statements have not been read yet.', next: 'They come with the next detail reading.' };
}
