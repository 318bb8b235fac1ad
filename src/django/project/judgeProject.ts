import { Problem, type ProblemText } from '../../common/problem.ts';
import type { DatabaseSettings, DjangoProject } from './project.ts';
import { DJANGO_SESSION_TABLE } from './sessions/sessionEngines.ts';

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
  const {
    engine,
    without,
    table,
    alias: routed,
    aliasWhy,
    aliasChosen,
    cached,
    why,
    ownClearing,
  } = project.sessions ?? { table: DJANGO_SESSION_TABLE };
  if (without !== undefined) {
    return {
      notes: [],
      refusal: {
        code: 'session-engine-without-table',
        why: `SESSION_ENGINE is '${engine ?? ''}': ${without}, so there are no rows to watch.`,
        next: "Engines like 'django.contrib.sessions.backends.db' and 'cached_db' keep sessions in a table.",
      },
    };
  }
  const notes: readonly (readonly [boolean, string])[] = [
    [
      table !== undefined && table !== DJANGO_SESSION_TABLE,
      `Sessions are kept in ${table ?? ''}, by SESSION_ENGINE '${engine ?? ''}'.`,
    ],
    [
      table === undefined && engine === undefined,
      `SESSION_ENGINE is not known: ${why ?? ''}. It is taken for the database engine.`,
    ],
    [
      table === undefined && engine !== undefined,
      `SESSION_ENGINE is the project's own '${engine ?? ''}', and its table is not known: ${why ?? ''}. It is taken for ${DJANGO_SESSION_TABLE}.`,
    ],
    [
      routed !== undefined && routed !== 'default' && aliasChosen === undefined,
      `DATABASE_ROUTERS send the sessions to '${routed ?? ''}'.`,
    ],
    [
      aliasChosen === true,
      `You have said that the sessions are in '${routed ?? ''}'; djangoSessionMonitor.databaseAlias goes before that.`,
    ],
    [
      aliasWhy !== undefined && project.databases.length > 1,
      `Which of ${project.databases.map((db) => `'${db.alias}'`).join(', ')} the sessions are in is not known: ${aliasWhy ?? ''}. Set djangoSessionMonitor.databaseAlias.`,
    ],
    [
      cached === true,
      'Sessions are also kept in a cache (cached_db): a session whose row is deleted lives on there until it expires.',
    ],
    [
      ownClearing !== undefined,
      `SESSION_ENGINE '${engine ?? ''}' has its own clear_expired: what it does besides is done by clearsessions only.`,
    ],
  ];
  return { notes: notes.flatMap(([holds, text]) => (holds ? [text] : [])) };
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
