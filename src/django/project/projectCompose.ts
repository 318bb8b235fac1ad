import path from 'node:path';

import type { FileSystem } from '../../common/fileSystem.ts';
import type { ComposeModels } from '../../compose/composeModel.ts';
import { placeOfDatabase, type DatabasePlace } from '../../compose/databasePlace.ts';
import { servicesFor, type WantedDatabase } from '../../compose/databaseService.ts';
import { readServiceEnvironment, type ServiceEnvironment } from '../../compose/serviceEnvironment.ts';
import { findWebService, type WebService } from '../../compose/webService.ts';
import type { ValueOrigin } from '../python/values/values.ts';
import type { SettingsModule } from './settingsModule.ts';

/** What a container of the project has in its environment, as the evaluation of its settings takes it. */
export interface ContainerLayer {
  readonly variables: ReadonlyMap<string, { readonly value: string; readonly origin: ValueOrigin }>;
  readonly settingsModule?: SettingsModule;
}

const MODULE = 'DJANGO_SETTINGS_MODULE';

/**
 * The compose files around a project. What they hold stays inside, because it has passwords in it: nothing of it is seen in a
 * log, in JSON or in a comparison.
 */
export class ProjectCompose {
  readonly #fs: FileSystem;
  readonly #found: ComposeModels;
  readonly #web: WebService | undefined;
  readonly #environment: ServiceEnvironment | undefined;

  private constructor(
    fs: FileSystem,
    found: ComposeModels,
    web?: { readonly service: WebService; readonly environment: ServiceEnvironment },
  ) {
    this.#fs = fs;
    this.#found = found;
    this.#web = web?.service;
    this.#environment = web?.environment;
  }

  /** `found`: of the open folder. */
  static async of(fs: FileSystem, found: ComposeModels, root: string): Promise<ProjectCompose> {
    const service = findWebService(found.models, root);
    if (service === undefined) return new ProjectCompose(fs, found);
    const environment = await readServiceEnvironment(fs, service.model, service.service);
    return new ProjectCompose(fs, found, { service, environment });
  }

  get layer(): ContainerLayer | undefined {
    if (this.#web === undefined || this.#environment === undefined) return undefined;
    const { variables, unknown } = this.#environment;
    const { service, model } = this.#web;
    const layer = new Map<string, { value: string; origin: ValueOrigin }>();
    for (const [name, { value, file, line }] of variables) {
      // What is taken from variables that are not set here is not known: then it is as if nobody said it.
      if (unknown.has(name) || name === MODULE) continue;
      const place = line === undefined ? {} : { line };
      layer.set(name, { value, origin: { kind: 'container', name, file, service: service.name, ...place } });
    }
    const module = unknown.has(MODULE) ? undefined : variables.get(MODULE)?.value;
    if (!module || model.purpose === 'test') return { variables: layer };
    const from = `${path.basename(service.file)}, service ${service.name}`;
    return { variables: layer, settingsModule: { name: module, from } };
  }

  /** What the service runs that runs the project; undefined: there is none, or it runs what its image says. */
  get webCommand(): { readonly name: string; readonly words: string } | undefined {
    const service = this.#web?.service;
    return service === undefined ? undefined : { name: service.name, words: service.words.join(' ') };
  }

  /** The compose files, and what was read for the environment. */
  get files(): readonly string[] {
    return [...new Set([...this.#found.models.flatMap(({ files }) => files), ...(this.#environment?.files ?? [])])];
  }

  /** What could not be read, each a sentence. */
  get problems(): readonly string[] {
    const { missing = [] } = this.#environment ?? {};
    const service = this.#web?.service.name ?? '';
    return [
      ...this.#found.problems,
      ...missing.map((file) => `The service ${service} names an env_file that is not there: ${path.basename(file)}.`),
    ];
  }

  /** Where a host name that is a service is on this machine. */
  async placeOf(wanted: WantedDatabase): Promise<DatabasePlace> {
    const services = await servicesFor(this.#fs, this.#found.models, wanted, this.#web?.service);
    return placeOfDatabase(services, this.#web?.model);
  }

  /** Whether the service that runs the project takes this name for the machine that it runs on. */
  isThisMachine(host: string): boolean {
    return this.#web?.service.extraHosts.get(host) === 'host-gateway';
  }
}
