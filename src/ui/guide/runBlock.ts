import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { Problem, problemLine } from '../../common/problem.ts';
import type { GuideBlockArgument } from '../../contributions.ts';
import type { GuideBlock } from '../../diagnosis/guide/guideBlocks.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToRead } from '../../monitoring/watch/openDatabase.ts';
import { ranText, madeVisible, type StatementOutcome } from '../../presentation/guide/ranText.ts';
import { showInformationMessage } from '../common/messages.ts';
import { withCancel, type Work } from '../common/progress.ts';
import type { App } from '../connection/app.ts';
import { blockHash, type GuideDocuments } from './guideDocuments.ts';
import type { QueryResults } from './queryResults.ts';

const MEMORY_KEY = 'guideStatements';
/** Hashes of what was allowed, the newest first. */
const MOST_ALLOWED = 200;
/** More is not read by anybody before it is run. */
const MOST_STATEMENTS = 20;
const MOST_CHARACTERS = 8_000;
const RUN = 'Run Read-Only';

export interface RunParts {
  readonly app: App;
  readonly documents: GuideDocuments;
  readonly results: QueryResults;
  readonly memory: vscode.Memento;
  readonly log: Log;
}

/** Runs the statements of one block, shown first where they are new; a Problem where there is nothing to run. */
export async function runBlock(argument: GuideBlockArgument | undefined, parts: RunParts): Promise<void> {
  const { app, documents, results, memory, log } = parts;
  const document = await documentOf(argument);
  const block = await blockOf(argument, document, documents);
  const connection = app.active;
  if (connection === undefined) throw new Problem(NOT_CONNECTED);
  const statements = block.statements.map(({ text }) => text);
  if (statements.length > MOST_STATEMENTS || statements.join('').length > MOST_CHARACTERS) throw new Problem(TOO_MUCH);
  if (!(await mayRun(statements, connection, memory))) return;
  const count = statements.length === 1 ? 'a statement' : `${String(statements.length)} statements`;
  const at = new Date();
  const outcomes = await withCancel(`Running ${count} on ${connection.name}`, (work) =>
    runAll(statements, connection, work),
  );
  if (outcomes === undefined) return;
  log.info(`${count} of ${document.uri.fsPath} were run read-only on ${connection.target}`);
  const line = document.positionAt(block.from).line + 1;
  const ran = { file: basename(document.uri.fsPath), line, target: connection.target, at, outcomes };
  await results.show(`Result: ${ran.file}, line ${String(line)}`, blockHash(block), ranText(ran, vscode.env.language));
}

async function documentOf(argument: GuideBlockArgument | undefined): Promise<vscode.TextDocument> {
  if (argument !== undefined) return vscode.workspace.openTextDocument(argument.file);
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) throw new Problem(NO_BLOCK);
  return document;
}

/** What stands there now: a lens may be older than the text, and the text is what was read. */
async function blockOf(
  argument: GuideBlockArgument | undefined,
  document: vscode.TextDocument,
  documents: GuideDocuments,
): Promise<GuideBlock> {
  const blocks = await documents.blocks(document);
  const cursor = vscode.window.activeTextEditor?.selection.active;
  const at = cursor === undefined ? -1 : document.offsetAt(cursor);
  const found = blocks.find((block) =>
    argument === undefined ? isAround(block, at) : blockHash(block) === argument.block,
  );
  if (found === undefined) throw new Problem(argument === undefined ? NO_BLOCK : CHANGED);
  if (found.statements.length === 0) throw new Problem(NO_BLOCK);
  return found;
}

function isAround({ from, lines }: GuideBlock, at: number): boolean {
  const last = lines.at(-1);
  // The fence that closes it belongs to it.
  return last !== undefined && at >= from && at <= last.from + last.text.length + 4;
}

/** A file of a repository may have been written by anybody: what it would run is read first, once for each connection. */
async function mayRun(statements: readonly string[], connection: Connection, memory: vscode.Memento): Promise<boolean> {
  const hash = createHash('sha256')
    .update(JSON.stringify([connection.id, connection.target, statements]))
    .digest('hex');
  const kept: unknown = memory.get(MEMORY_KEY);
  const allowed = Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  if (allowed.includes(hash)) return true;
  const what = statements.length === 1 ? 'this statement' : `these ${String(statements.length)} statements`;
  const where = connection.production
    ? `${connection.name} (production, ${connection.target})`
    : `${connection.name} (${connection.target})`;
  const chosen = await showInformationMessage(
    `Run ${what} on ${where}?`,
    {
      modal: true,
      detail: `${statements.map((text) => `${madeVisible(text)};`).join('\n\n')}\n\nIn a transaction that cannot write, with limits of rows, bytes and time. Asked once for each text and connection.`,
    },
    RUN,
  );
  if (chosen !== RUN) return false;
  await memory.update(MEMORY_KEY, [hash, ...allowed].slice(0, MOST_ALLOWED));
  return true;
}

/** One after the other, on a connection of its own; undefined: cancelled. */
async function runAll(
  statements: readonly string[],
  connection: Connection,
  { signal, report }: Work,
): Promise<StatementOutcome[] | undefined> {
  const { runQuery } = await import('../../postgres/query/runQuery.ts');
  try {
    const db = await openToRead(connection, signal);
    try {
      const outcomes: StatementOutcome[] = [];
      for (const [i, statement] of statements.entries()) {
        report(`${String(i + 1)} of ${String(statements.length)}`, i / statements.length);
        try {
          outcomes.push({ statement, result: await runQuery(db, statement, connection.table, signal) });
        } catch (error) {
          if (!(error instanceof Problem) || !error.code.startsWith('query-')) throw error;
          // What the role may not, it may not with the next statement either.
          if (error.code === 'query-role') throw error;
          outcomes.push({ statement, problem: problemLine(error) });
        }
      }
      return outcomes;
    } finally {
      await db.close();
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

const WHAT = 'No SQL was run';

const NO_BLOCK = {
  code: 'guide-no-block',
  what: WHAT,
  why: 'There is no block of SQL at the cursor, or the file has nothing to do with sessions.',
  next: 'Put the cursor into a fenced block with a statement, in a Markdown file that queries the session table.',
  transient: false,
};

const NOT_CONNECTED = {
  code: 'guide-not-connected',
  what: WHAT,
  why: 'No database is watched.',
  next: 'Connect first: "Django Sessions: Connect to Database…".',
  transient: false,
};

const CHANGED = {
  code: 'guide-block-changed',
  what: WHAT,
  why: 'The block has changed since its lens was drawn.',
  next: 'Click the lens again.',
  transient: false,
};

const TOO_MUCH = {
  code: 'guide-block-long',
  what: WHAT,
  why: `The block has more than ${String(MOST_STATEMENTS)} statements or ${String(MOST_CHARACTERS)} characters, which nobody reads before they are run.`,
  next: 'Divide it into smaller blocks.',
  transient: false,
};
