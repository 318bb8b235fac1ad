import { CONNECTION_COLORS, type ConnectionSetting } from '../connectionSetting.ts';
import type { PasswordCommand } from '../passwordCommand.ts';
import { holds, OF_FOLDER, OF_WINDOW, READING, type SettingRow } from '../settingRow.ts';

/** JSON schema of the list of connections, as `ConnectionSetting` has them. */
const CONNECTIONS = {
  items: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', description: 'Name that is shown; unique.' },
      host: { type: 'string', description: 'Host name, address, or folder of a Unix socket.' },
      port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Port; 5432 when missing.' },
      database: { type: 'string', description: 'Name of the database.' },
      user: { type: 'string', description: 'Name of the role.' },
      sslmode: {
        type: 'string',
        enum: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
        description: 'As in libpq; prefer when missing.',
      },
      options: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: "Other parameters by libpq's keywords: sslrootcert, sslcert, sslkey, service, passfile.",
      },
      sshHost: {
        type: 'string',
        description:
          'Host of your SSH configuration, or user@host, from which the database is reached: a tunnel is opened by the ssh of this machine. In your own settings only.',
      },
      command: {
        type: 'array',
        items: { type: 'string' },
        description:
          'Where the database can’t be reached from here: a program and its arguments that print what manage.py session_metrics --format json prints, such as ["docker", "exec", "web", "python", "manage.py", "session_metrics", "--format", "json"]. Nothing of host to sshHost counts then.',
      },
      schema: { type: 'string', description: 'Schema of the session table.' },
      table: { type: 'string', description: 'Name of the session table; django_session when missing.' },
      production: { type: 'boolean', description: 'Marks a connection to production data.' },
      color: {
        type: 'string',
        enum: CONNECTION_COLORS,
        description: 'Colour by which it is told from others; red for production when missing.',
      },
    },
  },
} as const;

const PASSWORD_COMMANDS = {
  items: {
    type: 'object',
    required: ['host', 'command'],
    additionalProperties: false,
    properties: {
      host: {
        type: 'string',
        description: 'Host that it is for, as the connection names it; no other gets the password.',
      },
      port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Port that it is for; any when missing.' },
      user: { type: 'string', description: 'Role that it is for; any when missing.' },
      command: { type: 'array', items: { type: 'string' }, description: 'Program and arguments, run without a shell.' },
    },
  },
} as const;

export const CONNECTION_SETTINGS = {
  settingsModule: {
    ...OF_FOLDER,
    names: 'code',
    type: 'string',
    default: '',
    description:
      'Settings module of the Django project, such as `config.settings.production`. Empty: as `DJANGO_SETTINGS_MODULE`, `.env` or `manage.py` name it.',
  },
  databaseAlias: {
    ...OF_FOLDER,
    names: 'host',
    type: 'string',
    default: '',
    description:
      'Alias in `DATABASES` of the database that holds the sessions. Empty: as `DATABASE_ROUTERS` say, else `default`.',
  },
  table: {
    ...READING,
    type: 'string',
    default: '',
    description:
      'Name of the session table: `db_table` of the session model. Empty: as the model of `SESSION_ENGINE` says, else `django_session`.',
  },
  schema: {
    ...READING,
    type: 'string',
    default: '',
    description: 'Schema of the session table. Empty: as the `search_path` of the role finds it.',
  },
  askDjango: {
    scope: 'resource',
    names: 'code',
    workspace: 'asked',
    harmless: ['never'],
    type: 'string',
    default: 'whenNeeded',
    choices: {
      whenNeeded: 'Runs manage.py in a trusted workspace when the settings cannot be read from their text.',
      never: 'Never runs Python.',
    },
    description:
      'Whether Django itself may be asked for its settings (`manage.py shell`) where reading their text is not enough.',
  },
  // Their passwords are bound to their targets, and never the person's own (ui/storedPasswords.ts).
  connections: {
    ...OF_WINDOW,
    names: 'host',
    type: 'array',
    default: [],
    holds: holds<readonly ConnectionSetting[]>(),
    schema: CONNECTIONS,
    description:
      'Connections made by hand, beside those found in Django projects. Passwords are never kept here: run **Django Sessions: Connect to Database…**, which keeps them in the secret storage.',
  },
  passwordCommands: {
    scope: 'application',
    names: 'program',
    workspace: 'never',
    type: 'array',
    default: [],
    holds: holds<readonly PasswordCommand[]>(),
    schema: PASSWORD_COMMANDS,
    description:
      'Programs that print the password of a host (a token of a cloud, a vault, a password manager) as one line: for example `{"host": "db.example.org", "command": ["op", "read", "op://work/db/password"]}`. It is kept in memory, and asked again when the server refuses it.',
  },
  production: {
    scope: 'resource',
    names: 'guard',
    workspace: 'asked',
    harmless: ['yes'],
    type: 'string',
    default: 'auto',
    choices: {
      auto: 'Judged by its host, its names, its TLS and DEBUG; a click in the view says otherwise.',
      yes: 'It is a production database.',
      no: 'It is not.',
    },
    description:
      'Whether the database of the Django project is a production database: what logs everyone out is not offered there. Connections made by hand say it themselves.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
