import { formatDuration, formatNumber } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToWrite } from '../../monitoring/watch/openDatabase.ts';
import type { DeleteAllPreview, DeleteAllResult, HowToDelete } from '../../postgres/cleanup/cleanup.ts';
import type { CleanupRecord } from '../../postgres/cleanup/run/records.ts';
import type { Database } from '../../postgres/connect/connection.ts';
import { PRODUCTION } from '../../presentation/texts/cleanupProblems.ts';
import { deleteAllLines, progressText } from '../../presentation/texts/cleanupTexts.ts';
import { deletedText } from '../../presentation/texts/recordTexts.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showInformationMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { engineFacts, type Cleanup, type CleanupOrigin } from './cleanup.ts';
import { mayDeleteAll } from './mayDeleteAll.ts';

const TRUNCATE = 'Empty the Table (TRUNCATE)…';
const BATCHES = 'Delete in Batches…';

/** The emergency: logs everyone out. Asks twice, the second time for the name of the database. */
export async function deleteAll(cleanup: Cleanup, from: CleanupOrigin): Promise<void> {
  const connection = cleanup.begin();
  if (!mayDeleteAll(connection)) throw PRODUCTION;
  const { previewDeleteAll } = await import('../../postgres/cleanup/cleanup.ts');
  const db = await openToWrite(connection);
  try {
    const { state } = cleanup.app;
    const detail = state.kind === 'connected' ? state.monitor.snapshot?.detail?.sample : undefined;
    const engine = engineFacts(cleanup.app.project);
    const preview = await previewDeleteAll(db, {
      table: connection.table,
      ...(detail !== undefined && isKnown(detail) ? { sample: detail.value } : {}),
      engine,
    });
    const how = await askHow(connection, preview);
    if (how === undefined) return;
    await run(cleanup, connection, db, how, from);
  } finally {
    await db.close();
  }
}

async function askHow(connection: Connection, preview: DeleteAllPreview): Promise<HowToDelete | undefined> {
  const detail = deleteAllLines(preview)
    .map((line) => `• ${line}`)
    .join('\n');
  const ways = [...(preview.truncateProblem === undefined ? [TRUNCATE] : []), BATCHES];
  const question = `Delete all ${formatNumber(preview.total)} sessions of ${connection.target}, and log everyone out?`;
  const { database, active } = preview;
  const always = `Type the name of the database, ${database}, to log out ${formatNumber(active)} visitors. Escape leaves everything as it is.`;
  const typed = { text: database, what: 'the name of the database,', always };
  const chosen = await confirmWrite('deleteAll', connection, { question, detail, buttons: ways, typed });
  if (chosen === undefined) return undefined;
  return chosen === TRUNCATE ? 'truncate' : 'batches';
}

async function run(
  cleanup: Cleanup,
  connection: Connection,
  db: Database,
  how: HowToDelete,
  from: CleanupOrigin,
): Promise<void> {
  const { deleteAllSessions } = await import('../../postgres/cleanup/cleanup.ts');
  const abort = new AbortController();
  const context = cleanup.context(connection, from);
  const history = {
    begun: cleanup.begun('all', how, undefined, context),
    ended: (result: DeleteAllResult) => recordOf(result, context),
  };
  const result = await cleanup.run(abort, { countAfter: true, history }, () =>
    withCancel(
      'Deleting all sessions',
      ({ signal, report }) =>
        deleteAllSessions(db, {
          table: connection.table,
          how,
          pace: 'fast',
          signal,
          onProgress: (progress) => {
            cleanup.progress(progress);
            report(progressText(progress), progress.share);
          },
        }),
      abort,
    ),
  );
  const text = `${deletedText(result)} sessions deleted in ${formatDuration(result.elapsedMs / 1000)}${result.cancelled ? ', then cancelled' : ''}.`;
  if (result.problem !== undefined) throw partly(text, result.problem);
  void showInformationMessage(text);
}

function partly(done: string, { code, what, why, next, transient }: Problem): Problem {
  return new Problem({ code, what: `${done} ${what}`, why, next, transient });
}

function recordOf(result: DeleteAllResult, context: ReturnType<Cleanup['context']>): CleanupRecord {
  const { deleted, deletedHow, how, batches, longestBatchMs, elapsedMs, cancelled, problem } = result;
  return {
    kind: 'all',
    ...context,
    how,
    outcome: problem !== undefined ? 'stopped' : cancelled ? 'cancelled' : 'done',
    deleted,
    deletedHow,
    expiredBefore: null,
    expiredAfter: null,
    elapsedMs,
    batches,
    longestBatchMs,
    notes: problem === undefined ? [] : [problem.message],
  };
}
