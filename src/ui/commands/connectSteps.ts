import { commandLine, commandWords } from '../../compose/commandWords.ts';
import type { ConnectionSetting } from '../../contributions.ts';
import { settingParts } from '../../monitoring/watch/connection.ts';
import { parseConnectionString } from '../../postgres/target/parameters.ts';
import { askChoice, askText, type InputOptions, type Step } from '../common/steps.ts';

export type ConnectionInput = Omit<ConnectionSetting, 'name' | 'production'>;

export interface ConnectAnswers {
  readonly way?: keyof typeof STEPS_OF;
  readonly parts?: ConnectionInput;
  readonly password?: string;
  readonly name?: string;
  readonly production?: boolean;
}

const TITLE = 'Connect to a database';

export const waySteps: readonly Step<ConnectAnswers>[] = [
  async (answers, position) => {
    const answer = await askChoice(
      TITLE,
      [
        {
          label: '$(link) Paste a connection string',
          detail: 'postgresql://user@host:5432/database?sslmode=require',
          way: 'string' as const,
        },
        {
          label: '$(list-ordered) Enter its parts step by step',
          detail: 'Host, port, database, role, password, TLS',
          way: 'parts' as const,
        },
        {
          label: '$(terminal) From a command…',
          detail: 'docker exec, kubectl exec, ssh: for a database that can’t be reached from here',
          way: 'command' as const,
        },
      ],
      { ...position, totalSteps: 0 },
    );
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, way: answer.value.way } } : answer;
  },
];

const stringSteps: readonly Step<ConnectAnswers>[] = [
  async (answers, position) => {
    const answer = await askText(
      {
        title: TITLE,
        prompt: 'A URL, or key=value pairs as psql takes them. A password in it goes to the secret storage.',
        placeholder: 'postgresql://user:password@host:5432/database',
        ...(answers.parts === undefined ? {} : { value: connectionStringOf(answers.parts) }),
        validate: complaintAbout,
      },
      position,
    );
    if (answer.kind !== 'answer') return answer;
    return { kind: 'next', answers: { ...answers, ...fromString(answer.value) } };
  },
  textStep('password', {
    title: TITLE,
    prompt: 'Password. It is kept in the secret storage of VS Code. Empty: as .pgpass or the server has it.',
    password: true,
  }),
];

/** What was entered before, to be corrected; the password is asked for in a step of its own. */
function connectionStringOf(parts: ConnectionInput): string {
  return settingParts({ name: '', ...parts }).connectionString;
}

/** The parts that a connection has of its own; every other parameter is kept by libpq's keyword, so that nothing is lost. */
function fromString(text: string): Pick<ConnectAnswers, 'parts' | 'password'> {
  const { host, port, dbname, user, password, sslmode, ...options } = parseConnectionString(text);
  const parts: ConnectionInput = {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(dbname === undefined ? {} : { database: dbname }),
    ...(user === undefined ? {} : { user }),
    ...(sslmode === undefined ? {} : { sslmode }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  return password === undefined ? { parts } : { parts, password };
}

function complaintAbout(text: string): string | undefined {
  if (text.trim() === '') return 'Paste a connection string.';
  try {
    parseConnectionString(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const SSL_MODES = [
  { label: 'prefer', detail: 'Encrypted where the server can; the default of libpq' },
  { label: 'require', detail: 'Encrypted, certificate not checked' },
  { label: 'verify-ca', detail: 'Encrypted, certificate checked' },
  { label: 'verify-full', detail: 'Encrypted, certificate and host name checked' },
  { label: 'disable', detail: 'Not encrypted' },
] as const;

const partsSteps: readonly Step<ConnectAnswers>[] = [
  partStep('host', { title: TITLE, prompt: 'Host name, address, or folder of the Unix socket', value: 'localhost' }),
  partStep('port', { title: TITLE, prompt: 'Port', value: '5432', validate: portComplaint }),
  partStep('database', { title: TITLE, prompt: 'Database', validate: required('Name the database.') }),
  partStep('user', {
    title: TITLE,
    prompt: 'Role. SELECT on the session table is enough',
    validate: required('Name the role.'),
  }),
  textStep('password', {
    title: TITLE,
    prompt: 'Password. It is kept in the secret storage of VS Code. Empty: as .pgpass or the server has it.',
    password: true,
  }),
  async (answers, position) => {
    const answer = await askChoice(TITLE, SSL_MODES, position, 'TLS, by the names of libpq’s sslmode');
    if (answer.kind !== 'answer') return answer;
    return { kind: 'next', answers: { ...answers, parts: { ...answers.parts, sslmode: answer.value.label } } };
  },
];

const commandSteps: readonly Step<ConnectAnswers>[] = [
  async (answers, position) => {
    const answer = await askText(
      {
        title: TITLE,
        prompt:
          'A program and its arguments, run without a shell. session_metrics.py comes from "Export to Monitoring Systems…".',
        value: commandLine(answers.parts?.command ?? EXAMPLE),
        validate: commandComplaint,
      },
      position,
    );
    if (answer.kind !== 'answer') return answer;
    return { kind: 'next', answers: { ...answers, parts: { command: commandWords(answer.value).words } } };
  },
];

const EXAMPLE = ['docker', 'exec', 'web', 'python', 'manage.py', 'session_metrics', '--format', 'json'];

function commandComplaint(text: string): string | undefined {
  const { words, lostFrom, refused } = commandWords(text);
  if (words.length === 0) return 'Enter the command.';
  if (refused === true) return 'A quote or a backslash is left open.';
  if (lostFrom !== undefined) return `No shell runs it: "${text.charAt(lostFrom)}" has to stand in quotes.`;
  return undefined;
}

/** What is asked for each way. */
export const STEPS_OF = {
  string: stringSteps,
  parts: partsSteps,
  command: commandSteps,
} as const satisfies Readonly<Record<string, readonly Step<ConnectAnswers>[]>>;

export function nameSteps(taken: readonly string[]): readonly Step<ConnectAnswers>[] {
  return [
    async (answers, position) => {
      const { database = 'database', host = 'localhost', command } = answers.parts ?? {};
      const answer = await askText(
        {
          title: TITLE,
          prompt: 'A name for this connection',
          value:
            answers.name ??
            (command === undefined ? `${database} on ${host}` : `Sessions by ${command[0] ?? 'command'}`),
          validate: (text) =>
            text.trim() === ''
              ? 'Give it a name.'
              : taken.includes(text.trim())
                ? 'There is a connection of this name.'
                : undefined,
        },
        position,
      );
      return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, name: answer.value.trim() } } : answer;
    },
    async (answers, position) => {
      const answer = await askChoice(
        TITLE,
        [
          { label: 'Development or test', production: false },
          { label: 'Production', detail: 'Marked as such; what cannot be undone asks more', production: true },
        ],
        position,
        'What is in it?',
      );
      return answer.kind === 'answer'
        ? { kind: 'next', answers: { ...answers, production: answer.value.production } }
        : answer;
    },
  ];
}

type TextPart = 'host' | 'port' | 'database' | 'user';

function partStep(key: TextPart, options: InputOptions): Step<ConnectAnswers> {
  return async (answers, position) => {
    const before = answers.parts?.[key];
    const answer = await askText({ ...options, ...(before === undefined ? {} : { value: String(before) }) }, position);
    if (answer.kind !== 'answer') return answer;
    const value = key === 'port' ? Number(answer.value) : answer.value.trim();
    return { kind: 'next', answers: { ...answers, parts: { ...answers.parts, [key]: value } } };
  };
}

function textStep(key: 'password', options: InputOptions): Step<ConnectAnswers> {
  return async (answers, position) => {
    const answer = await askText({ ...options, value: answers[key] ?? '' }, position);
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, [key]: answer.value } } : answer;
  };
}

function required(complaint: string): (text: string) => string | undefined {
  return (text) => (text.trim() === '' ? complaint : undefined);
}

function portComplaint(text: string): string | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? undefined : 'A port is a number from 1 to 65535.';
}
