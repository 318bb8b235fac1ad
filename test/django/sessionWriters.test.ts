import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { readProject } from '../../src/django/project/findProject.ts';
import { decodeSession } from '../../src/django/sessionData.ts';
import { SessionWriteFinder } from '../../src/django/sessionWrites/findSessionWrites.ts';
import { readSiteSettings } from '../../src/django/sessionWrites/siteSettings.ts';
import { installedRoots } from '../../src/django/sessionWrites/sourceFiles.ts';
import { likeliestWriter, type Suspect } from '../../src/monitoring/saves/suspects.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { SaveMemory } from '../../src/postgres/saves/saveMemory.ts';
import { ensureDjango, type DjangoInstallation, type DjangoVersion } from '../kit/django.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { CULPRITS, type Culprit } from './culprits.ts';

/**
 * Real Django writes real sessions, one habit at a time is on, and the first guess of who it was is judged. The sources are looked
 * through as they are: the code of all other habits is there as well.
 */

const NOOK = path.join(import.meta.dirname, '..', 'projects', 'nook');
const ROUNDS = 2;
const AT_ONCE = 3;

const VERSIONS: readonly DjangoVersion[] = IN_MATRIX ? ['5.2', '3.2'] : ['5.2'];

for (const version of VERSIONS) {
  describe(`who writes the sessions, with Django ${version}`, () => {
    let server: TestPostgres | undefined;
    before(async () => {
      server = await startPostgres();
    });
    after(() => server?.stop());

    it('is guessed rightly at once', async (t) => {
      const django = await ensureDjango(version);
      if ('skip' in django) {
        t.skip(django.skip);
        return;
      }
      assert.ok(server !== undefined);
      const judged = IN_MATRIX ? CULPRITS : CULPRITS.filter((_, i) => i % 3 !== 2);
      const left = [...judged];
      const wrong: string[] = [];
      const judge = async (place: Place): Promise<void> => {
        for (let culprit = left.pop(); culprit !== undefined; culprit = left.pop()) {
          const suspect = await guess(culprit, django, place);
          const said = await say(suspect);
          const right = isRight(culprit, suspect, said);
          t.diagnostic(`${right ? 'right' : 'wrong'}: ${culprit.name}: ${said}`);
          if (!right) wrong.push(`${culprit.name}: ${said}`);
        }
      };
      const places = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => openPlace(server, `nook${i}`)));
      await Promise.all(places.map(judge)).finally(() => Promise.all(places.map(({ db }) => db.close())));
      // Of twelve, eleven have to be right.
      assert.ok(wrong.length <= Math.floor(judged.length / 12), wrong.join('\n'));
    });
  });
}

/** A database of its own. */
interface Place {
  readonly url: URL;
  readonly db: Database;
}

async function openPlace(server: TestPostgres | undefined, name: string): Promise<Place> {
  assert.ok(server !== undefined);
  const admin = await connect({ connectionString: server.connectionString() });
  await admin.query(`CREATE DATABASE ${name}`, [], { outsideTransaction: true });
  await admin.close();
  const url = new URL(server.connectionString(name));
  return { url, db: await connect({ connectionString: url.href, readOnly: true }) };
}

async function guess(
  { culprit = '', paths, robots = 0 }: Culprit,
  { python }: DjangoInstallation,
  { url, db }: Place,
): Promise<Suspect | undefined> {
  const database = { DB_PORT: url.port, DB_NAME: url.pathname.slice(1), DB_PASSWORD: url.password };
  const environment = { CULPRIT: culprit, ...database };
  const saves = new SaveMemory({ settledAfterSeconds: 0 });
  const child = spawn(python, [path.join(NOOK, 'traffic.py')], {
    env: { ...process.env, ...environment, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let evidence: Awaited<ReturnType<typeof readDetailMetrics>>['saves'] | undefined;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    assert.equal((await lines.next()).value, 'ready');
    for (let round = 0; round <= ROUNDS; round++) {
      // The first round lays the ground: sessions that were there before.
      child.stdin.write(`${JSON.stringify({ paths, robots: round === 0 ? 0 : robots, noise: true })}\n`);
      assert.equal((await lines.next()).value, 'done');
      evidence = (await readDetailMetrics(db, { decode: decodeSession, saves })).saves;
    }
  } finally {
    child.stdin.end();
    await ended;
  }
  assert.ok(evidence !== undefined && evidence.how !== 'unknown', JSON.stringify(evidence));
  const project = await readProject(nodeFileSystem, NOOK, { environment });
  const settings = await readSiteSettings(nodeFileSystem, project);
  const dotted = [...settings.apps, ...settings.middleware, ...settings.contextProcessors];
  const installed = await installedRoots(nodeFileSystem, [path.join(NOOK, 'packages')], dotted);
  const roots = [
    ...['nook', 'shelves'].map((name) => ({ folder: path.join(NOOK, name), isInstalled: false })),
    ...installed,
  ];
  const { writes } = await new SessionWriteFinder(nodeFileSystem).find({ roots, settings });
  return likeliestWriter(evidence.value, { writes, settings });
}

async function say(suspect: Suspect | undefined): Promise<string> {
  if (suspect === undefined) return 'nobody';
  const { of, count, all, entry, setting, places } = suspect;
  const [place] = places;
  const text = place === undefined ? '' : ((await nodeFileSystem.readText(place.file)) ?? '');
  const where =
    place === undefined ? 'nowhere' : `${path.relative(NOOK, place.file)}: ${text.slice(place.from, place.to)}`;
  return `${count} of ${all} ${of}, ${entry ?? 'nothing'}, ${setting ?? where}`;
}

function isRight({ expected }: Culprit, suspect: Suspect | undefined, said: string): boolean {
  if ('setting' in expected) return suspect?.setting === expected.setting;
  const prefix = `${expected.file}: `;
  const at = said.indexOf(prefix);
  return suspect?.setting === undefined && at !== -1 && expected.code.test(said.slice(at + prefix.length));
}
