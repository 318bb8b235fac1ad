import { nodeFileSystem } from '../../common/fileSystem.ts';
import { sessionCookieName } from '../../django/sessionCookie.ts';
import { decodeSession } from '../../django/sessionData.ts';
import { changesBetween, inspected, userOf, type InspectedSession } from '../../monitoring/inspect/inspectedSession.ts';
import { typedKey } from '../../monitoring/inspect/typedKey.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToRead } from '../../monitoring/watch/openDatabase.ts';
import type { Database } from '../../postgres/connect/database.ts';
import type { UserSession, UserSessions } from '../../postgres/inspect/findUserSessions.ts';
import {
  changesText,
  foundText,
  notFoundText,
  nothingInDatabase,
  sessionTitle,
  userSessionText,
} from '../../presentation/inspect/inspectTexts.ts';
import { formatNumber } from '../../common/format.ts';
import type { Cleanup } from '../cleanup/cleanup.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { askText } from '../common/steps.ts';
import { deleteFound } from './deleteFound.ts';
import { showSession } from './sessionPick.ts';

/** Keys and what sessions hold are in variables of these functions, and nowhere else. */

const BY_KEY = { label: '$(key) By Session Key…', description: 'the value of the cookie' };
const BY_USER = { label: '$(account) By User Id…', description: 'all sessions of a user' };
const ALONE = { step: 1, totalSteps: 0 };

/** Asks for a key or a user, and shows what the database has of it. */
export async function inspectSession(cleanup: Cleanup): Promise<void> {
  const { app } = cleanup;
  const nothing = app.project?.sessions && nothingInDatabase(app.project.sessions);
  // A connection that was made by hand may lead to another site's sessions.
  if (nothing !== undefined && app.active === undefined) throw nothing;
  const connection = app.watched;
  const title = `Inspect a session of ${connection.target}`;
  const how = await showQuickPick([BY_KEY, BY_USER], { title, placeHolder: 'How is it found?' });
  if (how === BY_KEY) {
    const cookieName = await sessionCookieName(nodeFileSystem, app.project);
    const prompt = `Value of the cookie (${cookieName}), or the cookie with its name. It is a secret: it is kept nowhere, and sent to the database in part only.`;
    const validate = (text: string): string | undefined => {
      const typed = typedKey(text, cookieName);
      return 'complaint' in typed ? typed.complaint : undefined;
    };
    const answer = await askText({ title: 'Session key', prompt, password: true, validate }, ALONE);
    const typed = answer.kind === 'answer' ? typedKey(answer.value, cookieName) : undefined;
    if (typed !== undefined && 'key' in typed) await inspectKey(cleanup, connection, typed.key);
  } else if (how === BY_USER) {
    const prompt = 'Primary key of the user, as in /admin/auth/user/42/.';
    const validate = (text: string): string | undefined =>
      text.trim() === '' ? 'Enter the id of the user.' : undefined;
    const answer = await askText({ title: 'User id', prompt, validate }, ALONE);
    if (answer.kind === 'answer') await inspectUser(cleanup, connection, answer.value.trim());
  }
}

async function inspectKey(cleanup: Cleanup, connection: Connection, key: string): Promise<void> {
  const db = await openToRead(connection);
  const isCached = cleanup.app.project?.sessions?.cached === true;
  try {
    let session = await read(db, connection, key);
    if (session === undefined) {
      void showInformationMessage(notFoundText(connection.target, isCached));
      return;
    }
    const chosen = await showSession({
      title: `${sessionTitle(key)} · ${connection.target}`,
      session,
      cookieAge: connection.session.cookieAgeSeconds,
      again: async () => {
        const [before, after] = [session, await read(db, connection, key)];
        if (after === undefined || before === undefined) return undefined;
        session = after;
        const changes = changesBetween(before, after);
        return { session: after, changes, text: changesText(before, after, changes) };
      },
    });
    if (chosen === 'delete') await deleteFound(cleanup, { keys: [key], kind: 'one', isCached });
    const user = userOf(session);
    if (chosen === 'user' && user !== undefined) await inspectUser(cleanup, connection, user);
  } finally {
    await db.close();
  }
}

async function read(db: Database, connection: Connection, key: string): Promise<InspectedSession | undefined> {
  const [{ readSession }, verifier] = await Promise.all([
    import('../../postgres/inspect/readSession.ts'),
    connection.keys?.(),
  ]);
  const row = await readSession(db, key, connection.table);
  return row && inspected(row, verifier, new Date());
}

async function inspectUser(cleanup: Cleanup, connection: Connection, userId: string): Promise<void> {
  const { findUserSessions } = await import('../../postgres/inspect/findUserSessions.ts');
  const { table } = connection;
  const isCached = cleanup.app.project?.sessions?.cached === true;
  const { state } = cleanup.app;
  const total = state.kind === 'connected' ? state.monitor.snapshot?.metrics.sessions.total.value : undefined;
  const found = await withCancel('Looking for the sessions of the user', async ({ signal, report }) => {
    const onProgress = (scanned: number, sessions: number): void => {
      const of = total === undefined ? '' : ` of ≈ ${formatNumber(total)}`;
      report(`${formatNumber(scanned)}${of} looked at · ${formatNumber(sessions)} found`, total && scanned / total);
    };
    let db: Database | undefined;
    try {
      db = await openToRead(connection, signal);
      return await findUserSessions(db, userId, { table, decode: decodeSession, signal, onProgress });
    } catch (error) {
      // Given up before anything was found.
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      await db?.close();
    }
  });
  if (found !== undefined) await showFound(cleanup, connection, found, isCached);
}

async function showFound(
  cleanup: Cleanup,
  connection: Connection,
  found: UserSessions,
  isCached: boolean,
): Promise<void> {
  const { sessions, isComplete } = found;
  if (sessions.length === 0) {
    void showInformationMessage(`The user has no session that has not expired: ${foundText(found)}.`);
    return;
  }
  const now = new Date();
  const all = {
    label: `$(trash) Delete ${sessions.length === 1 ? 'It' : `All ${formatNumber(sessions.length)}`}…`,
    description: 'logs the user out',
    session: undefined as UserSession | undefined,
  };
  const items = sessions.map((session) => ({
    label: `$(key) ${sessionTitle(session.key)}`,
    description: userSessionText(session, now),
    session,
  }));
  const title = `Sessions of the user · ${connection.target}`;
  const chosen = await showQuickPick([...items, all], {
    title,
    placeHolder: foundText(found),
    matchOnDescription: true,
  });
  if (chosen === all) {
    const keys = sessions.map(({ key }) => key);
    await deleteFound(cleanup, { keys, kind: keys.length === 1 ? 'one' : 'user', isCached, isComplete });
  } else if (chosen?.session !== undefined) await inspectKey(cleanup, connection, chosen.session.key);
}
