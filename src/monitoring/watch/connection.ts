import { commandLine } from '../../compose/commandWords.ts';
import type { ConnectionColor, ConnectionSetting } from '../../contributions.ts';
import { toConnection, type ConnectionParts } from '../../django/project/connectionString.ts';
import type { DatabaseSettings } from '../../django/project/project.ts';
import type { ConnectOptions } from '../../postgres/connect/database.ts';
import type { SessionVerifier } from '../../postgres/sample/sessionSample.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import type { Borrow } from '../../postgres/target/borrowedPassword.ts';
import type { MetricsCommand } from '../metricsCommand/metricsCommand.ts';
import type { SessionSettings } from '../snapshot/snapshot.ts';

/** Where a connection comes from: the DATABASES of a Django project, the person's settings, or those of the workspace. */
export type ConnectionSource = 'django' | 'settings' | 'workspace';

/** With what a connection is opened, its password included. */
export interface Access extends Pick<ConnectOptions, 'connectionString' | 'password' | 'expected' | 'borrow' | 'via'> {
  /** Another password, where the server refuses the one that a command gave before. */
  readonly renewPassword?: () => Promise<string>;
}

/** A database that can be watched. Made anew whenever the settings are read; `id` stays the same. */
export interface Connection {
  readonly id: string;
  /** Short: what was opened, or the name that a person gave. */
  readonly name: string;
  readonly source: ConnectionSource;
  /** Folder with manage.py, for a connection from a Django project. */
  readonly projectRoot?: string;
  /** Without a password: "shop on db.example.org:5432". */
  readonly target: string;
  readonly connectionString: string;
  readonly table: SessionTable;
  /** Its figures are what this prints: the database is not reached from here, and `access` rejects. */
  readonly command?: MetricsCommand;
  readonly production: boolean;
  /** By which a person tells it from others. */
  readonly color?: ConnectionColor;
  /** Why it counts as production or not, a sentence. */
  readonly productionWhy?: string;
  /** Where the values of the connection were found: "backend/.env, line 3". */
  readonly origin?: string;
  /** Half a sentence on how this machine reaches it, where the settings name a container. */
  readonly how?: string;
  readonly session: Partial<SessionSettings>;
  /** What a person should know about it, such as a `cached_db` engine. */
  readonly notes: readonly string[];
  /** Where DATABASES stands, for a connection from a Django project. */
  readonly location?: DatabaseSettings['location'];
  /** Which passwords of the person's files and environment it may use by itself. */
  readonly borrow: Borrow;
  /** As the text of the project has it. */
  readonly ownPassword?: string;
  /** Which keys of the settings sessions are signed with, as they are now; the keys themselves are not in it. */
  readonly keys?: () => Promise<SessionVerifier>;
  /** Resolved when it is opened, so that a password is in memory no longer than needed. Rejects with a Problem. */
  readonly access: () => Promise<Access>;
}

/** Those of a workspace have other ids than the person's own of the same name. */
export function settingConnectionId(source: Exclude<ConnectionSource, 'django'>, name: string): string {
  return `${source}:${name}`;
}

/** A connection from settings.json goes the way of an entry of DATABASES, so that there is one way to a libpq URL. */
export function settingParts(setting: ConnectionSetting): ConnectionParts {
  return toConnection(asDatabase(setting));
}

export function settingTarget(setting: ConnectionSetting): string {
  // settings.json is written by people.
  if (Array.isArray(setting.command)) return commandLine(setting.command);
  const by = setting.sshHost === undefined ? '' : ` by SSH ${setting.sshHost}`;
  return `${targetOf(asDatabase(setting))}${by}`;
}

function asDatabase({ name, host, port, database, user, sslmode, options = {} }: ConnectionSetting): DatabaseSettings {
  return {
    alias: name,
    engine: 'django.db.backends.postgresql',
    kind: 'postgresql',
    ...(database === undefined ? {} : { name: database }),
    ...(user === undefined ? {} : { user }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: String(port) }),
    options: sslmode === undefined ? options : { ...options, sslmode },
    unresolved: {},
    location: { file: '', offset: 0 },
  };
}

/** For people, without the password: "shop on db.example.org:5432". */
export function targetOf({ name, host, port, options }: DatabaseSettings): string {
  const { service = '', hostaddr = '' } = options;
  const hasHost = host !== undefined && host !== '';
  if (service !== '' && !hasHost && hostaddr === '') return `service ${service}`;
  const place = hasHost ? host : hostaddr === '' ? 'the local server' : hostaddr;
  const portText = port === undefined || port === '' ? '' : `:${port}`;
  const at = hostaddr === '' || hostaddr === place ? '' : ` at ${hostaddr}`;
  return `${name === undefined || name === '' ? 'the default database' : name} on ${place}${portText}${at}`;
}
