import { basename, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { nodeFileSystem } from '../../common/fileSystem.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { findFiles } from '../../compose/findFiles.ts';
import {
  blamedCommits,
  NAMES_DEPLOYMENT,
  subjectOf,
  type SessionCommit,
} from '../../diagnosis/impact/changes/commits.ts';
import type { App } from '../connection/app.ts';
import type { Rollback } from '../rollback/rollback.ts';
import { gitApi, type GitApi, type GitCommit, type GitRepository } from './gitExtension.ts';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';

/** A commit is followed by others, and a branch that is switched changes many files. */
const SETTLE_MS = 1_000;
/** Of each file; older ones are of no interest for the charts. */
const MOST_COMMITS = 100;
const MOST_FILES = 40;

interface Blame {
  readonly key: string;
  readonly lines: readonly (string | undefined)[];
}

/**
 * The commits that touched the settings, the middleware or what is installed and run, from VS Code's own git extension. Without it,
 * without a repository and in Restricted Mode there are none.
 */
export class Commits implements Disposable {
  readonly #app: App;
  readonly #rollback: Rollback;
  readonly #log: Log;
  readonly #changed: Emitter<undefined>;
  readonly #store = new DisposableStore();
  readonly #listened = new WeakSet<GitRepository>();
  readonly #blames = new Map<string, Blame>();
  readonly #blaming = new Set<string>();
  #git: GitApi | undefined;
  #all: readonly SessionCommit[] = [];
  /** Of what the list was made. */
  #key = '';
  #timer: Disposable | undefined;
  #ended = false;

  constructor(app: App, rollback: Rollback, log: Log) {
    this.#app = app;
    this.#rollback = rollback;
    this.#log = log;
    this.#changed = new Emitter((error) => log.error(describeError(error)));
    this.#store.add(rollback.watch.onDidChange(() => this.#soon()));
    this.#store.add(vscode.extensions.onDidChange(() => this.#soon()));
    this.#soon();
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  /** Newest first. */
  get all(): readonly SessionCommit[] {
    return this.#all;
  }

  /** The commit that changed this line of a file last; undefined: none, or it is still being asked for, which `onDidChange` ends. */
  ofLine(document: vscode.TextDocument, line: number): SessionCommit | undefined {
    const file = document.uri.fsPath;
    const repository = this.#git?.getRepository(document.uri) ?? undefined;
    // What is typed has other lines than what git knows.
    if (repository === undefined || document.isDirty) return undefined;
    const key = `${repository.state.HEAD?.commit ?? ''} ${String(document.version)}`;
    const known = this.#blames.get(file);
    if (known?.key !== key) void this.#blame(repository, file, key);
    const hash = known?.lines[line];
    return hash === undefined ? undefined : this.#all.find((one) => one.hash.startsWith(hash));
  }

  dispose(): void {
    this.#ended = true;
    this.#timer?.dispose();
    this.#store.dispose();
    this.#changed.dispose();
  }

  #soon(): void {
    this.#timer?.dispose();
    this.#timer = later(() => {
      this.#read().catch((error: unknown) => {
        this.#log.warn(`The commits could not be read: ${describeError(error)}`);
      });
    }, SETTLE_MS);
  }

  async #read(): Promise<void> {
    if (!vscode.workspace.isTrusted || this.#ended) return;
    const git = await gitApi();
    if (git !== undefined && this.#git === undefined) this.#store.add(git.onDidOpenRepository(() => this.#soon()));
    this.#git = git;
    if (git === undefined) {
      this.#take([], '');
      return;
    }
    const files = await this.#files();
    const ofFiles = files.flatMap((file) => {
      const repository = git.getRepository(vscode.Uri.file(file));
      return repository === null ? [] : [{ file, repository }];
    });
    for (const { repository } of ofFiles) this.#listen(repository);
    const heads = ofFiles.map(({ file, repository }) => `${file} ${repository.state.HEAD?.commit ?? ''}`);
    const key = heads.join('\n');
    if (key === this.#key) return;
    const found = new Map<string, SessionCommit>();
    for (const { file, repository } of ofFiles) {
      for (const commit of await commitsOf(repository, file, this.#log)) {
        const at = commit.commitDate ?? commit.authorDate;
        if (at === undefined) continue;
        const known = found.get(commit.hash);
        const name = basename(file);
        const names = known?.files ?? [];
        found.set(commit.hash, {
          hash: commit.hash,
          at: new Date(at),
          subject: subjectOf(commit.message),
          files: names.includes(name) ? names : [...names, name],
        });
      }
    }
    this.#take(
      [...found.values()].sort((a, b) => b.at.getTime() - a.at.getTime()),
      key,
    );
  }

  #take(all: readonly SessionCommit[], key: string): void {
    this.#key = key;
    if (all.length === 0 && this.#all.length === 0) return;
    this.#all = all;
    this.#changed.fire(undefined);
  }

  #listen(repository: GitRepository): void {
    if (this.#listened.has(repository)) return;
    this.#listened.add(repository);
    let head = repository.state.HEAD?.commit;
    const { state } = repository;
    this.#store.add(
      state.onDidChange(() => {
        if (state.HEAD?.commit === head) return;
        head = state.HEAD?.commit;
        this.#soon();
      }),
    );
  }

  /** Of the project: its settings first, then the throttle, then the others. */
  async #files(): Promise<readonly string[]> {
    const { project } = this.#app;
    const source = this.#rollback.watch.state?.source?.file;
    const folders = foldersOnDisk();
    const others: string[] = [];
    for (const { uri } of folders) others.push(...(await findFiles(nodeFileSystem, uri.fsPath, NAMES_DEPLOYMENT)));
    const all = [...(project?.files ?? []), ...(source === undefined ? [] : [source]), ...others];
    return [...new Set(all)].slice(0, MOST_FILES);
  }

  async #blame(repository: GitRepository, file: string, key: string): Promise<void> {
    if (this.#blaming.has(file)) return;
    this.#blaming.add(file);
    try {
      this.#blames.set(file, { key, lines: blamedCommits(await repository.blame(file)) });
      this.#changed.fire(undefined);
    } catch (error) {
      // A file that is not committed yet has no blame.
      this.#log.trace(`git blame of ${file}: ${describeError(error)}`);
      this.#blames.set(file, { key, lines: [] });
    } finally {
      this.#blaming.delete(file);
    }
  }
}

async function commitsOf(repository: GitRepository, file: string, log: Log): Promise<readonly GitCommit[]> {
  // Behind `./` no character at its beginning has a meaning of its own to git.
  const path = `./${relative(repository.rootUri.fsPath, file).split(sep).join('/')}`;
  try {
    return await repository.log({ path, maxEntries: MOST_COMMITS });
  } catch (error) {
    log.trace(`git log of ${file}: ${describeError(error)}`);
    return [];
  }
}
