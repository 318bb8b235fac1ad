import type { DatabaseSettings } from '../../../src/django/project/project.ts';

/**
 * Django projects as people write them, each with what its text must be read as. test/unit reads them from memory; test/django
 * writes them to a disk and compares the reading with what Django itself answers.
 */
export interface CorpusProject {
  readonly name: string;
  /** Paths relative to the project's folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** What Django has besides in its container, by the compose files: the text is read without it. */
  readonly inContainer?: Readonly<Record<string, string>>;
  /** Python packages that the settings import, beside Django. */
  readonly needs?: readonly string[];
  readonly module?: string;
  /** By alias; `ROOT` stands for the project's folder. */
  readonly databases: Readonly<Record<string, Expected>>;
  readonly session?: { readonly engine?: string; readonly age?: number; readonly everyRequest?: boolean };
  /** Codes of the problems that have to be there, no others. */
  readonly problems?: readonly string[];
  /** Why Django says something else than the text is read as, when it does. */
  readonly unlikeDjango?: string;
}

export type Expected = Partial<Pick<DatabaseSettings, 'engine' | 'name' | 'user' | 'password' | 'host' | 'port'>> & {
  readonly options?: Readonly<Record<string, string>>;
  /** Keys that must be unresolved, with a part of the reason. */
  readonly unresolved?: Readonly<Record<string, string>>;
};

export const POSTGRES = 'django.db.backends.postgresql';

export function managePy(module: string): string {
  return `#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""
import os
import sys


def main():
    """Run administrative tasks."""
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', '${module}')
    try:
        from django.core.management import execute_from_command_line
    except ImportError as exc:
        raise ImportError("Couldn't import Django.") from exc
    execute_from_command_line(sys.argv)


if __name__ == '__main__':
    main()
`;
}

/** What every settings file needs for Django to start. */
export const START = `SECRET_KEY = 'not-secret'
INSTALLED_APPS = ['django.contrib.sessions']
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
`;

export const entry = (parts: Expected): Expected => ({ engine: POSTGRES, ...parts });

export const SHOP = entry({ name: 'shop', user: 'app', password: 's3cret', host: 'db.example.org', port: '5433' });

/** One project with manage.py, the package `shop` and this as its settings. */
export function simple(
  name: string,
  settings: string,
  rest: Omit<CorpusProject, 'name' | 'files'> & { files?: Record<string, string> },
): CorpusProject {
  const { files = {}, ...others } = rest;
  return {
    name,
    files: {
      'manage.py': managePy('shop.settings'),
      'shop/__init__.py': '',
      'shop/settings.py': START + settings,
      ...files,
    },
    ...others,
  };
}

export const LITERAL = `DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': 'shop',
        'USER': 'app',
        'PASSWORD': 's3cret',
        'HOST': 'db.example.org',
        'PORT': '5433',
    }
}
`;
