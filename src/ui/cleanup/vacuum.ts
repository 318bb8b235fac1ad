import { needsDatabase } from '../../monitoring/metricsCommand/commandProblems.ts';
import { openToWrite } from '../../monitoring/watch/openDatabase.ts';
import { vacuumText } from '../../presentation/texts/cleanupTexts.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showInformationMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import type { Cleanup } from './cleanup.ts';

const RUN = 'Vacuum';

/** Plain VACUUM of the session table, after saying what it does and does not give back. */
export async function vacuum(cleanup: Cleanup): Promise<void> {
  const connection = cleanup.begin();
  if (connection.command !== undefined) throw needsDatabase();
  const { ABOUT_VACUUM, vacuumSessions } = await import('../../postgres/cleanup/cleanup.ts');
  const question = `Vacuum the session table of ${connection.target}?`;
  const asked = { question, detail: ABOUT_VACUUM, buttons: [RUN], mild: true };
  if ((await confirmWrite('vacuum', connection, asked)) !== RUN) return;
  const abort = new AbortController();
  const result = await cleanup.run(abort, { countAfter: false }, () =>
    withCancel(
      'Vacuuming the session table',
      async ({ signal, report }) => {
        const db = await openToWrite(connection);
        try {
          return await vacuumSessions(db, {
            table: connection.table,
            signal,
            onProgress: ({ phase, scanned }) => {
              report(phase, scanned);
            },
          });
        } finally {
          await db.close();
        }
      },
      abort,
    ),
  );
  void showInformationMessage(vacuumText(result));
}
