import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sessionMetricsFile } from '../../src/export/command/sessionMetricsFile.ts';
import type { AlertSettings } from '../../src/monitoring/alerts/alertTypes.ts';
import { AlertEngine } from '../../src/monitoring/alerts/alerts.ts';

export interface MetricsProject {
  /** A URL; its database is DATABASES['default']. A host that is a folder is one of a Unix socket. */
  readonly connectionString: string;
  /** Further settings, as lines of Python. */
  readonly settings?: string;
  /** Settings of the alert rules, by their ids. */
  readonly alerts?: AlertSettings;
}

/** A Django project with nothing but sessions and the management command that is exported to it. */
export async function makeMetricsProject(folder: string, project: MetricsProject): Promise<void> {
  const url = new URL(project.connectionString);
  const database = {
    ENGINE: 'django.db.backends.postgresql',
    NAME: decodeURIComponent(url.pathname.slice(1)),
    USER: decodeURIComponent(url.username),
    PASSWORD: decodeURIComponent(url.password),
    HOST: url.searchParams.get('host') ?? url.hostname,
    PORT: url.port,
  };
  const files = {
    'manage.py': `import os
import sys

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')

from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
`,
    'settings.py': `SECRET_KEY = 'not-secret'
INSTALLED_APPS = ['django.contrib.sessions', 'metrics']
USE_TZ = True
SESSION_ENGINE = 'django.contrib.sessions.backends.db'
DATABASES = {'default': ${JSON.stringify(database)}}
${project.settings ?? ''}
`,
    'metrics/__init__.py': '',
    'metrics/management/__init__.py': '',
    'metrics/management/commands/__init__.py': '',
    'metrics/management/commands/session_metrics.py': metricsFile(project.alerts),
  };
  await mkdir(join(folder, 'metrics', 'management', 'commands'), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
}

/** As it is exported with these settings. */
export function metricsFile(settings: AlertSettings = {}): string {
  return sessionMetricsFile({ rules: new AlertEngine({ settings }).states() });
}
