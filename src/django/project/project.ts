import type { ValueOrigin } from '../python/values/values.ts';
import type { ProjectCompose } from './projectCompose.ts';
import type { ProjectReading } from './projectReading.ts';
import type { SessionModel } from './sessions/sessionModel.ts';

/** What is known about a Django project's sessions from its files, without running Python (unless `source` says so). */

/** One entry of DATABASES, resolved as far as the text and the environment allow. */
export interface DatabaseSettings {
  readonly alias: string;
  /** Dotted path as written: 'django.db.backends.postgresql'. */
  readonly engine: string;
  readonly kind: 'postgresql' | 'sqlite' | 'mysql' | 'oracle' | 'other';
  /** '' and undefined mean libpq's default, as in Django. */
  readonly name?: string;
  readonly user?: string;
  /** Never logged, never shown. */
  readonly password?: string;
  readonly host?: string;
  readonly port?: string;
  /** OPTIONS that libpq knows: sslmode, sslrootcert, sslcert, sslkey, service, passfile, options, … */
  readonly options: Readonly<Record<string, string>>;
  /** Keys of this entry that could not be resolved, with the reason: { PASSWORD: 'get_secret() is computed' } */
  readonly unresolved: Readonly<Record<string, string>>;
  /** Of what has its value from a variable of the environment, by its key: HOST, NAME, … */
  readonly origins?: Readonly<Partial<Record<string, ValueOrigin>>>;
  /** File and offset (UTF-16) where the entry stands, for "Open settings". */
  readonly location: { readonly file: string; readonly offset: number };
}

export interface DjangoProject {
  /** Folder with manage.py. */
  readonly root: string;
  readonly managePy: string;
  readonly settingsModule: string;
  /** Which of manage.py, the environment, .env, pyproject/setup.cfg/pytest.ini, asgi/wsgi named the module. */
  readonly settingsModuleFrom: string;
  /** Files that were read, the active settings file first. */
  readonly files: readonly string[];
  readonly databases: readonly DatabaseSettings[];
  readonly sessionEngine?: string;
  /** undefined: there are no settings. */
  readonly sessions?: SessionModel;
  readonly sessionCookieAge?: number;
  readonly sessionSaveEveryRequest?: boolean;
  /** Dotted paths in order, empty where the settings set none; undefined: not all of them are known. */
  readonly middleware?: readonly string[];
  /** DEBUG, where it is known. */
  readonly debug?: boolean;
  /** What compose files say of where it runs; only where `source` is 'text'. */
  readonly compose?: ProjectCompose;
  /** For evaluating the files again with other texts; only where `source` is 'text'. */
  readonly reading?: ProjectReading;
  /** 'text': read from the files; 'django': answered by manage.py. */
  readonly source: 'text' | 'django';
  /** What could not be resolved or is wrong, each with the file: shown, never fatal by itself. */
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly file: string;
    readonly offset?: number;
  }[];
}
