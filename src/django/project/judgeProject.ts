import { Problem, type ProblemText } from '../../common/problem.ts';
import type { DatabaseSettings, DjangoProject } from './project.ts';

/** Whether a project's session table can be watched: a database to connect to, or the problem that is in the way. */
export type Judgement =
  | {
      readonly usable: true;
      readonly database: DatabaseSettings;
      /** What a person should know though it works, each a sentence. */
      readonly notes: readonly string[];
    }
  | { readonly usable: false; readonly problem: Problem; readonly database?: DatabaseSettings };

const CONNECT_BY_HAND = 'run "Connect to Database…" to give the connection yourself';
const ASK_DJANGO = `In a trusted workspace let the extension ask Django, or ${CONNECT_BY_HAND}.`;

const KIND_NAMES: Readonly<Record<Exclude<DatabaseSettings['kind'], 'postgresql'>, string>> = {
  sqlite: 'SQLite',
  mysql: 'MySQL or MariaDB',
  oracle: 'Oracle',
  other: 'a database that is not known here',
};

/** Engines of django.contrib.sessions. `table`: there are rows to watch. */
const SESSION_ENGINES: Readonly<Record<string, { readonly table: boolean; readonly text: string }>> = {
  'django.contrib.sessions.backends.db': { table: true, text: '' },
  'django.contrib.sessions.backends.cached_db': {
    table: true,
    text: 'Sessions are also kept in a cache (cached_db): a session whose row is deleted lives on there until it expires.',
  },
  'django.contrib.sessions.backends.cache': { table: false, text: 'sessions are kept in the cache only' },
  'django.contrib.sessions.backends.file': { table: false, text: 'sessions are kept in files' },
  'django.contrib.sessions.backends.signed_cookies': {
    table: false,
    text: 'sessions are kept in the cookies themselves',
  },
};

/** The keys of an entry that a connection needs, in the order in which they are told. OPTIONS are judged by their own keys. */
const NEEDED = ['ENGINE', 'NAME', 'HOST', 'PORT', 'USER', 'PASSWORD'];

type Refusal = Omit<ProblemText, 'transient' | 'what'>;

/** `alias`: the entry of DATABASES that holds the session table. */
export function judgeProject(project: DjangoProject, alias = 'default'): Judgement {
  const refuse = (refusal: Refusal, database?: DatabaseSettings): Judgement => {
    const problem = new Problem({
      ...refusal,
      what: `The sessions of ${nameOf(project)} can't be watched`,
      transient: false,
    });
    return database === undefined ? { usable: false, problem } : { usable: false, problem, database };
  };
  const engine = sessionEngine(project);
  if (engine.refusal !== undefined) return refuse(engine.refusal);
  const database = project.databases.find((db) => db.alias === alias);
  if (database === undefined) return refuse(missing(project, alias));
  const obstacle = databaseObstacle(project, database);
  if (obstacle !== undefined) return refuse(obstacle, database);
  const syntax = project.problems.find((p) => p.code === 'settings-syntax-error');
  const notes =
    syntax === undefined ? engine.notes : [...engine.notes, `${shortName(project, syntax.file)}: ${syntax.message}`];
  return { usable: true, database, notes };
}

function nameOf(project: DjangoProject): string {
  return project.settingsModule === '' ? `the project in ${project.root}` : project.settingsModule;
}

function shortName(project: DjangoProject, file: string): string {
  return file.startsWith(project.root) ? file.slice(project.root.length).replace(/^[/\\]/, '') : file;
}

function sessionEngine(project: DjangoProject): { readonly refusal?: Refusal; readonly notes: readonly string[] } {
  const { sessionEngine: path } = project;
  const known = path === undefined ? undefined : SESSION_ENGINES[path];
  if (known?.table === false) {
    return {
      notes: [],
      refusal: {
        code: 'session-engine-without-table',
        why: `SESSION_ENGINE is '${path ?? ''}': ${known.text}, so there are no rows to watch.`,
        next: "Only 'django.contrib.sessions.backends.db' and 'cached_db' keep sessions in a table.",
      },
    };
  }
  if (known !== undefined) return { notes: known.text === '' ? [] : [known.text] };
  if (path === undefined) {
    const unresolved = project.problems.find(
      (p) => p.code === 'session-setting-unresolved' && p.message.startsWith('SESSION_ENGINE'),
    );
    return { notes: unresolved === undefined ? [] : [`${unresolved.message} It is taken for the database engine.`] };
  }
  return {
    notes: [`SESSION_ENGINE is the project's own '${path}': whether it keeps sessions in this table is not known.`],
  };
}

/** Problems of the project that explain why there is no entry, first one wins. */
const EXPLANATIONS: readonly (readonly [code: string, next: string])[] = [
  ['settings-syntax-error', `Correct the file; it is read again when it is saved. Or ${CONNECT_BY_HAND}.`],
  ['settings-module-unknown', `Set djangoSessionMonitor.settingsModule, or ${CONNECT_BY_HAND}.`],
  [
    'settings-module-missing',
    `Set djangoSessionMonitor.settingsModule to the module that is used, or ${CONNECT_BY_HAND}.`,
  ],
  ['databases-unresolved', ASK_DJANGO],
  ['import-not-followed', ASK_DJANGO],
  ['import-missing', ASK_DJANGO],
  ['settings-dynamic', ASK_DJANGO],
];

function explanation(project: DjangoProject): Refusal | undefined {
  for (const [code, next] of EXPLANATIONS) {
    const problem = project.problems.find((p) => p.code === code);
    if (problem === undefined) continue;
    const place = code === 'settings-syntax-error' ? `${shortName(project, problem.file)}: ` : '';
    return { code, why: `${place}${problem.message}`, next };
  }
  return undefined;
}

function missing(project: DjangoProject, alias: string): Refusal {
  if (project.databases.length > 0) {
    const aliases = project.databases.map((db) => `'${db.alias}'`).join(', ');
    return {
      code: 'database-alias-missing',
      why: `DATABASES has no '${alias}', only ${aliases}.`,
      next: 'Set djangoSessionMonitor.databaseAlias to the one that holds the session table.',
    };
  }
  return (
    explanation(project) ?? {
      code: 'databases-missing',
      why: 'The settings define no DATABASES at the level of the module.',
      next: ASK_DJANGO,
    }
  );
}

function databaseObstacle(project: DjangoProject, database: DatabaseSettings): Refusal | undefined {
  const entry = `DATABASES['${database.alias}']`;
  const { engine, kind, unresolved } = database;
  const whole = unresolved.ENGINE;
  const broken = project.problems.some((p) => p.code === 'settings-syntax-error');
  if (whole !== undefined) {
    const because = broken ? explanation(project) : undefined;
    return because ?? { code: 'database-unresolved', why: `${entry} is not known: ${whole}.`, next: ASK_DJANGO };
  }
  if (engine === '') {
    return {
      code: 'database-engine-missing',
      why: `${entry} names no ENGINE.`,
      next: `Set it, or ${CONNECT_BY_HAND}.`,
    };
  }
  if (kind !== 'postgresql') {
    return {
      code: 'database-not-postgresql',
      why: `${entry} is ${KIND_NAMES[kind]} (${engine}), and only PostgreSQL can be watched.`,
      next: `Choose another alias or settings module if the sessions are in PostgreSQL, or ${CONNECT_BY_HAND}.`,
    };
  }
  const keys = [...NEEDED, ...Object.keys(unresolved).filter((key) => key.startsWith('OPTIONS'))];
  const unknown = keys.filter((key) => unresolved[key] !== undefined);
  if (unknown.length > 0) {
    const because = broken && unknown.length > 3 ? explanation(project) : undefined;
    const reasons = unknown.map((key) => `${key} (${unresolved[key] ?? ''})`).join(', ');
    return (
      because ?? {
        code: 'database-unresolved',
        why: `${entry} has values that are not known: ${reasons}.`,
        next: ASK_DJANGO,
      }
    );
  }
  if ((database.name ?? '') === '' && !database.options.service && !database.options.dbname) {
    return {
      code: 'database-name-missing',
      why: `${entry} has neither NAME nor OPTIONS['service'].`,
      next: `Set it, or ${CONNECT_BY_HAND}.`,
    };
  }
  return undefined;
}
