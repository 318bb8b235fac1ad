/** Session engines that are known by name: a row an engine. Others are looked for in the project (sessionModel.ts). */

export interface SessionEngine {
  /** Dotted path of the model the rows of which are the sessions. */
  readonly model?: string;
  /** Half a sentence, where there are no rows to watch: "sessions are kept in …". */
  readonly without?: string;
  /** The cache has copies of the rows. */
  readonly cached?: true;
}

export const DEFAULT_ENGINE = 'django.contrib.sessions.backends.db';
export const DJANGO_SESSION_TABLE = 'django_session';

const DJANGO = 'django.contrib.sessions.models.Session';
/** django-user-sessions 1 and 2. */
const USER_SESSIONS = 'user_sessions.models.Session';
/** django-qsessions 0.1 to 2. */
const QSESSIONS = 'qsessions.models.Session';

/** Tables of the models that are not in a project: neither package sets db_table, both have the columns of Django's model and more. */
export const MODEL_TABLES: Readonly<Record<string, string>> = {
  [DJANGO]: DJANGO_SESSION_TABLE,
  [USER_SESSIONS]: 'user_sessions_session',
  [QSESSIONS]: 'qsessions_session',
};

const IN_CACHE = { without: 'sessions are kept in the cache only' };
const IN_COOKIES = { without: 'sessions are kept in the cookies themselves' };
const IN_REDIS = { without: 'sessions are kept in Redis' };
const IN_DYNAMODB = { without: 'sessions are kept in DynamoDB' };

/** The modules have their class SessionStore. */
export const SESSION_ENGINES: Readonly<Record<string, SessionEngine>> = {
  [DEFAULT_ENGINE]: { model: DJANGO },
  'django.contrib.sessions.backends.cached_db': { model: DJANGO, cached: true },
  'django.contrib.sessions.backends.cache': IN_CACHE,
  'django.contrib.sessions.backends.file': { without: 'sessions are kept in files' },
  'django.contrib.sessions.backends.signed_cookies': IN_COOKIES,
  'user_sessions.backends.db': { model: USER_SESSIONS },
  'user_sessions.backends.cached_db': { model: USER_SESSIONS, cached: true },
  'user_sessions.backends.cache': IN_CACHE,
  'qsessions.backends.db': { model: QSESSIONS },
  'qsessions.backends.cached_db': { model: QSESSIONS, cached: true },
  'redis_sessions.session': IN_REDIS,
  'redis_sessions_fork.session': IN_REDIS,
  encrypted_cookies: IN_COOKIES,
  'dynamodb_sessions.backends.dynamodb': IN_DYNAMODB,
  'dynamodb_sessions.backends.cached_dynamodb': IN_DYNAMODB,
};
