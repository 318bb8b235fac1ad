import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { unknown } from '../../src/common/measured.ts';
import { ContainerCleanupService, enginesFor } from '../../src/services/cleanupService/cleanupService.ts';
import { LogPattern } from '../../src/services/cleanupService/log/logPattern.ts';
import { triangulate } from '../../src/services/cleanupService/triangulate.ts';
import { ensureTool } from '../kit/apt.ts';
import { dockerMissing, engine, until } from './support.ts';

/** Engines that can't be asked, each made for real. */

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dsm-engine-errors-'));
  await chmod(folder, 0o755);
});
after(async () => rm(folder, { recursive: true, force: true }));

type Environment = Readonly<Record<string, string | undefined>>;

function serviceOf(engine: string, environment: Environment, timeoutMs?: number): ContainerCleanupService {
  const engines = enginesFor(engine, environment).map((one) => (timeoutMs === undefined ? one : { ...one, timeoutMs }));
  return new ContainerCleanupService({
    target: { containerName: 'shop_session_cleanup' },
    engines,
    pattern: new LogPattern(),
  });
}

/** Code of the problem; the verdict is "engine unreachable", and says why and what to do. */
async function unreachable(service: ContainerCleanupService, signal?: AbortSignal): Promise<string | undefined> {
  const reading = await service.read(signal);
  const evidence = { deletedSince: unknown('Not watched.'), oldestExpired: unknown('Not watched.') };
  const status = triangulate({ ...evidence, now: new Date(), reading });
  assert.equal(status.verdict, 'engineUnreachable');
  assert.ok(reading.problem);
  assert.ok(status.sentence.includes(reading.problem.why) && status.next === reading.problem.next);
  assert.equal(status.missedRuns.how, 'unknown', 'nothing is known, so that no alert begins or ends');
  return reading.problem.code;
}

async function script(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

it('no engine is installed', async () => {
  const nothing = { PATH: folder };
  assert.equal(await unreachable(serviceOf('auto', nothing)), 'engine-missing');
  assert.equal(await unreachable(serviceOf('podman', nothing)), 'engine-missing');
  assert.equal(await unreachable(serviceOf(join(folder, 'nowhere'), nothing)), 'engine-missing');
});

it('a program that is no engine', async () => {
  assert.equal(await unreachable(serviceOf(await script('talks', 'echo hello'), process.env)), 'engine-answer');
  assert.equal(
    await unreachable(serviceOf(await script('fails', 'echo "it broke" >&2; exit 7'), process.env)),
    'engine-failed',
  );
});

it('an engine that hangs is given up, with all that it has started, and so is one that is cancelled', async () => {
  const pidFile = join(folder, 'pid');
  const hangs = await script('hangs', `sleep 600 & echo $! > ${pidFile}; wait`);
  assert.equal(await unreachable(serviceOf(hangs, process.env, 300)), 'engine-timeout');
  const started = Number(await readFile(pidFile, 'utf8'));
  assert.ok(started > 0);
  const isGone = (pid: number): Promise<boolean> =>
    readFile(`/proc/${pid}/stat`, 'utf8').then(
      (text) => text.includes(') Z '),
      () => true,
    );
  await until(
    () => isGone(started),
    (gone) => gone,
    'the end of what it has started',
  );
  assert.equal(await unreachable(serviceOf(hangs, process.env), AbortSignal.timeout(300)), 'cancelled');
  assert.equal(await unreachable(serviceOf(hangs, process.env), AbortSignal.abort()), 'cancelled');
});

describe('docker', { skip: dockerMissing ?? false }, () => {
  it('has no daemon', async () => {
    const environment = { ...process.env, DOCKER_HOST: `unix://${folder}/nothing.sock` };
    assert.equal(await unreachable(serviceOf('docker', environment)), 'engine-not-running');
    const refused = { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:1' };
    assert.equal(await unreachable(serviceOf('docker', refused)), 'engine-not-running');
  });

  it('has no such context', async () => {
    const environment = { ...process.env, DOCKER_CONTEXT: 'nowhere', DOCKER_CONFIG: folder, DOCKER_HOST: undefined };
    assert.equal(await unreachable(serviceOf('docker', environment)), 'engine-context-missing');
  });
});

const notRoot = process.getuid?.() === 0 ? undefined : 'only root can become another user';
describe('the socket of a real engine', { skip: engine.skip ?? dockerMissing ?? notRoot ?? false }, () => {
  it('denies another user', async () => {
    assert.ok(engine.engine);
    const docker = await ensureTool('docker');
    const asNobody = await script(
      'docker-as-nobody',
      `exec setpriv --reuid 65534 --regid 65534 --clear-groups ${docker} "$@"`,
    );
    const environment = { ...process.env, DOCKER_HOST: await engine.engine.serve(), DOCKER_CONFIG: folder };
    assert.equal(await unreachable(serviceOf(asNobody, environment)), 'socket-denied');
    const reading = await serviceOf('docker', environment).read();
    assert.equal(reading.state, 'notFound', 'the same socket answers its owner');
  });

  it('is asked by podman when docker has no daemon, and told apart from it once it had the container', async () => {
    assert.ok(engine.engine);
    const environment = { ...engine.engine.environment, DOCKER_HOST: `unix://${folder}/nothing.sock` };
    const service = serviceOf('auto', environment);
    const without = await service.read();
    assert.deepEqual([without.state, without.by], ['notFound', 'podman']);
    assert.match(without.notes[0] ?? '', /docker does not reach its engine/u);
    await engine.engine.start({ name: 'shop_session_cleanup', command: ['sleep', '1000'] });
    const reading = await service.read();
    assert.deepEqual([reading.state, reading.by], ['running', 'podman']);
  });
});
