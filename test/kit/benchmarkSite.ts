import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { APPLICATION_NAME } from '../../src/postgres/connect/connection.ts';
import { ensureTool } from './apt.ts';
import { startDjango, type DjangoServer } from './djangoServer.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { run } from './process.ts';
import { copySample } from './sample.ts';
import { freePort } from './serverProcess.ts';

/** How the sample project keeps its sessions alive. */
export type SessionHabit = 'everyRequest' | 'throttled' | 'neither';

const HABITS: Readonly<Record<SessionHabit, Readonly<Record<string, string>>>> = {
  everyRequest: { SAVE_EVERY_REQUEST: 'yes', THROTTLE: 'no' },
  throttled: { SAVE_EVERY_REQUEST: 'no', THROTTLE: 'yes' },
  neither: { SAVE_EVERY_REQUEST: 'no', THROTTLE: 'no' },
};

const SETTINGS = `

SESSION_SAVE_EVERY_REQUEST = os.environ.get("SAVE_EVERY_REQUEST") == "yes"
if os.environ.get("THROTTLE") == "no":
    MIDDLEWARE.remove("config.middleware.ThrottledSessionMiddleware")
MIDDLEWARE.insert(0, "config.counting.count_queries")
LOGIN_REDIRECT_URL = "/account/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes long by intention
DATABASES["default"]["CONN_MAX_AGE"] = int(os.environ.get("CONN_MAX_AGE", "0"))
`;

/** Django's own count of the queries of a page, as the Debug Toolbar has it, with those of all middleware. */
const COUNTING = `
from django.db import connection


def count_queries(get_response):
    def middleware(request):
        queries = 0

        def count(execute, *args):
            nonlocal queries
            queries += 1
            return execute(*args)

        with connection.execute_wrapper(count):
            response = get_response(request)
        response["X-Queries"] = str(queries)
        return response

    return middleware
`;

const URLS = `
import time

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpResponse


@login_required
def account(request):
    return HttpResponse(f"Hello {request.user.get_username()}")


def greeting(request):
    """Gives everybody a session who has none."""
    request.session.setdefault("greeted", True)
    return HttpResponse("Welcome")


def fail(request):
    raise RuntimeError("this page always fails")


def never(request):
    time.sleep(60)
    return HttpResponse("at last")


urlpatterns += [
    path("login/", LoginView.as_view()),
    path("accounts/login/", LoginView.as_view()),
    path("account/", account),
    path("greeting/", greeting),
    path("fail/", fail),
    path("never/", never),
    path("moved/", lambda request: views.redirect("/")),
]
`;

const LOGIN = `<!doctype html>
<title>Sign in</title>
<form action="/search/"><input type="search" name="q"></form>
<form method="post">{% csrf_token %}{{ form.as_p }}<button>Sign in</button></form>
`;

export const SITE_USER = { name: 'ada', password: 'Very-secret-4711' } as const;

/** The sample project with a login, on a PostgreSQL of its own, to be measured. */
export interface BenchmarkSite {
  readonly postgres: TestPostgres;
  readonly folder: string;
  readonly port: number;
  /** Taken for one of the monitor's own: what it did is not waited for. */
  readonly sql: Client;
  serve(habit: SessionHabit, options?: ServeOptions): Promise<DjangoServer>;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Default 2. */
  readonly workers?: number;
  /** Default 1: gunicorn's sync workers, which close the connection behind each answer. */
  readonly threads?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A trigger counts what statistics count too, in the transaction that does it. Sequences are not transactional, and don't wait for each other. */
const TRIGGERS = `
CREATE SEQUENCE writes_insert; CREATE SEQUENCE writes_update; CREATE SEQUENCE writes_delete;
CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
$$BEGIN PERFORM nextval(('public.writes_' || lower(TG_OP))::regclass); RETURN NULL; END$$;
CREATE TRIGGER counted AFTER INSERT OR UPDATE OR DELETE ON django_session FOR EACH ROW EXECUTE FUNCTION count_write();
`;

/** Adds pages to measure, a login and its user to a copy of the sample project, whose .env names a database. */
export async function addLogin(folder: string): Promise<void> {
  const python = await ensureTool('debianDjango');
  await appendFile(join(folder, 'config', 'settings', 'base.py'), SETTINGS);
  await appendFile(join(folder, 'config', 'urls.py'), URLS);
  await writeFile(join(folder, 'config', 'counting.py'), COUNTING);
  await mkdir(join(folder, 'shop', 'templates', 'registration'));
  await writeFile(join(folder, 'shop', 'templates', 'registration', 'login.html'), LOGIN);
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', DJANGO_SUPERUSER_PASSWORD: SITE_USER.password };
  const manage = (...args: string[]): Promise<string> => run(python, ['manage.py', ...args], { cwd: folder, env });
  // The session table may be there already.
  await manage('migrate', '--fake-initial', '--verbosity', '0');
  await manage('createsuperuser', '--noinput', '--username', SITE_USER.name, '--email', 'ada@example.org');
}

/** Serves it by gunicorn. */
export function serveSite(
  folder: string,
  port: number,
  habit: SessionHabit,
  options: ServeOptions = {},
): Promise<DjangoServer> {
  const { workers = 2, threads = 1, env = {} } = options;
  const settings = { DJANGO_SETTINGS_MODULE: 'config.settings.base', ...HABITS[habit], ...env };
  return startDjango(folder, { workers, threads, port, env: settings });
}

export async function startBenchmarkSite(): Promise<BenchmarkSite> {
  const postgres = await startPostgres();
  const folder = await copySample(postgres.connectionString('postgres'));
  const port = await freePort();
  const sql = new Client({
    connectionString: postgres.connectionString('postgres'),
    application_name: APPLICATION_NAME,
  });
  try {
    await addLogin(folder);
    await sql.connect();
    await sql.query('CREATE EXTENSION pg_stat_statements');
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return {
    postgres,
    folder,
    port,
    sql,
    serve: (habit, options) => serveSite(folder, port, habit, options),
    stop: async () => {
      await sql.end();
      await postgres.stop();
      await rm(dirname(folder), { recursive: true, force: true });
    },
  };
}

/** From now on `countedWrites` knows. It costs each write a little. */
export async function countWrites(sql: Client): Promise<void> {
  await sql.query(TRIGGERS);
}

export async function countedWrites(sql: Client): Promise<{ insert: number; update: number; delete: number }> {
  const one = (name: string): string =>
    `(SELECT CASE WHEN is_called THEN last_value ELSE 0 END::int FROM writes_${name}) AS ${name}`;
  const { rows } = await sql.query<{ insert: number; update: number; delete: number }>(
    `SELECT /* django-session-monitor */ ${['insert', 'update', 'delete'].map(one).join(', ')}`.replaceAll(
      /AS (\w+)/g,
      'AS "$1"',
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('There are no counts.');
  return row;
}
