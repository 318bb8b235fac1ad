import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { withLock } from './cache.ts';
import { run } from './process.ts';

/** A tool of the machine that a kind of tests needs, and the Debian package that has it. */
interface Tool {
  /** Names to look for on the PATH, best first. */
  readonly commands: readonly string[];
  /** Environment variable with the path of the executable, for machines where it is elsewhere. */
  readonly variable: string;
  readonly debianPackage: string;
  /** Further Debian packages that it is of no use without. */
  readonly also?: readonly string[];
  /** Arguments with which the command ends with 0 only if it is usable: for Python's modules. */
  readonly check?: readonly string[];
}

export const TOOLS = {
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    variable: 'CHROMIUM',
    debianPackage: 'chromium',
    also: ['fonts-dejavu-core'],
  },
  debianDjango: {
    commands: ['/usr/bin/python3'],
    variable: 'DEBIAN_PYTHON',
    debianPackage: 'python3-django',
    also: ['python3-psycopg2', 'python3-decouple', 'python3-django-environ', 'python3-dj-database-url'],
    check: ['-c', 'import django, psycopg2, decouple, environ, dj_database_url'],
  },
  venv: {
    commands: ['python3'],
    variable: 'PYTHON3',
    debianPackage: 'python3-venv',
    also: ['python3-pip'],
    check: ['-c', 'import venv, ensurepip'],
  },
  /** Debian 12 has 15, Debian 13 has 17. */
  debianPostgres: {
    commands: [18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin/postgres`),
    variable: 'DEBIAN_POSTGRES',
    debianPackage: 'postgresql',
  },
  pgbouncer: { commands: ['pgbouncer', '/usr/sbin/pgbouncer'], variable: 'PGBOUNCER', debianPackage: 'pgbouncer' },
  podman: { commands: ['podman'], variable: 'PODMAN', debianPackage: 'podman', also: ['runc'] },
  runc: { commands: ['runc', '/usr/sbin/runc'], variable: 'RUNC', debianPackage: 'runc' },
  /** The client; in Debian 12 the package has the daemon as well, which nothing here uses. */
  docker: { commands: ['docker'], variable: 'DOCKER', debianPackage: 'docker.io' },
  gunicorn: { commands: ['gunicorn', 'gunicorn3'], variable: 'GUNICORN', debianPackage: 'gunicorn' },
  djangoPrometheus: {
    commands: ['/usr/bin/python3'],
    variable: 'DEBIAN_PYTHON',
    debianPackage: 'python3-django-prometheus',
    check: ['-c', 'import django_prometheus, prometheus_client'],
  },
  prometheus: { commands: ['prometheus'], variable: 'PROMETHEUS', debianPackage: 'prometheus' },
  postgresExporter: {
    commands: ['prometheus-postgres-exporter', 'postgres_exporter'],
    variable: 'POSTGRES_EXPORTER',
    debianPackage: 'prometheus-postgres-exporter',
  },
  /** justwatchcom's. */
  sqlExporter: {
    commands: ['prometheus-sql-exporter'],
    variable: 'SQL_EXPORTER',
    debianPackage: 'prometheus-sql-exporter',
  },
  sshd: {
    commands: ['/usr/sbin/sshd', 'sshd'],
    variable: 'SSHD',
    debianPackage: 'openssh-server',
    also: ['openssh-client'],
  },
  promtool: { commands: ['promtool'], variable: 'PROMTOOL', debianPackage: 'prometheus' },
  cwebp: { commands: ['cwebp'], variable: 'CWEBP', debianPackage: 'webp' },
  pngquant: { commands: ['pngquant'], variable: 'PNGQUANT', debianPackage: 'pngquant' },
  ab: { commands: ['ab'], variable: 'AB', debianPackage: 'apache2-utils' },
  wrk: { commands: ['wrk'], variable: 'WRK', debianPackage: 'wrk' },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

/** A tool is neither there nor can it be installed from here; the message names the package. */
export class MissingTool extends Error {
  override readonly name = 'MissingTool';
}

async function find(tool: Tool): Promise<string | undefined> {
  const named = process.env[tool.variable];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates =
    named === undefined || named === ''
      ? tool.commands.flatMap((name) => (name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name))))
      : [named];
  for (const path of candidates) {
    if (!existsSync(path)) continue;
    const usable = await access(path, constants.X_OK)
      .then(() => tool.check === undefined || run(path, tool.check, { timeoutMs: 60_000 }).then(() => true))
      .catch(() => false);
    if (usable) return path;
  }
  return undefined;
}

/** Path of the tool's executable; installs its Debian package when run as root on Debian. Throws `MissingTool`. */
export async function ensureTool(
  name: ToolName,
  onProgress: (message: string) => void = () => undefined,
): Promise<string> {
  const tool: Tool = TOOLS[name];
  const found = await find(tool);
  if (found !== undefined) return found;
  const packages = [tool.debianPackage, ...(tool.also ?? [])];
  const command = `apt-get install ${packages.join(' ')}`;
  const missing = `${tool.commands[0] ?? name} is missing or not usable.`;
  if (process.env[tool.variable] !== undefined) {
    throw new MissingTool(
      `${missing} ${tool.variable} names ${process.env[tool.variable] ?? ''}: correct or unset it.`,
    );
  }
  if (!existsSync('/usr/bin/apt-get')) {
    throw new MissingTool(`${missing} Install it (in Debian: ${command}), or name its executable in ${tool.variable}.`);
  }
  if (userInfo().uid !== 0) {
    throw new MissingTool(`${missing} Install it with "sudo ${command}", or name its executable in ${tool.variable}.`);
  }
  onProgress(`Installing ${packages.join(', ')} with apt-get`);
  await withLock('apt', () => aptInstall(packages));
  const installed = await find(tool);
  if (installed === undefined) throw new MissingTool(`${missing} "${command}" succeeded, but did not bring it.`);
  return installed;
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300'];
  try {
    await run('apt-get', [...options, 'update'], { env });
    await run('apt-get', [...options, 'install', '--no-install-recommends', ...packages], { env });
  } catch (error) {
    throw new MissingTool(`apt-get could not install ${packages.join(', ')}.`, { cause: error });
  }
}

/**
 * For a test's `skip` option: undefined when the tool is there, else the reason to skip. In CI a missing tool is a
 * failure, so there it throws.
 */
export async function skipWithout(...names: ToolName[]): Promise<string | undefined> {
  for (const name of names) {
    try {
      await ensureTool(name);
    } catch (error) {
      const inCI = process.env['CI'] !== undefined && process.env['CI'] !== '' && process.env['CI'] !== 'false';
      if (!(error instanceof MissingTool) || inCI) throw error;
      return error.message;
    }
  }
  return undefined;
}
