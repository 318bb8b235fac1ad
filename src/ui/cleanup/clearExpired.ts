import { isKnown } from '../../common/measured.ts';
import { onAbort } from '../../common/onAbort.ts';
import { COMMANDS } from '../../contributions.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToWrite } from '../../monitoring/watch/openDatabase.ts';
import type { CleanupPreview, CleanupResult, Holder, Pace, PreviewOptions } from '../../postgres/cleanup/cleanup.ts';
import { earlierRun, recordOf } from '../../postgres/cleanup/run/records.ts';
import type { Database } from '../../postgres/connect/connection.ts';
import { obstacleLines, previewLines, progressText, resultText } from '../../presentation/texts/cleanupTexts.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { runCommand } from '../common/runCommand.ts';
import { folderOf, getNumber } from '../settings/settings.ts';
import { engineFacts, tableText, type Cleanup, type CleanupOrigin } from './cleanup.ts';
import { djangoClearsessions } from './djangoClearsessions.ts';

const END_OTHER = 'End the Other Cleanup…';
const BY_DJANGO = "Run Django's clearsessions…";
const PACES: Readonly<Record<string, Pace>> = { 'Clear Gently': 'gentle', 'Clear Fast': 'fast' };

/** Shows what would go, asks, clears with progress, pause and cancel, and tells what came of it. */
export async function clearExpired(cleanup: Cleanup, from: CleanupOrigin): Promise<void> {
  const connection = cleanup.begin();
  // Only manage.py reaches the database there.
  if (connection.command !== undefined) return djangoClearsessions(cleanup, from);
  const looked = await look(cleanup, connection);
  if (looked === undefined) return;
  const { db, preview } = looked;
  let isEnded = false;
  try {
    const answer = await ask(connection, preview);
    if (answer === END_OTHER) isEnded = await endOther(connection, db, preview.holder);
    else if (answer === BY_DJANGO) await runCommand(COMMANDS.runClearsessions);
    else if (answer !== undefined) await clear(cleanup, { connection, db, pace: answer, preview }, from);
  } finally {
    await db.close();
  }
  if (isEnded) await clearExpired(cleanup, from);
}

interface Looked {
  readonly db: Database;
  readonly preview: CleanupPreview;
}

/** The preview with the connection that it was made on; undefined: cancelled, or there is nothing to do, which was told. */
async function look(cleanup: Cleanup, connection: Connection): Promise<Looked | undefined> {
  const { previewCleanup } = await import('../../postgres/cleanup/cleanup.ts');
  const looked = await withCancel(
    'Looking at what a cleanup would do',
    async ({ signal }): Promise<Looked | undefined> => {
      const db = await openToWrite(connection);
      // A preview takes some seconds at most; cancelled, its connection ends with it.
      const forget = onAbort(signal, () => void db.close());
      try {
        return { db, preview: await previewCleanup(db, previewOptions(cleanup, connection)) };
      } catch (error) {
        await db.close();
        if (signal.aborted) return undefined;
        throw error;
      } finally {
        forget();
      }
    },
  );
  if (looked === undefined) return undefined;
  const { db, preview } = looked;
  if (isKnown(preview.expired) && preview.expired.value === 0 && preview.kept.value === 0) {
    await db.close();
    void showInformationMessage(`There is nothing to clear: no session of ${connection.target} has expired.`);
    return undefined;
  }
  return looked;
}

function graceSeconds(connection: Connection): number {
  return getNumber('cleanup.graceMinutes', folderOf(connection)) * 60;
}

/** What is known here and helps to tell what a cleanup would do. */
function previewOptions({ app, records }: Cleanup, connection: Connection): PreviewOptions {
  const { table } = connection;
  const { state, project } = app;
  const saves = state.kind === 'connected' ? state.monitor.snapshot?.rates.savesPerMinute : undefined;
  const earlier = earlierRun(records, tableText(table));
  return {
    table,
    graceSeconds: graceSeconds(connection),
    engine: engineFacts(project),
    ...(earlier === undefined ? {} : { earlier }),
    ...(saves === undefined || !isKnown(saves) ? {} : { savesPerMinute: saves.value }),
  };
}

/** What is done by Django's own clearsessions only. */
const LEFT_TO_DJANGO: ReadonlySet<string> = new Set(['foreign-key-keeps', 'engine-clears-itself']);

async function ask(
  connection: Connection,
  preview: CleanupPreview,
): Promise<Pace | typeof END_OTHER | typeof BY_DJANGO | undefined> {
  const blocked = preview.obstacles.some(({ severity }) => severity === 'blocks');
  const production = connection.production ? ['This is a production database.'] : [];
  const detail = [...production, ...previewLines(preview, new Date()), ...obstacleLines(preview.obstacles)]
    .map((line) => `• ${line}`)
    .join('\n');
  const question = blocked
    ? `Expired sessions of ${connection.target} can't be cleared now`
    : `Clear expired sessions of ${connection.target}?`;
  const endable = preview.holder?.mayEnd === true ? [END_OTHER] : [];
  const paces = preview.expired.value === 0 ? [] : Object.keys(PACES);
  const leavesSome = preview.obstacles.some(({ code }) => LEFT_TO_DJANGO.has(code));
  const buttons = blocked ? endable : [...paces, ...(leavesSome ? [BY_DJANGO] : [])];
  // What another answer does is asked there.
  const harmless = buttons.filter((button) => PACES[button] === undefined);
  const chosen = await confirmWrite('clearExpired', connection, {
    question,
    detail,
    buttons: buttons.filter((button) => !harmless.includes(button)),
    harmless,
    mild: !blocked,
  });
  if (chosen === END_OTHER || chosen === BY_DJANGO) return chosen;
  return chosen === undefined ? undefined : PACES[chosen];
}

/** Ends the session of a cleanup that holds the lock, after asking. @returns whether it is gone */
async function endOther(connection: Connection, db: Database, holder: Holder | undefined): Promise<boolean> {
  if (holder === undefined) return false;
  const { endHolder, holderText } = await import('../../postgres/cleanup/cleanup.ts');
  const END = 'End It';
  const detail = `It belongs to ${holderText(holder)}. What its cleanup has deleted stays deleted. If somebody still runs it, it connects again and goes on.`;
  const question = 'End the session of the other cleanup?';
  if ((await confirmWrite('endCleanup', connection, { question, detail, buttons: [END] })) !== END) return false;
  const isEnded = await endHolder(db, holder);
  if (!isEnded) {
    void showInformationMessage('That session was not ended: it holds the lock no more, or works on. Look again.');
  }
  return isEnded;
}

interface ToClear {
  readonly connection: Connection;
  readonly db: Database;
  readonly pace: Pace;
  readonly preview: CleanupPreview;
}

async function clear(cleanup: Cleanup, { connection, db, pace, preview }: ToClear, from: CleanupOrigin): Promise<void> {
  const { clearExpiredSessions, CleanupPause } = await import('../../postgres/cleanup/cleanup.ts');
  const abort = new AbortController();
  const pause = new CleanupPause();
  const context = cleanup.context(connection, from);
  const { expired } = preview;
  const history = {
    begun: cleanup.begun('expired', pace, expired, context),
    ended: (result: CleanupResult) => recordOf(result, pace, context),
  };
  const result = await cleanup.run(abort, { pause, countAfter: expired.how === 'exact', history }, () =>
    withCancel(
      'Clearing expired sessions',
      ({ signal, report }) =>
        clearExpiredSessions(db, {
          table: connection.table,
          pace,
          pause,
          signal,
          countLeft: true,
          // As the preview said: longer than the setting where the application's clock is behind.
          graceSeconds: preview.graceSeconds,
          targetBatchMs: getNumber('cleanup.batchMilliseconds', folderOf(connection)),
          onProgress: (progress) => {
            cleanup.progress(progress);
            report(progressText(progress), progress.share);
          },
        }),
      abort,
    ),
  );
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
  if (chosen === VACUUM) await runCommand(COMMANDS.vacuumSessions);
  if (chosen === AGAIN) await runCommand(COMMANDS.clearExpired);
}
