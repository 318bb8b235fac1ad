import type { FileSystem } from '../common/fileSystem.ts';
import type { ComposeModel } from './composeModel.ts';
import { isActive, type ComposeService } from './composeService.ts';
import { publishedAt, type Published } from './ports.ts';
import { readServiceEnvironment, type ServiceEnvironment } from './serviceEnvironment.ts';

/** What settings say of a database: which server is meant, and whose it must be. */
export interface WantedDatabase {
  readonly host: string;
  readonly port: number;
  readonly name?: string;
  readonly user?: string;
  readonly password?: string;
}

/** A service that answers to the host name from other containers. */
export interface DatabaseService {
  readonly model: ComposeModel;
  readonly service: ComposeService;
  /** Where this machine reaches it; undefined: nowhere. */
  readonly published: Published;
  /** equal: its database, user and password are those of the settings. unknown: some of them are not said. differs: see `why`. */
  readonly fit: 'equal' | 'unknown' | 'differs';
  /** Of unknown and differs, half a sentence. */
  readonly why: string;
}

/** Services by name, container name, network alias, or a link of the service that runs the project. */
export async function servicesFor(
  fs: FileSystem,
  models: readonly ComposeModel[],
  wanted: WantedDatabase,
  from?: ComposeService,
): Promise<DatabaseService[]> {
  const found: (DatabaseService & { readonly isActive: boolean })[] = [];
  for (const model of models) {
    for (const service of model.services.values()) {
      if (!answersTo(service, wanted.host) && from?.links.get(wanted.host) !== service.name) continue;
      const environment = await readServiceEnvironment(fs, model, service);
      const compared = compare(wanted, service, environment);
      found.push({
        model,
        service,
        published: whereIs(service, wanted.port),
        isActive: isActive(service, model.variables),
        ...compared,
      });
    }
  }
  // One of a profile that nobody has asked for is meant only where there is no other.
  const active = found.filter((one) => one.isActive);
  return active.length > 0 ? active : found;
}

function answersTo({ name, containerName, aliases }: ComposeService, host: string): boolean {
  const wanted = host.toLowerCase();
  return [name, containerName, ...aliases].some((one) => one?.toLowerCase() === wanted);
}

/** One that uses the network of this machine is there by its own port. */
function whereIs({ ports, networkMode }: ComposeService, port: number): Published {
  return networkMode === 'host' ? { host: '127.0.0.1', port } : publishedAt(ports, port);
}

/** Variables of the images of PostgreSQL: the official one, with those made from it, and Bitnami's. */
const VARIABLES = {
  user: ['POSTGRES_USER', 'POSTGRESQL_USERNAME', 'POSTGRESQL_USER'],
  name: ['POSTGRES_DB', 'POSTGRESQL_DATABASE', 'POSTGRES_DATABASE'],
  password: ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD'],
} as const;
type Part = keyof typeof VARIABLES;
const LABELS: Readonly<Record<Part, string>> = { name: 'database', user: 'user', password: 'password' };
/** The official image, and what is made from it under other names. */
const POSTGRES_IMAGE = /postg|timescale|pgvector|supabase\/|citus|paradedb/iu;

function compare(
  wanted: WantedDatabase,
  service: ComposeService,
  environment: ServiceEnvironment,
): Pick<DatabaseService, 'fit' | 'why'> {
  const given = credentialsOf(service, environment);
  const differing: string[] = [];
  const unknown: string[] = [];
  for (const part of ['name', 'user', 'password'] as const) {
    const [mine, theirs] = [wanted[part], given[part]];
    // The password may come from elsewhere (.pgpass, or a person enters it): the server then says whether it is right.
    if (part === 'password' && (mine === undefined || mine === '' || given.trusts)) continue;
    if (theirs === undefined || mine === undefined || mine === '') unknown.push(LABELS[part]);
    else if (mine === theirs || (part !== 'password' && given.more.includes(mine))) continue;
    // Scripts of its first start may make other databases and users.
    else if (part !== 'password' && hasScripts(service)) unknown.push(LABELS[part]);
    else differing.push(part === 'password' ? 'another password' : `the ${LABELS[part]} ${theirs}, not ${mine}`);
  }
  if (differing.length > 0) return { fit: 'differs', why: `it has ${differing.join(' and ')}` };
  if (unknown.length > 0) return { fit: 'unknown', why: `its ${unknown.join(' and ')} can’t be compared` };
  return { fit: 'equal', why: '' };
}

interface Credentials extends Partial<Record<Part, string>> {
  /** It asks nobody for a password. */
  readonly trusts: boolean;
  /** Other databases and users that its variables name. */
  readonly more: readonly string[];
}

function credentialsOf(service: ComposeService, { variables, unknown }: ServiceEnvironment): Credentials {
  const own: readonly string[] = Object.values(VARIABLES).flat();
  const more = [...variables].flatMap(([name, { value }]) =>
    !own.includes(name) && /DATABASES|(?:^|_)(?:DBS?|USERS?)(?:_|$)/iu.test(name) ? value.split(/[\s,;:]+/u) : [],
  );
  const trusts = variables.get('POSTGRES_HOST_AUTH_METHOD')?.value === 'trust';
  const found: Partial<Record<Part, string>> = {};
  for (const part of ['user', 'name', 'password'] as const) {
    const name = VARIABLES[part].find((candidate) => variables.has(candidate));
    const given = name === undefined || unknown.has(name) ? '' : (variables.get(name)?.value ?? '');
    if (given !== '') found[part] = given;
    const elsewhere = VARIABLES[part].some((candidate) => variables.has(`${candidate}_FILE`) || unknown.has(candidate));
    if (elsewhere || given !== '') continue;
    // What the image does where nothing is said.
    if (!POSTGRES_IMAGE.test(service.image ?? '')) continue;
    if (part === 'user') found.user = 'postgres';
    else if (part === 'name' && found.user !== undefined) found.name = found.user;
  }
  return { ...found, trusts, more };
}

function hasScripts({ volumes }: ComposeService): boolean {
  return volumes.some((volume) => volume.includes('docker-entrypoint-initdb.d'));
}
