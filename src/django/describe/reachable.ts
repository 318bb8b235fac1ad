import path from 'node:path';

import type { DatabasePlace } from '../../compose/databasePlace.ts';
import type { DatabaseService } from '../../compose/databaseService.ts';
import type { DatabaseSettings, DjangoProject } from '../project/project.ts';

/** Where this machine reaches a database whose host name only containers know. */
export interface Reachability {
  /** undefined: as the settings say, or not at all. */
  readonly reachable?: { readonly host: string; readonly port: number; readonly how: string };
  /** What a person should know or do, each a sentence. */
  readonly notes: readonly string[];
  /** undefined: the host is no name of a container. */
  readonly place?: DatabasePlace;
}

/** Names that containers have for the machine that they run on. */
const THIS_MACHINE =
  /^(?:host\.docker\.internal|gateway\.docker\.internal|host\.containers\.internal|host\.lima\.internal)$/i;
const LOCAL = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1)$/i;

export async function reachabilityOf(
  { compose }: Pick<DjangoProject, 'compose'>,
  database: DatabaseSettings,
): Promise<Reachability> {
  const { host = '', port = '', name, user, password } = database;
  if (host === '' || host.includes('/') || host.includes(',') || LOCAL.test(host)) return { notes: [] };
  const inside = port === '' ? 5432 : Number(port);
  if (THIS_MACHINE.test(host) || compose?.isThisMachine(host) === true) {
    const how = `${host} is the name of this machine in containers`;
    return { reachable: { host: '127.0.0.1', port: inside, how }, notes: [] };
  }
  if (compose === undefined) return { notes: [] };
  const wanted = {
    host,
    port: inside,
    ...(name === undefined ? {} : { name }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
  const place = await compose.placeOf(wanted);
  const notes = notesOf(host, inside, place);
  if (place.kind === 'nowhere' && notes.length === 0) return { notes };
  if (place.kind !== 'reached') return { notes, place };
  return { reachable: reachedAt(host, inside, place.by, place), notes, place };
}

/** The port `inside` the container of a service, where this machine reaches it. */
export function reachedAt(
  host: string,
  inside: number,
  by: DatabaseService,
  found: { readonly host: string; readonly port: number },
): { readonly host: string; readonly port: number; readonly how: string } {
  const how = `${nameOf(host, by)} publishes its port ${inside} on ${at(found)}`;
  return { host: found.host, port: found.port, how };
}

/** "the service db of docker-compose.yml", and that it is meant where the host is another name of it. */
function nameOf(host: string, by: DatabaseService): string {
  const also = by.service.name === host ? '' : ` (${host})`;
  return `the service ${shownName(by.service.name)}${also} of ${fileOf(by)}`;
}

/** A file may call a service anything; Compose itself takes letters, digits, ".", "_" and "-". */
const shownName = (name: string): string => name.replace(/[^\w.-]/g, '?').slice(0, 60);

/** For people: "the service db of docker-compose.dev.yml, 127.0.0.1:5433". */
function describeService(host: string, by: DatabaseService): string {
  return `${nameOf(host, by)}${typeof by.published === 'object' ? `, ${at(by.published)}` : ''}`;
}

function fileOf({ service, model }: DatabaseService): string {
  return path.relative(model.within, service.file).replaceAll('\\', '/');
}

function at({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function notesOf(host: string, port: number, place: DatabasePlace): string[] {
  switch (place.kind) {
    case 'reached':
      return place.sure ? [] : [`${host} is taken for ${nameOf(host, place.by)}, though ${place.by.why}.`];
    case 'several': {
      const all = place.choices.map((by) => describeService(host, by)).join('; or ');
      return [`${host} could be ${all}.`];
    }
    case 'chosen':
      return [
        `${capital(nameOf(host, place.by))} leaves the port on this machine to the engine. For one that stays, write "127.0.0.1:${port}:${port}" under its "ports".`,
      ];
    case 'unpublished':
      return [
        `${capital(nameOf(host, place.by))} is reached by containers only: it publishes no port ${port}. Add the line "ports: ['127.0.0.1:${port}:${port}']" to it in ${fileOf(place.by)}, and start it again.`,
      ];
    case 'differs': {
      const all = place.all.map((by) => `${nameOf(host, by)}: ${by.why}`);
      return [`${host} is no service with the credentials of the settings (${[...new Set(all)].join('; ')}).`];
    }
    case 'nowhere':
      return /^[\w-]+$/.test(host) ? [`${host} is no service of the compose files in this folder.`] : [];
  }
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
