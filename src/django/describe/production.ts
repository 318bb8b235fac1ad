import type { DatabasePlace } from '../../compose/databasePlace.ts';
import type { DatabaseSettings, DjangoProject } from '../project/project.ts';

/** Whether a database holds what people depend on. In doubt it does: to take it for another one is the worse mistake. */
export interface ProductionJudgement {
  readonly value: boolean;
  /** A sentence. */
  readonly why: string;
}

export interface ProductionQuestion {
  readonly project: Pick<DjangoProject, 'settingsModule' | 'debug'>;
  /** undefined: not known. */
  readonly database?: DatabaseSettings;
  /** Where its host name is on this machine. */
  readonly place?: DatabasePlace;
}

/** Services that run PostgreSQL for others, by the names of their servers. */
const MANAGED: readonly (readonly [RegExp, string])[] = [
  [/\.rds\.amazonaws\.com(?:\.cn)?$/, 'Amazon RDS'],
  [/\.(?:compute(?:-1)?|elb)\.amazonaws\.com$|\.amazonaws\.com$/, 'Amazon Web Services'],
  [/\.(?:postgres|postgresql|cosmos)\.(?:database\.)?azure\.(?:com|cn|us)$|\.database\.azure\.com$/, 'Azure'],
  [/^\/cloudsql\/|\.sql\.goog$|\.cloudsql\b|\.alloydb\./, 'Google Cloud SQL'],
  [/\.supabase\.(?:co|com|in|net)$/, 'Supabase'],
  [/\.neon\.(?:tech|build)$/, 'Neon'],
  [/\.ondigitalocean\.com$/, 'DigitalOcean'],
  [/\.aivencloud\.com$/, 'Aiven'],
  [/\.render\.com$|^dpg-[a-z0-9]+-a$/, 'Render'],
  [/\.(?:railway\.(?:app|internal)|rlwy\.net)$/, 'Railway'],
  [/\.(?:fly\.dev|flycast|fly\.io|internal)$/, 'the servers of Fly.io'],
  [/\.heroku(?:app)?\.com$/, 'Heroku'],
  [/\.elephantsql\.com$/, 'ElephantSQL'],
  [/\.timescale\.com$/, 'Timescale'],
  [/\.crunchybridge\.com$/, 'Crunchy Bridge'],
  [/\.cockroachlabs\.cloud$/, 'CockroachDB Cloud'],
  [/\.scw\.cloud$/, 'Scaleway'],
  [/\.cloud\.ovh\.(?:net|com|us)$|\.ovh\.net$/, 'OVHcloud'],
  [/\.(?:linodedb\.net|akamaidb\.net)$/, 'Akamai'],
  [/\.vultrdb\.com$/, 'Vultr'],
  [/\.oraclecloud\.com$/, 'Oracle Cloud'],
  [/\.clever-cloud\.com$/, 'Clever Cloud'],
  [/\.databases\.appdomain\.cloud$/, 'IBM Cloud'],
  [
    /\.(?:xata\.sh|thenile\.dev|tembo\.io|psdb\.cloud|koyeb\.app|yugabyte\.cloud|nhost\.run|pythonanywhere-services\.com)$/,
    'a host of databases',
  ],
  [/\.mdb\.yandexcloud\.net$/, 'Yandex Cloud'],
  [/\.(?:rds\.aliyuncs\.com|tencentcdb\.com)$/, 'a cloud'],
];

const PRODUCTION_WORD = /(?:^|[^a-z])(?:prod|prd|production|live)(?:$|[^a-z])/i;
const REPLICA_WORD = /(?:^|[^a-z])(?:replicas?|standby|slave|readonly|read_only|reader|ro)(?:$|[^a-z])/i;
const THIS_MACHINE =
  /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1|(?:host|gateway|kubernetes)\.docker\.internal|host\.(?:containers|lima)\.internal)?$/i;
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][\da-f]{2}:|fe80:)/i;

/** First match wins; each gives half a sentence, or nothing. What tells surely of production comes first, then the doubts. */
const SIGNS: readonly ((
  question: Required<Pick<ProductionQuestion, 'project' | 'database'>> & ProductionQuestion,
) => string | undefined)[] = [
  ({ project }) => {
    const { settingsModule } = project;
    return PRODUCTION_WORD.test(settingsModule) ? `its settings module is called ${settingsModule}` : undefined;
  },
  ({ database: { host = '' } }) => {
    if (THIS_MACHINE.test(host)) return undefined;
    const found = MANAGED.find(([pattern]) => pattern.test(host.toLowerCase()));
    return found === undefined ? undefined : `its host ${host} is one of ${found[1]}`;
  },
  ({ database: { host = '' } }) => (PRODUCTION_WORD.test(host) ? `its host is called ${host}` : undefined),
  ({ database: { name = '' } }) => (PRODUCTION_WORD.test(name) ? `its database is called ${name}` : undefined),
  ({ database: { options } }) => {
    const { sslmode = '' } = options;
    return /^(?:require|verify-ca|verify-full)$/.test(sslmode) ? `it asks for sslmode=${sslmode}` : undefined;
  },
  ({ database: { alias, host = '' } }) => {
    const found = [alias, host].find((text) => REPLICA_WORD.test(text));
    return found === undefined ? undefined : `${found} sounds like a replica, which production has`;
  },
  ({ place }) => {
    const by =
      place?.kind === 'reached' || place?.kind === 'unpublished' || place?.kind === 'chosen' ? place.by : undefined;
    return by?.model.purpose === 'production'
      ? `its service ${by.service.name} is of a compose file for a server`
      : undefined;
  },
  ({ database: { host = '', unresolved } }) =>
    host === '' && unresolved.HOST !== undefined ? `its host is not known (${unresolved.HOST})` : undefined,
  ({ database: { host = '' }, place }) =>
    host.includes(',') || (place === undefined && isPublic(host))
      ? `its host ${host} is not on this machine`
      : undefined,
];

function isPublic(host: string): boolean {
  if (THIS_MACHINE.test(host) || host.startsWith('/') || PRIVATE.test(host)) return false;
  const named = host.includes('.') || host.includes(':');
  return named && !/\.(?:local|localhost|test|lan|home|internal|localdomain|docker)$/i.test(host);
}

export function judgeProduction(question: ProductionQuestion): ProductionJudgement {
  const { project, database, place } = question;
  if (database === undefined || database.unresolved.ENGINE !== undefined) {
    const named = PRODUCTION_WORD.test(project.settingsModule);
    const why = named ? `its settings module is called ${project.settingsModule}` : 'its database is not known';
    return { value: true, why: `It counts as production: ${why}.` };
  }
  for (const sign of SIGNS) {
    const why = sign({ ...question, database });
    if (why !== undefined) return { value: true, why: `It counts as production: ${why}.` };
  }
  const { host = '' } = database;
  if (THIS_MACHINE.test(host) || host.startsWith('/'))
    return {
      value: false,
      why: `It does not count as production: ${host === '' ? 'the local server' : host} is this machine.`,
    };
  if (place !== undefined && place.kind !== 'differs' && place.kind !== 'nowhere')
    return { value: false, why: `It does not count as production: ${host} is a container of a compose file here.` };
  // A host that is neither this machine nor public: only settings for development speak for themselves.
  if (project.debug === true)
    return { value: false, why: `It does not count as production: DEBUG is on, and ${host} is no public host.` };
  const debug = project.debug === false ? 'DEBUG is off' : 'DEBUG is not known';
  return { value: true, why: `It counts as production: ${debug}, and ${host} is not known to be this machine.` };
}
