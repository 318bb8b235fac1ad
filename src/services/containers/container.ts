/** The state of a container in the words of docker and podman, from the JSON of their `inspect`. */

/** 'other': a state that this version knows nothing of; `status` holds its word. */
export type ContainerPhase = 'running' | 'restarting' | 'paused' | 'starting' | 'stopped' | 'other';

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly phase: ContainerPhase;
  /** The engine's own word: running, exited, stopped, configured, … */
  readonly status: string;
  /** undefined: it has no health check. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
  /** Last output of a health check that failed. */
  readonly healthOutput?: string;
  /** Of the last end; undefined while it runs for the first time. */
  readonly exitCode?: number;
  readonly outOfMemory: boolean;
  /** Why the engine could not start it. */
  readonly error?: string;
  /** By the engine's clock. */
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly restartCount: number;
  /** 'no', 'always', 'unless-stopped', 'on-failure' */
  readonly restartPolicy: string;
  /** The name by which it was started: shop:latest. */
  readonly image?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where its TCP ports are on the engine's machine, by the port in the container. */
  readonly published?: ReadonlyMap<number, { readonly host: string; readonly port: number }>;
  /** 'json-file', 'journald', 'none', …; undefined: not told. */
  readonly logDriver?: string;
  /** The file that holds its log, on the engine's machine. */
  readonly logPath?: string;
}

const PHASES: Readonly<Record<string, ContainerPhase>> = {
  running: 'running',
  stopping: 'running',
  restarting: 'restarting',
  paused: 'paused',
  initialized: 'starting',
  created: 'stopped',
  configured: 'stopped',
  exited: 'stopped',
  stopped: 'stopped',
  dead: 'stopped',
  removing: 'stopped',
};

type Json = Readonly<Record<string, unknown>>;

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** Go's zero time, 0001-01-01, means never. */
function date(value: unknown): Date | undefined {
  const ms = Date.parse(text(value) ?? '');
  return Number.isNaN(ms) || ms <= 0 ? undefined : new Date(ms);
}

/**
 * The containers in what `inspect --type container` printed; undefined when it is not that. Docker and podman name the
 * fields alike, but for podman 3's `Healthcheck`.
 * @see https://docs.docker.com/reference/api/engine/ ContainerInspect
 */
export function parseContainers(json: string): Container[] | undefined {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return undefined; // the caller says so, with what the engine wrote besides
  }
  if (!Array.isArray(list)) return undefined;
  return list.map(record).flatMap((one) => parseContainer(one) ?? []);
}

function parseContainer(json: Json): Container | undefined {
  const id = text(json['Id']);
  const state = record(json['State']);
  const status = text(state['Status'])?.toLowerCase();
  if (id === undefined || status === undefined) return undefined;
  const host = record(json['HostConfig']);
  const phase = PHASES[status] ?? 'other';
  const labels = Object.entries(record(record(json['Config'])['Labels'])).filter(
    ([, value]) => typeof value === 'string',
  );
  const finishedAt = date(state['FinishedAt']);
  return withoutUndefined({
    id,
    name: (text(json['Name']) ?? id.slice(0, 12)).replace(/^\//u, ''),
    phase,
    status,
    ...healthOf(record(state['Health'] ?? state['Healthcheck'])),
    exitCode: finishedAt === undefined ? undefined : number(state['ExitCode']),
    outOfMemory: state['OOMKilled'] === true,
    error: text(state['Error']),
    startedAt: date(state['StartedAt']),
    finishedAt,
    restartCount: number(json['RestartCount']) ?? 0,
    restartPolicy: text(record(host['RestartPolicy'])['Name']) ?? 'no',
    image: text(record(json['Config'])['Image']) ?? text(json['ImageName']),
    labels: Object.fromEntries(labels) as Record<string, string>,
    published: publishedPorts(record(record(json['NetworkSettings'])['Ports'])),
    logDriver: text(record(host['LogConfig'])['Type']),
    logPath: text(json['LogPath']) ?? text(record(host['LogConfig'])['Path']),
  });
}

/** "5432/tcp": [{ HostIp, HostPort }], of which the first is taken; every address is reached by that of this machine. */
function publishedPorts(ports: Json): Container['published'] {
  const found = Object.entries(ports).flatMap(([name, bindings]) => {
    const [, inside = ''] = /^(\d+)\/tcp$/u.exec(name) ?? [];
    const first = record(Array.isArray(bindings) ? bindings[0] : undefined);
    const port = Number(first['HostPort']);
    const host = (text(first['HostIp']) ?? '0.0.0.0').replace(/^0\.0\.0\.0$/u, '127.0.0.1').replace(/^::$/u, '::1');
    return inside === '' || !(port > 0) ? [] : [[Number(inside), { host, port }] as const];
  });
  return found.length === 0 ? undefined : new Map(found);
}

function healthOf(health: Json): Pick<Container, 'health' | 'healthOutput'> {
  const status = health['Status'];
  if (status !== 'starting' && status !== 'healthy' && status !== 'unhealthy') return {};
  const log = Array.isArray(health['Log']) ? health['Log'].map(record) : [];
  const output = text(record(log.at(-1))['Output'])?.trim();
  return status === 'unhealthy' && output ? { health: status, healthOutput: output.slice(0, 500) } : { health: status };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Defined<T>;
}
