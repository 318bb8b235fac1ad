import { Problem } from '../../common/problem.ts';
import type { Container } from './container.ts';
import { ContainerEngine, type EngineOptions } from './engine.ts';

/** A service as its compose files have it. */
export interface ComposedService {
  readonly project: string;
  readonly service: string;
  /** Absolute paths of the compose files that it may have been started with. */
  readonly files: readonly string[];
}

const LABEL = 'com.docker.compose';

/**
 * The running container of each service, in their order; undefined: none runs, or no engine answers. Containers of one project and
 * service are told apart by the compose files that they were started with, where the engine knows them.
 */
export async function runningServices(
  engines: readonly EngineOptions[],
  services: readonly ComposedService[],
  signal?: AbortSignal,
): Promise<readonly (Container | undefined)[]> {
  for (const options of engines) {
    const engine = new ContainerEngine(options);
    try {
      const names = [...new Set(services.map(({ service }) => service))];
      const ids = await Promise.all(names.map((name) => engine.idsWithLabels({ [`${LABEL}.service`]: name }, signal)));
      const all = await engine.inspect(ids.flat(), signal);
      const found = services.map((service) => all.find((one) => one.phase === 'running' && isOf(one, service)));
      if (found.some((one) => one !== undefined)) return found;
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // no engine there, or it doesn't answer: the next
    }
  }
  return services.map(() => undefined);
}

function isOf({ labels }: Container, { project, service, files }: ComposedService): boolean {
  const said = labels[`${LABEL}.project.config_files`];
  const started = said === undefined || said === '' ? undefined : said.split(',');
  return (
    labels[`${LABEL}.service`] === service &&
    // The last of several files is what makes them another set.
    (started === undefined ? labels[`${LABEL}.project`] === project : started.at(-1) === files.at(-1))
  );
}
