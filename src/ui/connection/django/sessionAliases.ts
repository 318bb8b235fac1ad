import type * as vscode from 'vscode';
import type { DjangoProject } from '../../../django/project/project.ts';

/** Asks the person for an alias; undefined: none is said. */
export type AskAlias = (project: DjangoProject, name: string) => Promise<string | undefined>;

/**
 * Which of several databases the sessions are in, where neither the text of the routers nor Django tells: the person is asked, once for each
 * project and workspace, and the answer is kept in no file of it.
 */
export class SessionAliases {
  readonly #memory: vscode.Memento;
  readonly #ask: AskAlias;
  readonly #changed: () => void;

  /** `changed`: a person has chosen, so that the connections are to be made anew. */
  constructor(memory: vscode.Memento, ask: AskAlias, changed: () => void) {
    this.#memory = memory;
    this.#ask = ask;
    this.#changed = changed;
  }

  /** The project with what the person has said, as long as nothing else tells and there is such a database. */
  settled(project: DjangoProject): DjangoProject {
    const said = this.#memory.get<string>(keyOf(project));
    const { sessions } = project;
    if (sessions === undefined || !isAliasUnknown(project) || !project.databases.some(({ alias }) => alias === said))
      return project;
    const { aliasWhy: _, ...known } = sessions;
    return { ...project, sessions: { ...known, ...(said === undefined ? {} : { alias: said }), aliasChosen: true } };
  }

  /** Where it is not known, and was not asked before. `name`: of the project, for the person. */
  async ask(project: DjangoProject, name: string): Promise<void> {
    const asked = `asked/${keyOf(project)}`;
    if (!isAliasUnknown(this.settled(project)) || this.#memory.get<boolean>(asked) === true) return;
    await this.#memory.update(asked, true);
    const said = await this.#ask(project, name);
    if (said === undefined) return;
    await this.#memory.update(keyOf(project), said);
    this.#changed();
  }
}

/** Neither the text nor Django says it, and there is a choice. */
export function isAliasUnknown({ sessions, databases }: DjangoProject): boolean {
  return (
    sessions !== undefined && sessions.without === undefined && sessions.aliasWhy !== undefined && databases.length > 1
  );
}

const keyOf = ({ root }: DjangoProject): string => `sessionAlias/${root}`;
