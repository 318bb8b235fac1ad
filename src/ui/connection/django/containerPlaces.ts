import { lookup } from 'node:dns/promises';
import { relative } from 'node:path';
import type * as vscode from 'vscode';
import { Problem } from '../../../common/problem.ts';
import { placeKey } from '../../../compose/databasePlace.ts';
import type { DatabaseService } from '../../../compose/databaseService.ts';
import type { DatabaseFacts } from '../../../django/describe/describeDatabase.ts';
import { reachedAt } from '../../../django/describe/reachable.ts';
import type { DatabaseSettings } from '../../../django/project/project.ts';
import { showInformationMessage, showQuickPick } from '../../common/messages.ts';
import { plainLabel } from '../../../presentation/texts/plainLabel.ts';

/** What a person may be asked of a connection: which service its host name means. */
interface Question {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly choices: readonly DatabaseService[];
}

/** What is left to know of a place when the engine and the person have been heard. */
export type SettledFacts = DatabaseFacts & {
  /** Why it is not connected to, unless the host has an address all the same. */
  readonly obstacle?: Problem;
};

const CHOOSE = 'Choose…';

/**
 * Where a database in a container is, when its compose files alone don't tell: the engine is asked what runs, and then the person,
 * once for each workspace.
 */
export class ContainerPlaces {
  readonly #memory: vscode.Memento;
  readonly #changed: () => void;
  #questions: Question[] = [];

  /** `changed`: a person has chosen, so that the connections are to be made anew. */
  constructor(memory: vscode.Memento, changed: () => void) {
    this.#memory = memory;
    this.#changed = changed;
  }

  /** To be called before the projects are read anew. */
  forgetQuestions(): void {
    this.#questions = [];
  }

  async settle(
    connection: { readonly id: string; readonly name: string; readonly engine: string },
    { host = '', port = '' }: DatabaseSettings,
    facts: DatabaseFacts,
  ): Promise<SettledFacts> {
    const { place } = facts;
    if (place === undefined || place.kind === 'reached' || facts.reachable !== undefined) return facts;
    const choices = place.kind === 'several' ? place.choices : place.kind === 'chosen' ? [place.by] : [];
    const inside = port === '' ? 5432 : Number(port);
    const known = this.#memory.get<string>(choiceKey(connection.id));
    const remembered = choices.find((one) => placeKey(one) === known);
    const running = await findRunning(connection.engine, remembered === undefined ? choices : [remembered], inside);
    const [only] = running;
    if (only !== undefined && running.length === 1)
      return { ...facts, notes: [], reachable: reachedAt(host, inside, only.by, only.at) };
    if (remembered !== undefined && typeof remembered.published === 'object')
      return { ...facts, notes: [], reachable: reachedAt(host, inside, remembered, remembered.published) };
    if (choices.length > 1) this.#ask({ ...connection, host, choices });
    return { ...facts, obstacle: obstacleOf(connection.name, host, facts) };
  }

  /** Which service is meant; the answer is kept for this workspace. */
  async choose(): Promise<void> {
    for (const { id, name, host, choices } of this.#questions) {
      const items = choices.map((by) => ({
        label: plainLabel(`${by.service.name} of ${relative(by.model.within, by.service.file)}`),
        description: typeof by.published === 'object' ? `${by.published.host}:${by.published.port}` : '',
        detail: by.model.files.join(', '),
        key: placeKey(by),
      }));
      const chosen = await showQuickPick(items, { title: `Which service is ${host}, the database of ${name}?` });
      if (chosen === undefined) return;
      await this.#memory.update(choiceKey(id), chosen.key);
    }
    this.#changed();
  }

  #ask(question: Question): void {
    this.#questions.push(question);
    const asked = `asked/${choiceKey(question.id)}`;
    if (this.#memory.get<boolean>(asked) === true) return;
    void this.#memory.update(asked, true);
    const text = `${question.host}, the database of ${question.name}, is a service of several compose files.`;
    void showInformationMessage(text, CHOOSE).then((answer) => (answer === CHOOSE ? this.choose() : undefined));
  }
}

const choiceKey = (id: string): string => `databaseService/${id}`;

async function findRunning(
  engine: string,
  choices: readonly DatabaseService[],
  inside: number,
): Promise<{ readonly by: DatabaseService; readonly at: { readonly host: string; readonly port: number } }[]> {
  if (choices.length === 0) return [];
  const [{ runningServices }, { enginesFor }] = await Promise.all([
    import('../../../services/containers/runningServices.ts'),
    import('../../../services/cleanupService/cleanupService.ts'),
  ]);
  const services = choices.map(({ model, service }) => ({
    project: model.project,
    service: service.name,
    files: model.files,
  }));
  const running = await runningServices(enginesFor(engine, process.env), services);
  return choices.flatMap((by, i) => {
    const at = running[i]?.published?.get(inside);
    return at === undefined ? [] : [{ by, at }];
  });
}

function obstacleOf(name: string, host: string, { place, notes }: DatabaseFacts): Problem {
  const several = place?.kind === 'several';
  return new Problem({
    code: several ? 'database-service-several' : 'database-not-published',
    what: `${host}, the database of ${name}, is not known on this machine`,
    why: notes.join(' '),
    next: several
      ? 'Choose the service that is meant; the answer is kept for this workspace.'
      : 'Then look again, or run "Connect to Database…" to give the connection yourself.',
    transient: false,
  });
}

/** Whether a host name has an address here, as in a container, or by a line of /etc/hosts. */
export async function hasAddress(host: string): Promise<boolean> {
  return await lookup(host).then(
    () => true,
    () => false, // what it has none for makes no difference
  );
}
