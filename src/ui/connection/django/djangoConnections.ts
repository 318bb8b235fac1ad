import * as vscode from 'vscode';
import type { Log } from '../../../common/log.ts';
import type { SettingTypes } from '../../../contributions.ts';
import type { ProductionJudgement } from '../../../django/describe/production.ts';
import type { DatabaseSettings, DjangoProject } from '../../../django/project/project.ts';
import { targetOf, type Connection } from '../../../monitoring/watch/connection.ts';
import { getSetting } from '../../settings/settings.ts';
import { hasAddress, type ContainerPlaces } from './containerPlaces.ts';
import type { ProductionMarks } from './productionMarks.ts';
import type { SessionAliases } from './sessionAliases.ts';
import type { PasswordUser, StoredPasswords } from '../storedPasswords.ts';
import { watchedTable } from '../watchedTable.ts';

export interface DjangoConnectionParts {
  readonly passwords: StoredPasswords;
  readonly places: ContainerPlaces;
  readonly marks: ProductionMarks;
  readonly aliases: SessionAliases;
  readonly log: Log;
}

/** What a connection is made from. */
export interface FoundDatabase {
  readonly project: DjangoProject;
  readonly folder: vscode.WorkspaceFolder;
  readonly database: DatabaseSettings;
  readonly name: string;
  readonly notes: readonly string[];
}

/** A connection to an entry of DATABASES, where this machine reaches it. */
export async function djangoConnection(found: FoundDatabase, parts: DjangoConnectionParts): Promise<Connection> {
  const { project, folder, database, name, notes } = found;
  const { passwords, places, marks, log } = parts;
  const [{ toConnection }, { describeDatabase }, { nodeFileSystem }] = await Promise.all([
    import('../../../django/project/connectionString.ts'),
    import('../../../django/describe/describeDatabase.ts'),
    import('../../../common/fileSystem.ts'),
  ]);
  const id = djangoConnectionId(project, database);
  const described = await describeDatabase(nodeFileSystem, folder.uri.fsPath, project, database, isInContainer());
  const engine = getSetting('cleanupService.engine', folder.uri);
  const facts = await places.settle({ id, name, engine }, database, described);
  const { reachable, origin, obstacle } = facts;
  const reached =
    reachable === undefined ? database : { ...database, host: reachable.host, port: String(reachable.port) };
  const { connectionString, password } = toConnection(reached);
  const target = targetOf(reached);
  const said = saidProduction(getSetting('production', folder.uri)) ?? marks.of(id, target);
  const judged = said ?? facts.production;
  const how = reachable === undefined ? '' : ` ${sentence(reachable.how)}`;
  log.info(`${name}: ${target}, from ${origin}.${how} ${judged.why}`);
  const user: PasswordUser = {
    id,
    name,
    connectionString,
    borrow: 'bound',
    ...(password === undefined ? {} : { ownPassword: password }),
  };
  return {
    ...user,
    source: 'django',
    projectRoot: project.root,
    target,
    origin,
    ...(reachable === undefined ? {} : { how: reachable.how }),
    table: watchedTable(project.sessions, folder.uri),
    production: judged.value,
    productionWhy: judged.why,
    session: {
      ...(project.sessionCookieAge === undefined ? {} : { cookieAgeSeconds: project.sessionCookieAge }),
    },
    notes: [...notes, ...(obstacle === undefined ? facts.notes : [])],
    location: database.location,
    keys: async () => {
      const { readSessionKeys } = await import('../../../django/sessionKeys.ts');
      return await readSessionKeys(nodeFileSystem, project);
    },
    // A password that a person entered stands over the project's, which may be wrong or for another machine.
    access: async () => {
      if (obstacle !== undefined && !(await hasAddress(database.host ?? ''))) throw obstacle;
      return await passwords.access(user);
    },
  };
}

/** What a person has said in the settings goes before what the project looks like. */
function saidProduction(setting: SettingTypes['production']): ProductionJudgement | undefined {
  if (setting === 'auto') return undefined;
  const counts = setting === 'yes' ? 'It counts as production' : 'It does not count as production';
  return { value: setting === 'yes', why: `${counts}: djangoSessionMonitor.production says so.` };
}

/** There the names of other containers are known, and ports of the machine around it are not its own. */
function isInContainer(): boolean {
  return /container|codespaces/u.test(vscode.env.remoteName ?? '');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export function djangoConnectionId(project: DjangoProject, database: DatabaseSettings): string {
  return `django:${project.root}:${database.alias}`;
}
