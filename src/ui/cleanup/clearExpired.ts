import * as vscode from 'vscode';
import { isKnown, type Measured } from '../../common/measured.ts';
import type { CleanupPreview, Pace } from '../../database/cleanup.ts';
import { recordOf } from '../../database/cleanupHistory.ts';
import type { Database } from '../../database/connection.ts';
import { COMMANDS } from '../../contributions.ts';
import type { Connection } from '../connections.ts';
import { getNumber } from '../settings.ts';
import type { Cleanup, CleanupOrigin } from './cleanup.ts';
import { obstacleLines, previewLines, progressText, resultText } from './cleanupTexts.ts';
import { withCancel } from './progress.ts';
import { openToWrite } from './openDatabase.ts';
import { showInformationMessage, showWarningMessage } from '../messages.ts';

const PACES: Readonly<Record<string, Pace>> = { 'Clear Gently': 'gentle', 'Clear Fast': 'fast' };

/** Shows what would go, asks, clears with progress, pause and cancel, and tells what came of it. */
export async function clearExpired(cleanup: Cleanup, from: CleanupOrigin): Promise<void> {
  const connection = cleanup.begin();
  const looked = await look(cleanup, connection);
  if (looked === undefined) return;
  const { db, preview } = looked;
  try {
    const pace = await askPace(connection, preview);
    if (pace !== undefined) await clear(cleanup, { connection, db, pace, expired: preview.expired }, from);
  } finally {
    await db.close();
  }
}

interface Looked {
  readonly db: Database;
  readonly preview: CleanupPreview;
}

/** The preview with the connection that it was made on; undefined: cancelled, or there is nothing to do, which was told. */
async function look(cleanup: Cleanup, connection: Connection): Promise<Looked | undefined> {
  const { previewCleanup } = await import('../../database/cleanup.ts');
  const engine = cleanup.app.project?.sessionEngine;
  const looked = await withCancel(
    'Looking at what a cleanup would do',
    async ({ signal }): Promise<Looked | undefined> => {
      const db = await openToWrite(connection);
      // A preview takes some seconds at most; cancelled, its connection ends with it.
      signal.addEventListener('abort', () => void db.close());
      try {
        const options = {
          table: connection.table,
          graceSeconds: graceSeconds(),
          ...(engine === undefined ? {} : { sessionEngine: engine }),
        };
        return { db, preview: await previewCleanup(db, options) };
      } catch (error) {
        await db.close();
        if (signal.aborted) return undefined;
        throw error;
      }
    },
  );
  if (looked === undefined) return undefined;
  const { db, preview } = looked;
  if (isKnown(preview.expired) && preview.expired.value === 0) {
    await db.close();
    void showInformationMessage(`There is nothing to clear: no session of ${connection.target} has expired.`);
    return undefined;
  }
  return looked;
}

function graceSeconds(): number {
  return getNumber('cleanup.graceMinutes', 0) * 60;
}

async function askPace(connection: Connection, preview: CleanupPreview): Promise<Pace | undefined> {
  const blocked = preview.obstacles.some(({ severity }) => severity === 'blocks');
  const production = connection.production ? ['This is a production database.'] : [];
  const detail = [...production, ...previewLines(preview, new Date()), ...obstacleLines(preview.obstacles)]
    .map((line) => `• ${line}`)
    .join('\n');
  const question = blocked
    ? `Expired sessions of ${connection.target} can't be cleared now`
    : `Clear expired sessions of ${connection.target}?`;
  const buttons = blocked ? [] : Object.keys(PACES);
  const show = blocked ? showWarningMessage : showInformationMessage;
  const chosen = await show(question, { modal: true, detail }, ...buttons);
  return chosen === undefined ? undefined : PACES[chosen];
}

interface ToClear {
  readonly connection: Connection;
  readonly db: Database;
  readonly pace: Pace;
  /** As the preview saw them. */
  readonly expired: Measured;
}

async function clear(cleanup: Cleanup, { connection, db, pace, expired }: ToClear, from: CleanupOrigin): Promise<void> {
  const { clearExpiredSessions, CleanupPause } = await import('../../database/cleanup.ts');
  const abort = new AbortController();
  const pause = new CleanupPause();
  const context = cleanup.context(connection, from);
  const result = await cleanup.run(abort, { pause, countAfter: expired.how === 'exact' }, () =>
    withCancel(
      'Clearing expired sessions',
      ({ signal, report }) =>
        clearExpiredSessions(db, {
          table: connection.table,
          pace,
          pause,
          signal,
          graceSeconds: graceSeconds(),
          targetBatchMs: getNumber('cleanup.batchMilliseconds', 1),
          onProgress: (progress) => {
            cleanup.progress(progress);
            report(progressText(progress), progress.share);
          },
        }),
      abort,
    ),
  );
  await cleanup.keep(recordOf(result, pace, context));
  const show = result.outcome === 'done' ? showInformationMessage : showWarningMessage;
  void offer(
    show(
      resultText(result, expired),
      ...(result.deleted > 0 ? [VACUUM] : []),
      ...(result.outcome === 'done' ? [] : [AGAIN]),
    ),
  );
}

const VACUUM = 'Vacuum…';
const AGAIN = 'Go On…';

async function offer(answer: Thenable<string | undefined>): Promise<void> {
  const chosen = await answer;
  if (chosen === VACUUM) await vscode.commands.executeCommand(COMMANDS.vacuumSessions);
  if (chosen === AGAIN) await vscode.commands.executeCommand(COMMANDS.clearExpired);
}
