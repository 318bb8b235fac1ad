import * as vscode from 'vscode';
import { filled } from '../../common/filled.ts';
import type { Log } from '../../common/log.ts';
import { describeError, Problem, type ProblemText } from '../../common/problem.ts';
import { commandLine } from '../../compose/commandWords.ts';
import { projectNames } from '../../django/describe/projectNames.ts';
import type { DatabaseSettings, DjangoProject } from '../../django/project/project.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { ASKING_HELPS } from '../../presentation/rows/nextSteps.ts';
import { withProgress } from '../common/messages.ts';
import type { Approvals } from '../settings/approvals.ts';
import { getSetting } from '../settings/settings.ts';
import { wishOf } from '../settings/wishes.ts';
import { djangoConnection, djangoConnectionId, type DjangoConnectionParts } from './django/djangoConnections.ts';
import { isAliasUnknown } from './django/sessionAliases.ts';
import { chosenInterpreter } from './interpreter.ts';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';

export interface DiscoveryOptions {
  /** Run manage.py even where the text of the settings was enough. */
  readonly askDjango?: boolean;
  /** Open a new connection even if nothing has changed. */
  readonly reconnect?: boolean;
}

export interface Discovered {
  /** Usable connections, the wanted alias of each project first. */
  readonly connections: readonly Connection[];
  /** Why there is none, when a project was found that gives none. */
  readonly problem?: ProblemText;
  /** Where DATABASES stands in the first project. */
  readonly location?: DatabaseSettings['location'];
  /** The projects as their text says, whether or not they name a usable database. */
  readonly projects?: readonly DjangoProject[];
}

/** Finds the databases of the Django projects in the open folders. Only to be called in a trusted workspace. */
export class Discovery {
  readonly #parts: DjangoConnectionParts;
  readonly #approvals: Approvals;
  readonly #log: Log;
  /** Of the projects, by their roots. */
  readonly #names = new Map<string, string>();

  constructor(parts: DjangoConnectionParts, approvals: Approvals) {
    this.#parts = parts;
    this.#approvals = approvals;
    this.#log = parts.log;
  }

  async find(options: DiscoveryOptions): Promise<Discovered> {
    this.#parts.places.forgetQuestions();
    const folders = foldersOnDisk();
    const found = (await Promise.all(folders.map((folder) => this.#inFolder(folder, options)))).flat();
    if (options.askDjango === true && found.length === 0) throw NO_PROJECT;
    const connections = found.flatMap((f) => f.connections);
    const problem = found.find((f) => f.problem !== undefined)?.problem;
    const location = found.find((f) => f.location !== undefined)?.location;
    return {
      connections,
      projects: found.flatMap((f) => f.projects ?? []),
      ...(problem === undefined ? {} : { problem }),
      ...(location === undefined ? {} : { location }),
    };
  }

  async #inFolder(folder: vscode.WorkspaceFolder, options: DiscoveryOptions): Promise<readonly Discovered[]> {
    // Loaded when there is something to read: the Python grammar is the larger part of the extension.
    const [{ findProjects }, { nodeFileSystem }] = await Promise.all([
      import('../../django/project/findProject.ts'),
      import('../../common/fileSystem.ts'),
    ]);
    const projects = await findProjects(nodeFileSystem, folder.uri.fsPath, {
      settingsModule: getSetting('settingsModule', folder.uri),
      environment: process.env,
    });
    const names = projectNames({ name: folder.name, path: folder.uri.fsPath }, projects);
    for (const [root, name] of names) this.#names.set(root, name);
    return Promise.all(projects.map((project) => this.#judge(project, folder, options)));
  }

  async #judge(read: DjangoProject, folder: vscode.WorkspaceFolder, options: DiscoveryOptions): Promise<Discovered> {
    for (const { code, message, file } of read.problems) this.#log.info(`${file}: ${message} (${code})`);
    const project = this.#parts.aliases.settled(read);
    const fromText = await this.#connectionsOf(project, folder);
    const mayAsk = getSetting('askDjango', folder.uri) !== 'never';
    const needed =
      fromText.connections.length === 0 ? ASKING_HELPS.has(fromText.problem?.code ?? '') : isPlaceUnknown(project);
    if (options.askDjango !== true && !(mayAsk && needed)) {
      this.#askAlias(project, folder);
      return fromText;
    }
    try {
      const answered = await this.#ask(project, folder, options.askDjango === true);
      const { compose } = project;
      const here = this.#parts.aliases.settled(compose === undefined ? answered : { ...answered, compose });
      this.#askAlias(here, folder);
      return { ...(await this.#connectionsOf(here, folder)), projects: [project] };
    } catch (error) {
      // What the text says is still the better answer; that Django could not be asked is told only to who asked.
      if (options.askDjango === true) throw error;
      this.#log.warn(describeError(error));
      // As long as it waits to be allowed, Django may tell yet.
      if (error !== INTERPRETER_WAITS) this.#askAlias(project, folder);
      return fromText;
    }
  }

  /** A question of last resort: a setting goes before it. */
  #askAlias(project: DjangoProject, folder: vscode.WorkspaceFolder): void {
    if (filled(getSetting('databaseAlias', folder.uri)) === undefined)
      void this.#parts.aliases.ask(project, this.#names.get(project.root) ?? project.root);
  }

  /** `wished`: a person waits for it, and can cancel it. */
  async #ask(project: DjangoProject, folder: vscode.WorkspaceFolder, wished: boolean): Promise<DjangoProject> {
    const [{ askDjango }, { findInterpreter }] = await Promise.all([
      import('../../django/project/askDjango.ts'),
      import('../../django/project/findInterpreter.ts'),
    ]);
    const fromPythonExtension = await chosenInterpreter(folder.uri, this.#log);
    const python = await findInterpreter(project.root, {
      workspaceFolder: folder.uri.fsPath,
      ...(fromPythonExtension === undefined ? {} : { fromPythonExtension }),
    });
    if (python === undefined) throw NO_PYTHON;
    // A click on "Ask Django" is an answer; by itself a program of the repository is not run.
    if (!wished && isInWorkspace(python.path)) {
      const wish = wishOf('Ask Django for its settings', commandLine([python.path, project.managePy, 'shell']));
      if (!this.#approvals.want(wish)) throw INTERPRETER_WAITS;
    }
    this.#log.info(`Asking Django for its settings: ${python.path} (${python.from}) ${project.managePy} shell`);
    return withProgress(
      {
        location: wished ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
        title: 'Asking Django for its database settings',
        cancellable: true,
      },
      (_progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => {
          abort.abort();
        });
        return askDjango({
          root: project.root,
          python: python.path,
          settingsModule: getSetting('settingsModule', folder.uri),
          environment: process.env,
          signal: abort.signal,
        });
      },
    );
  }

  async #connectionsOf(project: DjangoProject, folder: vscode.WorkspaceFolder): Promise<Discovered> {
    const { judgeProject } = await import('../../django/project/judgeProject.ts');
    const wanted = filled(getSetting('databaseAlias', folder.uri)) ?? project.sessions?.alias ?? 'default';
    const others = project.databases.map((db) => db.alias).filter((alias) => alias !== wanted);
    const connections: Connection[] = [];
    let problem: ProblemText | undefined;
    for (const alias of [wanted, ...others]) {
      const judgement = judgeProject(project, alias);
      const database = judgement.usable
        ? judgement.database
        : await this.#withKeptPassword(project, judgement.database);
      if (database !== undefined) {
        const notes = judgement.usable ? judgement.notes : [];
        const name = this.#name(project, database);
        connections.push(await djangoConnection({ project, folder, database, name, notes }, this.#parts));
      } else if (!judgement.usable && alias === wanted) {
        problem = judgement.problem;
      }
    }
    const location = project.databases.find((db) => db.alias === wanted)?.location ?? project.databases[0]?.location;
    return {
      // Another alias is offered, but not taken by itself when the wanted one can't be used.
      connections: problem === undefined ? connections : [],
      projects: [project],
      ...(problem === undefined ? {} : { problem }),
      ...(location === undefined ? {} : { location }),
    };
  }

  /** Where only the password can't be read from the text, one that the person has entered will do. */
  async #withKeptPassword(
    project: DjangoProject,
    database: DatabaseSettings | undefined,
  ): Promise<DatabaseSettings | undefined> {
    if (database?.kind !== 'postgresql') return undefined;
    const missing = Object.keys(database.unresolved);
    if (missing.length !== 1 || missing[0] !== 'PASSWORD') return undefined;
    return (await this.#parts.passwords.has(djangoConnectionId(project, database))) ? database : undefined;
  }

  /** With the alias where it is not Django's own default. */
  #name({ root }: DjangoProject, { alias }: DatabaseSettings): string {
    const name = this.#names.get(root) ?? root;
    return alias === 'default' ? name : `${name} · ${alias}`;
  }
}

/** The text of the project doesn't say which table the sessions are in, or in which of several databases. */
function isPlaceUnknown(project: DjangoProject): boolean {
  const { sessions } = project;
  if (sessions === undefined || sessions.without !== undefined) return false;
  return sessions.table === undefined || isAliasUnknown(project);
}

const NO_PYTHON = new Problem({
  code: 'interpreter-missing',
  what: 'Django cannot be asked',
  why: 'No Python interpreter was found in the Python extension, in a .venv beside manage.py, or on the PATH.',
  next: 'Select the interpreter of the project in the Python extension, or make a .venv beside manage.py.',
  transient: false,
});

function isInWorkspace(file: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined;
}

const INTERPRETER_WAITS = new Problem({
  code: 'interpreter-waits',
  what: 'Django was not asked',
  why: 'The interpreter lies in the workspace, and nobody has allowed it yet to be run by itself.',
  next: 'Allow it in the view ("Waits for you"), or run "Ask Django for Its Settings".',
  transient: false,
});

/** For a person who asks: Django can be asked only where there is a project. */
const NO_PROJECT = new Problem({
  code: 'no-project',
  what: 'There is no Django to ask',
  why: 'No manage.py was found in the open folders.',
  next: 'Open the folder of a Django project.',
  transient: false,
});
