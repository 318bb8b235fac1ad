import path from 'node:path';
import type { FileSystem } from '../common/fileSystem.ts';
import { Problem } from '../common/problem.ts';
import { parseComposeFile, type ComposeFile } from './composeFile.ts';
import { mergeServices, type ComposeService } from './composeService.ts';
import { composeVariables, type Variables } from './composeVariables.ts';
import { findFilesAround } from './findFiles.ts';
import { purposeOf, type Purpose } from './purpose.ts';

/** What `docker compose` would start with some of the files of a folder: these, merged, with what they include and extend. */
export interface ComposeModel {
  /** The folder in which it was looked for. */
  readonly within: string;
  /** The first is the main one. */
  readonly files: readonly string[];
  readonly project: string;
  /** What it is for, by the names of its files. */
  readonly purpose: Purpose;
  readonly services: ReadonlyMap<string, ComposeService>;
  readonly variables: Variables;
}

export interface ComposeModels {
  readonly models: readonly ComposeModel[];
  /** What could not be read, each a sentence. */
  readonly problems: readonly string[];
}

/** As people call compose files; those without "compose" in their names only where they hold services. */
export const COMPOSE_FILE = /^(?:[\w.-]+[._-])?(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$/iu;
const SHORT_NAME = /^(?:local|dev|development|prod|production|staging|stack|docker)\.ya?ml$/iu;
const ANY_NAME = new RegExp(`${COMPOSE_FILE.source}|${SHORT_NAME.source}`, 'iu');

const MAIN = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const OVERRIDES = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
];
/** Of one workspace, nearest first. */
const MAX_FILES = 40;
/** Of `extends` and `include` within each other. */
const MAX_DEPTH = 10;

/** All ways to start services that the compose files of a folder offer: each folder's default one, and one for each variant. */
export async function readComposeModels(
  fs: FileSystem,
  folder: string,
  environment: Variables,
): Promise<ComposeModels> {
  const found = await findFilesAround(fs, folder, ANY_NAME, COMPOSE_FILE);
  const reader = new ModelReader(fs, folder, environment);
  const models: ComposeModel[] = [];
  for (const [directory, files] of Map.groupBy(found.slice(0, MAX_FILES), (file) => path.dirname(file))) {
    for (const chain of await reader.chains(directory, files)) {
      const model = await reader.model(chain);
      if (model.services.size > 0) models.push(model);
    }
  }
  return { models, problems: [...reader.problems] };
}

class ModelReader {
  readonly problems = new Set<string>();
  readonly #fs: FileSystem;
  readonly #within: string;
  readonly #environment: Variables;
  readonly #files = new Map<string, Promise<ComposeFile | undefined>>();

  constructor(fs: FileSystem, within: string, environment: Variables) {
    this.#fs = fs;
    this.#within = within;
    this.#environment = environment;
  }

  /** The default files together; each other file by itself, or over the default ones where it only adds to their services. */
  async chains(directory: string, files: readonly string[]): Promise<string[][]> {
    const named = (names: readonly string[]): string[] =>
      names.map((name) => path.join(directory, name)).filter((file) => files.includes(file));
    const variables = await this.#variables(directory);
    const chosen = (variables['COMPOSE_FILE'] ?? '')
      .split(variables['COMPOSE_PATH_SEPARATOR'] ?? /[:;]/u)
      .map((file) => path.resolve(directory, file))
      .filter((file) => files.includes(file));
    const main = named(MAIN).slice(0, 1);
    const standard = chosen.length > 0 ? chosen : main.length === 0 ? [] : [...main, ...named(OVERRIDES).slice(0, 1)];
    const chains = standard.length === 0 ? [] : [standard];
    const below = main.length === 0 ? undefined : await this.model(main);
    for (const file of files) {
      if (standard.includes(file) || named(OVERRIDES).includes(file)) continue;
      const services = (await this.#load(file, directory, variables))?.services ?? [];
      const adds = services.some((one) => isFragment(one) && below?.services.has(one.name) === true);
      chains.push(adds ? [...main, file] : [file]);
    }
    return chains;
  }

  async model(files: readonly string[]): Promise<ComposeModel> {
    const [first = ''] = files;
    const folder = path.dirname(first);
    const variables = await this.#variables(folder);
    const services = new Map<string, ComposeService>();
    let project = '';
    for (const file of files) {
      const compose = await this.#load(file, folder, variables);
      if (compose === undefined) continue;
      if (project === '' || compose.project !== '') project = compose.project;
      for (const service of await this.#servicesOf(compose, folder, variables, [])) {
        const base = services.get(service.name);
        services.set(service.name, base === undefined ? service : mergeServices(base, service));
      }
    }
    return { within: this.#within, files, project, purpose: purposeOf(files), services, variables };
  }

  /** Those that it includes first, which it can't change. */
  async #servicesOf(
    compose: ComposeFile,
    folder: string,
    variables: Variables,
    through: readonly string[],
  ): Promise<ComposeService[]> {
    const found: ComposeService[] = [];
    for (const name of compose.includes) {
      const file = path.resolve(folder, name);
      if (through.includes(file) || through.length >= MAX_DEPTH) {
        this.#note(compose.path, `its "include" leads in a circle to ${name}`);
        continue;
      }
      const below = path.dirname(file);
      const theirs = { ...(await this.#variables(below)), ...variables };
      const included = await this.#load(file, below, theirs);
      if (included === undefined) this.#note(compose.path, `${name}, which it includes, is not there`);
      else found.push(...(await this.#servicesOf(included, below, theirs, [...through, file])));
    }
    for (const service of compose.services) found.push(await this.#extended(service, compose, variables, []));
    return found;
  }

  async #extended(
    service: ComposeService,
    compose: ComposeFile,
    variables: Variables,
    through: readonly string[],
  ): Promise<ComposeService> {
    if (service.extends === undefined) return service;
    const { service: name, file } = service.extends;
    const at = file === undefined ? compose.path : path.resolve(path.dirname(compose.path), file);
    const key = `${at}\0${name}`;
    if (through.includes(key) || through.length >= MAX_DEPTH) {
      this.#note(compose.path, `"extends" of ${service.name} leads in a circle`);
      return service;
    }
    const other = file === undefined ? compose : await this.#load(at, path.dirname(at), variables);
    const base = other?.services.find((one) => one.name === name);
    if (other === undefined || base === undefined) {
      this.#note(compose.path, `${service.name} extends ${name}, which is not there`);
      return service;
    }
    return mergeServices(await this.#extended(base, other, variables, [...through, key]), service);
  }

  /** Reads it once; undefined: there is no such file, or it can't be read. */
  #load(file: string, folder: string, variables: Variables): Promise<ComposeFile | undefined> {
    const key = `${file}\0${folder}`;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const loading = this.#fs.readText(file).then((text) => {
      try {
        // "production.yml" may be anything: a manifest of Kubernetes, a playbook.
        const isOne = text !== undefined && (COMPOSE_FILE.test(path.basename(file)) || /^services\s*:/mu.test(text));
        return isOne ? parseComposeFile(file, text, variables, folder) : undefined;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        this.problems.add(`${error.what}: ${error.why}`);
        return undefined;
      }
    });
    this.#files.set(key, loading);
    return loading;
  }

  async #variables(folder: string): Promise<Variables> {
    return composeVariables(await this.#fs.readText(path.join(folder, '.env')), this.#environment);
  }

  #note(file: string, why: string): void {
    this.problems.add(`${path.basename(file)}: ${why}.`);
  }
}

function isFragment({ image, build, extends: base }: ComposeService): boolean {
  return image === undefined && build === undefined && base === undefined;
}
