import { openToWrite } from '../../monitoring/watch/openDatabase.ts';
import type { CleanupKind, CleanupRecord } from '../../postgres/cleanup/run/records.ts';
import type { DeleteByKeysResult } from '../../postgres/inspect/deleteByKeys.ts';
import { progressText } from '../../presentation/texts/cleanupTexts.ts';
import { deletedSessionsText, deleteQuestion } from '../../presentation/inspect/inspectTexts.ts';
import type { Cleanup } from '../cleanup/cleanup.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';

export interface ToDelete {
  readonly keys: readonly string[];
  readonly kind: Extract<CleanupKind, 'one' | 'user'>;
  readonly isCached: boolean;
  readonly isComplete?: boolean;
}

const DELETE = 'Delete';

/** Asks, deletes under the lock of cleanups, and tells what came of it; the history has the figures, and neither keys nor the user. */
export async function deleteFound(
  cleanup: Cleanup,
  { keys, kind, isCached, isComplete = true }: ToDelete,
): Promise<void> {
  const connection = cleanup.begin();
  const { question, lines } = deleteQuestion(keys.length, connection, { isCached, isComplete });
  const detail = lines.map((line) => `• ${line}`).join('\n');
  if ((await confirmWrite('deleteSessions', connection, { question, detail, buttons: [DELETE] })) !== DELETE) return;
  const { deleteByKeys } = await import('../../postgres/inspect/deleteByKeys.ts');
  const abort = new AbortController();
  const context = cleanup.context(connection, 'palette');
  const history = {
    begun: cleanup.begun(kind, 'batches', undefined, context),
    ended: (result: DeleteByKeysResult): CleanupRecord => recordOf(result, kind, context),
  };
  const result = await cleanup.run(abort, { countAfter: false, history }, () =>
    withCancel(
      keys.length === 1 ? 'Deleting the session' : 'Deleting the sessions',
      async ({ signal, report }) => {
        const db = await openToWrite(connection);
        try {
          return await deleteByKeys(db, keys, {
            table: connection.table,
            signal,
            onProgress: (progress) => {
              cleanup.progress(progress);
              report(progressText(progress));
            },
          });
        } finally {
          await db.close();
        }
      },
      abort,
    ),
  );
  const isWhole = result.problem === undefined && !result.cancelled && result.kept === 0;
  void (isWhole ? showInformationMessage : showWarningMessage)(deletedSessionsText(result, isCached));
}

function recordOf(
  { deleted, deletedHow, gone, kept, batches, longestBatchMs, elapsedMs, cancelled, problem }: DeleteByKeysResult,
  kind: ToDelete['kind'],
  context: ReturnType<Cleanup['context']>,
): CleanupRecord {
  const notes = [
    ...(gone === 0 ? [] : [`${gone} had gone before.`]),
    ...(kept === 0 ? [] : [`${kept} stayed.`]),
    ...(problem === undefined ? [] : [problem.message]),
  ];
  return {
    kind,
    ...context,
    how: 'batches',
    outcome: problem !== undefined ? 'stopped' : cancelled ? 'cancelled' : 'done',
    deleted,
    deletedHow,
    expiredBefore: null,
    expiredAfter: null,
    elapsedMs,
    batches,
    longestBatchMs,
    notes,
  };
}
