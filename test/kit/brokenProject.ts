import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { isKnown, unknown, type Measured } from '../../src/common/measured.ts';
import type { LogName } from '../../src/contributions.ts';
import { DatabaseSources } from '../../src/diagnosis/evidence/databaseSources.ts';
import type { EvidenceSources } from '../../src/diagnosis/evidence/gather.ts';
import { siteSources } from '../../src/diagnosis/evidence/siteSources.ts';
import { readProject } from '../../src/django/project/findProject.ts';
import { decodeSession } from '../../src/django/sessionData.ts';
import { readSessionKeys } from '../../src/django/sessionKeys.ts';
import { SessionWriteFinder } from '../../src/django/sessionWrites/findSessionWrites.ts';
import { readSiteSettings } from '../../src/django/sessionWrites/siteSettings.ts';
import { readThrottleState } from '../../src/django/describe/readThrottleState.ts';
import { oldestByOurClock, type ServiceState } from '../../src/monitoring/cleanupService/serviceState.ts';
import { setUpService } from '../../src/monitoring/cleanupService/setUpService.ts';
import { SnapshotBuilder } from '../../src/monitoring/poll/snapshotBuilder.ts';
import type { SearchedCode } from '../../src/monitoring/saves/suspects.ts';
import { GrowthTracker } from '../../src/monitoring/snapshot/growth.ts';
import type { Snapshot } from '../../src/monitoring/snapshot/snapshot.ts';
import type { CleanupRecord } from '../../src/postgres/cleanup/run/records.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { SaveMemory } from '../../src/postgres/saves/saveMemory.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { triangulate } from '../../src/services/cleanupService/triangulate.ts';
import type { DjangoInstallation } from './django.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { run } from './process.ts';

/** A real project that is broken in one way, on a real server, with visitors; and the sources of a diagnosis that need no editor. */
export interface BrokenProject {
  /** Python behind the settings. */
  readonly settings?: string;
  /** Files of the workspace, by their paths in it. */
  readonly files?: Readonly<Record<string, string>>;
  /** What happens, in Python: see test/projects/harbour/traffic.py. */
  readonly traffic: string;
  /** Settings djangoSessionMonitor.cleanupService.*; default: its log is cleanup.log of the project, where there is one. */
  readonly service?: Readonly<Record<string, unknown>>;
  /** What is done from here when the traffic has ended; the records of it. */
  readonly cleanups?: (connectionString: string) => Promise<readonly CleanupRecord[]>;
  /** Default: application.log and access.log of the project. */
  readonly logs?: readonly LogName[];
  /** Python that is run again and again while the diagnosis looks. */
  readonly goesOn?: string;
  /** Done once the traffic has ended and before the diagnosis; what it resolves with ends it. */
  readonly meanwhile?: (place: PlayedProject) => Promise<(() => Promise<void>) | undefined>;
}

export interface PlayedProject {
  readonly folder: string;
  readonly connectionString: string;
  /** Reads only. */
  readonly db: Database;
  readonly sources: EvidenceSources;
}

const HARBOUR = path.join(import.meta.dirname, '..', 'projects', 'harbour');
const BASE = 'harbour_base';
/** The load is watched for so long. */
const WATCH_SECONDS = 1;

/** One server for all, and a database that Django has migrated once: each project gets a copy of it. */
export class Harbours {
  readonly #server: TestPostgres;
  readonly #python: string;
  #count = 0;

  private constructor(server: TestPostgres, python: string) {
    this.#server = server;
    this.#python = python;
  }

  static async start({ python }: DjangoInstallation): Promise<Harbours> {
    const server = await startPostgres({ settings: { autovacuum: 'off', max_wal_size: '2GB' } });
    const harbours = new Harbours(server, python);
    await harbours.#sql([`CREATE DATABASE ${BASE}`]);
    const env = { ...process.env, ...harbours.#environment(BASE), PYTHONDONTWRITEBYTECODE: '1' };
    const folder = await copyOf({ traffic: '' });
    await run(python, [path.join(folder, 'manage.py'), 'migrate', '--verbosity', '0'], { env });
    await rm(folder, { recursive: true });
    await harbours.#sql(['CREATE EXTENSION IF NOT EXISTS pg_stat_statements'], BASE);
    return harbours;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Plays the traffic, and hands what there is then to `use`. */
  async play<T>(project: BrokenProject, use: (played: PlayedProject) => Promise<T>): Promise<T> {
    const name = `harbour${this.#count++}`;
    await this.#sql([`CREATE DATABASE ${name} TEMPLATE ${BASE}`]);
    const folder = await copyOf(project);
    const connectionString = this.#server.connectionString(name);
    const ends: (() => Promise<void>)[] = [];
    const db = await connect({ connectionString, readOnly: true });
    try {
      const watch = new Watch(db, folder, this.#environment(name));
      ends.push(await this.#traffic(project, folder, name, () => watch.look()));
      const records = (await project.cleanups?.(connectionString)) ?? [];
      if (records.length > 0) await watch.look();
      const sources = await watch.sources(project, records);
      ends.push(...watch.ends);
      const played = { folder, connectionString, db, sources };
      const end = await project.meanwhile?.(played);
      if (end !== undefined) ends.push(end);
      return await use(played);
    } finally {
      for (const end of ends.reverse()) await end();
      await db.close();
      await this.#sql([`DROP DATABASE ${name} WITH (FORCE)`]);
      await rm(folder, { recursive: true });
    }
  }

  /** Resolves when it has been played, with what ends it: until then goes on what goes on. */
  async #traffic(
    { traffic, goesOn = '' }: BrokenProject,
    folder: string,
    name: string,
    look: () => Promise<void>,
  ): Promise<() => Promise<void>> {
    const child = spawn(this.#python, [path.join(folder, 'traffic.py'), folder], {
      env: { ...process.env, ...this.#environment(name), PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const end = async (): Promise<void> => {
      child.stdin.end();
      const [code] = (await ended) as [number | null];
      assert.equal(code, 0, `${traffic}${goesOn}`);
    };
    child.stdin.write(`${JSON.stringify({ traffic, goesOn })}\n`);
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'end') return end;
      assert.equal(line, 'look', `${line}\n${traffic}`);
      await look();
      child.stdin.write('looked\n');
    }
    await end();
    assert.fail(`The traffic ended early:\n${traffic}`);
  }

  #environment(name: string): Record<string, string> {
    const { port, password } = new URL(this.#server.connectionString(name));
    return { DB_NAME: name, DB_PORT: port, DB_PASSWORD: password };
  }

  async #sql(statements: readonly string[], database = 'postgres'): Promise<void> {
    const db = await connect({ connectionString: this.#server.connectionString(database), readOnly: false });
    try {
      for (const text of statements) await db.query(text, [], { outsideTransaction: true });
    } finally {
      await db.close();
    }
  }
}

/** The project in a folder of its own, with its settings and files. */
async function copyOf({ settings = '', files = {} }: BrokenProject): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dsm-harbour-'));
  await cp(HARBOUR, folder, { recursive: true });
  const file = path.join(folder, 'harbour', 'settings.py');
  await writeFile(file, `${await readFile(file, 'utf8')}\n${settings}\n`);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** Reads as the monitor does. */
class Watch {
  readonly ends: (() => Promise<void>)[] = [];
  readonly #db: Database;
  readonly #folder: string;
  readonly #environment: Record<string, string>;
  readonly #builder = new SnapshotBuilder(new GrowthTracker());
  readonly #saves = new SaveMemory({ settledAfterSeconds: 0 });

  constructor(db: Database, folder: string, environment: Record<string, string>) {
    this.#db = db;
    this.#folder = folder;
    this.#environment = environment;
  }

  async look(): Promise<void> {
    const project = await this.#project();
    const verifier = await readSessionKeys(nodeFileSystem, project);
    this.#builder.light(await readSessionMetrics(this.#db), 10);
    this.#builder.detail(await readDetailMetrics(this.#db, { decode: decodeSession, verifier, saves: this.#saves }));
  }

  #project(): ReturnType<typeof readProject> {
    return readProject(nodeFileSystem, this.#folder, { environment: this.#environment });
  }

  #snapshot(): Snapshot | undefined {
    const connection = { id: this.#folder, name: 'harbour', production: false };
    return this.#builder.build({ connection, settings: { throttleIntervalSeconds: 900 } }, 10);
  }

  async sources({ service, logs }: BrokenProject, records: readonly CleanupRecord[]): Promise<EvidenceSources> {
    const project = await this.#project();
    const throttle = readThrottleState(nodeFileSystem, project, {});
    const database = new DatabaseSources({
      open: () => this.#db.reopen(),
      table: DJANGO_SESSION,
      snapshot: () => Promise.resolve(measured(this.#snapshot())),
      watchSeconds: WATCH_SECONDS,
    });
    this.ends.push(() => database.close());
    return {
      ...database.sources,
      ...siteSources({
        files: nodeFileSystem,
        project,
        folders: [this.#folder],
        environment: this.#environment,
        throttle: () => throttle,
        cleanupService: () => this.#service(service),
        cleanups: () => records,
        writers: () => this.#writers(project),
        logs: logs ?? ['application.log', 'access.log'],
        folder: this.#folder,
      }),
    };
  }

  async #service(settings: Readonly<Record<string, unknown>> | undefined): Promise<ServiceState> {
    const log = path.join(this.#folder, 'cleanup.log');
    const hasLog = (await nodeFileSystem.readText(log)) !== undefined;
    const used = settings ?? (hasLog ? { logsCommand: ['cat', log] } : {});
    const setup = await setUpService((key) => used[key], this.#folder);
    const snapshot = this.#snapshot();
    assert.ok(snapshot !== undefined);
    const oldestExpired = oldestByOurClock(snapshot);
    const deletedSince = unknown('It was not watched.');
    const table = { deletedSince, expired: snapshot.metrics.sessions.expired, oldestExpired };
    const reading = await setup.service?.read();
    if (reading === undefined) return { setup, table };
    const status = triangulate({ now: reading.at, reading, deletedSince, oldestExpired });
    return { setup, reading, status, table };
  }

  async #writers(project: Awaited<ReturnType<typeof readProject>>): Promise<SearchedCode> {
    const settings = await readSiteSettings(nodeFileSystem, project);
    const roots = [{ folder: path.join(this.#folder, 'harbour'), isInstalled: false }];
    const found = await new SessionWriteFinder(nodeFileSystem).find({ roots, settings });
    return { ...found, root: project.root, settings };
  }
}

function measured<T>(value: T | undefined): Measured<T> {
  const known: Measured<T> =
    value === undefined ? unknown('It was not read.') : { how: 'exact', value, at: new Date() };
  assert.ok(isKnown(known));
  return known;
}
