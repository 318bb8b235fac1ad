import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { Problem } from '../../common/problem.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToWrite } from '../../monitoring/watch/openDatabase.ts';
import type { BackendEnding, BackendFacts, BackendsReading } from '../../postgres/backends/backendFacts.ts';
import type { Database } from '../../postgres/connect/database.ts';
import type { BackendEnded } from '../../postgres/backends/endBackend.ts';
import {
  endingTitle,
  outcomeText,
  recordOfEnding,
  type BackendRecord,
} from '../../presentation/backends/backendRecords.ts';
import { backendName } from '../../presentation/backends/backendTexts.ts';
import { ENDINGS, endingQuestion, NONE_TO_END, NOT_YET } from '../../presentation/backends/endingTexts.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showInformationMessage, showQuickPick, showWarningMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import type { App } from '../connection/app.ts';

/** What it needs of who asks. */
export interface EndingParts {
  readonly app: Pick<App, 'watched'>;
  readonly log: Log;
  /** The connection by which backends are read at present: for a server that has none left. */
  readonly spare: () => Database | undefined;
  /** Has what is shown read anew. */
  readonly refresh: () => Promise<void>;
  readonly keep: (record: BackendRecord) => Promise<void>;
}

/**
 * Cancels a statement or terminates a connection: looks again at what is there, asks (in production twice), does it by a connection of
 * its own and says whether it has really ended.
 */
export async function endConnection(
  parts: EndingParts,
  ending: BackendEnding,
  chosen: BackendFacts | undefined,
): Promise<void> {
  const connection = parts.app.watched;
  const [{ readBackends }, { refusalOf }] = await Promise.all([
    import('../../postgres/backends/readBackends.ts'),
    import('../../postgres/backends/refusals.ts'),
  ]);
  // When connections run out there is most to be ended: signals are sent by a connection that can't write, too.
  const db = await openToWrite(connection).catch((error: unknown) => {
    const spare = error instanceof Problem && error.code === 'too-many-connections' ? parts.spare() : undefined;
    if (spare === undefined) throw error;
    return spare;
  });
  try {
    const reading = await readBackends(db);
    const backend =
      chosen === undefined ? await choose(reading, ending, refusalOf) : sameAgain(reading, chosen, ending);
    if (backend === undefined) return;
    const refusal = refusalOf(backend, ending);
    if (refusal !== undefined) throw new Problem({ ...refusal, what: ENDINGS[ending].notDone, transient: false });
    if (!(await confirm(connection, backend, reading, ending))) return;
    await run(parts, db, connection, backend, ending);
  } finally {
    if (db !== parts.spare()) await db.close();
    void parts.refresh();
  }
}

async function run(
  parts: EndingParts,
  db: Database,
  connection: Connection,
  backend: BackendFacts,
  ending: BackendEnding,
): Promise<void> {
  const { endBackend } = await import('../../postgres/backends/endBackend.ts');
  const context = {
    id: randomUUID(),
    at: new Date().toISOString(),
    who: userInfo().username,
    target: connection.target,
  };
  const keep = (done: Pick<BackendRecord, 'outcome' | 'waited' | 'freed' | 'elapsedMs' | 'problem'>): Promise<void> =>
    parts.keep(recordOfEnding(backend, ending, done, context));
  let done: BackendEnded;
  try {
    done = await withCancel(ENDINGS[ending].doing, ({ signal }) => endBackend(db, backend, ending, signal));
  } catch (error) {
    const problem = error instanceof Problem ? error.why : 'Something unexpected failed.';
    await keep({ outcome: 'failed', waited: 0, freed: 0, elapsedMs: 0, problem });
    throw error;
  }
  await keep(done);
  const text = `${endingTitle({ ending, ...done })}: ${backendName(backend)}: ${outcomeText(done.outcome, done)}`;
  parts.log.info(`${connection.target}: ${text}`);
  const show = done.outcome === 'ended' ? showInformationMessage : showWarningMessage;
  void show(`${text}.${done.outcome === 'notEnded' ? NOT_YET : ''}`);
}

/** What the row showed may be over by now. */
function sameAgain(reading: BackendsReading, chosen: BackendFacts, ending: BackendEnding): BackendFacts {
  const now = reading.backends.find(({ pid, startedAt }) => pid === chosen.pid && startedAt === chosen.startedAt);
  if (now === undefined) throw NONE_TO_END.gone(backendName(chosen), ending);
  return now;
}

async function choose(
  reading: BackendsReading,
  ending: BackendEnding,
  refusalOf: (backend: BackendFacts, ending: BackendEnding) => unknown,
): Promise<BackendFacts | undefined> {
  const { pickItems } = await import('./pickBackend.ts');
  const items = pickItems(reading, (backend) => refusalOf(backend, ending) === undefined);
  if (items.length === 0) throw NONE_TO_END.none(reading.total, ending);
  const options: vscode.QuickPickOptions = {
    title: ENDINGS[ending].title,
    placeHolder: 'Choose the backend; what blocks others stands first',
    matchOnDescription: true,
    matchOnDetail: true,
  };
  return (await showQuickPick(items, options))?.backend;
}

async function confirm(
  connection: Connection,
  backend: BackendFacts,
  { backends }: BackendsReading,
  ending: BackendEnding,
): Promise<boolean> {
  const { question, lines, button } = endingQuestion(connection, backend, backends, ending);
  const detail = lines.map((line) => `• ${line}`).join('\n');
  const typed = { text: String(backend.pid), what: 'the process id' };
  return (await confirmWrite(ending, connection, { question, detail, buttons: [button], typed })) === button;
}
