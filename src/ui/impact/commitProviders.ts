import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import { formatAge } from '../../common/format.ts';
import { COMMANDS } from '../../contributions.ts';
import { shortHash, type SessionCommit } from '../../diagnosis/impact/changes/commits.ts';
import type { ProjectThrottle } from '../../django/throttle/describeThrottle.ts';
import { looksLikeSettings } from '../../presentation/settingsFile/looksLikeSettings.ts';
import { escapeMarkdown } from '../../presentation/texts/hover.ts';
import { commandHover } from '../common/messages.ts';
import type { App } from '../connection/app.ts';
import type { Rollback } from '../rollback/rollback.ts';
import { getSetting } from '../settings/settings.ts';
import { PYTHON } from '../settingsFile/settingsDocuments.ts';
import type { Commits } from './commits.ts';

/** Says over the list of the middleware and over the entry of the throttle which commit changed them last, to compare around it. */
export function registerCommitProviders(app: App, rollback: Rollback, commits: Commits): Disposable {
  const store = new DisposableStore();
  const changed = store.add(new vscode.EventEmitter<void>());
  store.add(commits.onDidChange(() => changed.fire()));
  store.add(rollback.watch.onDidChange(() => changed.fire()));
  const placesIn = (document: vscode.TextDocument): readonly Place[] => {
    const file = document.uri.fsPath;
    const isOurs = vscode.workspace.isTrusted && (looksLikeSettings(file) || app.isProjectFile(file));
    return isOurs ? placesOf(document, rollback.watch.state?.throttle.place) : [];
  };
  const lenses: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document) => {
      if (!getSetting('codeLens.enabled', document.uri)) return [];
      return placesIn(document).flatMap(({ statement, lines }) => {
        const commit = lines.map((line) => commits.ofLine(document, line)).find((one) => one !== undefined);
        return commit === undefined ? [] : [lensOf(commit, statement)];
      });
    },
  };
  const hovers: vscode.HoverProvider = {
    provideHover: (document, { line }) => {
      if (!placesIn(document).some(({ lines }) => lines.includes(line))) return undefined;
      const commit = commits.ofLine(document, line);
      return commit === undefined ? undefined : new vscode.Hover(hoverOf(commit));
    },
  };
  store.add(vscode.languages.registerCodeLensProvider(PYTHON, lenses));
  store.add(vscode.languages.registerHoverProvider(PYTHON, hovers));
  return store;
}

interface Place {
  /** The line over which a lens stands. */
  readonly statement: number;
  /** Lines that are about the throttle, the one that says most first. */
  readonly lines: readonly number[];
}

const MIDDLEWARE = /^[ \t]*MIDDLEWARE(?:_CLASSES)?[ \t]*(?::|\+?=)/gm;

/** Where each list of the middleware begins; the entry of the throttle belongs to the one before it. */
function placesOf(document: vscode.TextDocument, throttle: ProjectThrottle['place']): readonly Place[] {
  const lists = [...document.getText().matchAll(MIDDLEWARE)].map(({ index }) => document.positionAt(index).line);
  const entry = throttle?.file === document.uri.fsPath ? document.positionAt(throttle.from).line : undefined;
  if (entry === undefined) return lists.map((line) => ({ statement: line, lines: [line] }));
  const own = lists.findLast((line) => line <= entry) ?? entry;
  return [{ statement: own, lines: [entry, own] }];
}

function lensOf({ hash, at, subject }: SessionCommit, line: number): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
    title: `Changed by ${shortHash(hash)} ${formatAge(at, new Date())} · compare before and after`,
    tooltip: `${shortHash(hash)}: ${subject}`,
    command: COMMANDS.compareCommit,
    arguments: [hash],
  });
}

function hoverOf({ hash, at, subject }: SessionCommit): vscode.MarkdownString {
  const said = `Last changed by **${shortHash(hash)}** ${escapeMarkdown(`${formatAge(at, new Date())}: “${subject}”`)}`;
  return commandHover(said, 'Compare before and after this commit', COMMANDS.compareCommit, hash);
}
