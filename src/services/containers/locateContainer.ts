import type { Container } from './container.ts';
import type { ContainerEngine } from './engine.ts';

/** What is known of the container of the cleanup service; at least one of them. */
export interface ContainerTarget {
  /** From the settings, or container_name of the compose file. */
  readonly containerName?: string;
  readonly composeProject?: string;
  readonly composeService?: string;
}

export interface Located {
  /** undefined: not found. */
  readonly container?: Container;
  /** For a person, when it is not called as expected or is one of several. */
  readonly note?: string;
}

const SERVICE_LABEL = 'com.docker.compose.service';
const PROJECT_LABEL = 'com.docker.compose.project';

/** The names that Compose gives by itself: with hyphens, and with underscores in its first version and in podman-compose. */
function defaultNames({ composeProject, composeService }: ContainerTarget): string[] {
  if (composeProject === undefined || composeService === undefined) return [];
  return [`${composeProject}-${composeService}-1`, `${composeProject}_${composeService}_1`];
}

/** In words for a person: "shop_session_cleanup", "the service session-cleanup of the compose project shop". */
export function describeTarget(target: ContainerTarget): string {
  const { containerName, composeProject, composeService } = target;
  if (containerName !== undefined) return containerName;
  const project = composeProject === undefined ? '' : ` of the compose project ${composeProject}`;
  return `the service ${composeService ?? ''}${project}`;
}

/**
 * Finds the container by its name, then by the labels that Compose gives it (which survive a rename), then by the id that it
 * had before. Throws a `Problem`.
 */
export async function locateContainer(
  engine: ContainerEngine,
  target: ContainerTarget,
  knownId?: string,
  signal?: AbortSignal,
): Promise<Located> {
  const expected = target.containerName === undefined ? defaultNames(target) : [target.containerName];
  const names = [...expected, ...(knownId === undefined ? [] : [knownId])];
  const found = await engine.inspect(names, signal);
  const named = expected.map((name) => found.find((one) => one.name === name)).find((one) => one !== undefined);
  if (named !== undefined) return { container: named };
  const labelled = await byLabels(engine, target, signal);
  if (labelled.container !== undefined) return labelled;
  // The engine takes the beginning of an id for a name: what was asked for by its whole id is what it was.
  const known = found.find((one) => one.id === knownId);
  return known === undefined ? {} : { container: known, note: renamed(target, known) };
}

function renamed(target: ContainerTarget, container: Container): string {
  return `There is no container ${describeTarget(target)} any more: it is called ${container.name} now.`;
}

async function byLabels(engine: ContainerEngine, target: ContainerTarget, signal?: AbortSignal): Promise<Located> {
  const { composeService: service, composeProject: project, containerName } = target;
  if (service === undefined) return {};
  const all = await engine.inspect(await engine.idsWithLabels({ [SERVICE_LABEL]: service }, signal), signal);
  const ours = all.filter((one) => one.labels[PROJECT_LABEL] === project);
  const candidates = (ours.length > 0 ? ours : all).sort(runningThenNewest);
  const [container] = candidates;
  if (container === undefined) return {};
  const notes = [
    ...(containerName === undefined
      ? []
      : [`There is no container ${containerName}: ${container.name} runs the service ${service}.`]),
    ...(ours.length > 0 || project === undefined
      ? []
      : [`It belongs to the compose project ${container.labels[PROJECT_LABEL] ?? '(none)'}, not to ${project}.`]),
    ...(candidates.length > 1 ? [`It is one of ${candidates.length} containers of the service ${service}.`] : []),
  ];
  return notes.length === 0 ? { container } : { container, note: notes.join(' ') };
}

function runningThenNewest(a: Container, b: Container): number {
  const running = Number(b.phase === 'running') - Number(a.phase === 'running');
  return running !== 0 ? running : (b.startedAt?.getTime() ?? 0) - (a.startedAt?.getTime() ?? 0);
}
