import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ContainerCleanupService } from '../../src/services/cleanupService/cleanupService.ts';
import { runningServices, type ComposedService } from '../../src/services/containers/runningServices.ts';
import { LogPattern } from '../../src/services/cleanupService/log/logPattern.ts';
import { answered, onEachClient, rejectsWith, sh, STAYS, texts, until } from './support.ts';

/** Containers as they are found, read and restarted, with a real engine. */

const compose = (project: string, service: string): Record<string, string> => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
});

onEachClient('A container', (bench) => {
  it('is read in every state that it can be in', async () => {
    const { engine } = bench;
    const service = bench.service({ containerName: 'states' });
    assert.equal(answered(await service.read()).state, 'notFound');
    // What only runs the tasks of a schedule may do so on another machine.
    const elsewhere = { target: { containerName: 'states' }, engines: [bench.options], pattern: new LogPattern() };
    const reading = answered(await new ContainerCleanupService({ ...elsewhere, mayBeElsewhere: true }).read());
    assert.deepEqual([reading.state, reading.log], ['unknown', undefined]);
    assert.match(reading.notes[0] ?? '', /has no container for states: its tasks may run elsewhere\.$/u);
    await engine.podman(
      'create',
      '--name',
      'states',
      '--volume',
      '/usr:/usr:ro',
      'localhost/this-machine',
      ...sh(STAYS),
    );
    assert.equal(answered(await service.read()).state, 'stopped');
    await engine.podman('start', 'states');
    const running = answered(await service.read());
    assert.equal(running.state, 'running');
    assert.ok(running.container?.startedAt && Date.now() - running.container.startedAt.getTime() < 60_000);
    assert.equal(running.container.exitCode, undefined);
    await engine.podman('pause', 'states');
    assert.equal(answered(await service.read()).state, 'paused');
    const thawed = await service.restart();
    assert.equal(thawed.outcome, 'running');
    await engine.podman('stop', 'states');
    assert.deepEqual(
      [answered(await service.read()).state, (await service.read()).container?.exitCode],
      ['stopped', 0],
    );
    await engine.podman('rm', 'states');
    assert.equal(answered(await service.read()).state, 'notFound');
    await rejectsWith(service.restart(), 'container-missing');
    await rejectsWith(service.followLog(), 'container-missing');
  });

  it('tells its exit code and what it said last', async () => {
    await bench.engine.start({ name: 'code', command: sh('echo fine; echo broken >&2; exit 3') });
    const service = bench.service({ containerName: 'code' });
    const { container, log } = await until(
      () => service.read(),
      (r) => r.state === 'stopped',
      'the end',
    );
    assert.equal(container?.exitCode, 3);
    assert.deepEqual(texts(log?.lines ?? []), ['fine', 'broken']);
    const result = await service.restart();
    assert.deepEqual([result.outcome, result.after?.exitCode], ['ended', 3]);
    assert.equal(result.lines.at(-1)?.text, 'broken');
  });

  it('is found by the name that Compose gives, by its labels when it was renamed, and this is told', async () => {
    const { engine } = bench;
    const target = { composeProject: 'shop', composeService: 'session-cleanup' };
    const service = bench.service(target);
    await engine.start({ name: 'shop_session-cleanup_1', command: sh(STAYS) });
    assert.equal((await service.read()).container?.name, 'shop_session-cleanup_1');
    await engine.podman('rm', '--force', '--time', '0', 'shop_session-cleanup_1');
    await engine.start({
      name: 'shop_session_cleanup',
      command: sh(STAYS),
      labels: compose('shop', 'session-cleanup'),
    });
    const byLabel = answered(await service.read());
    assert.deepEqual([byLabel.name, byLabel.notes], ['shop_session_cleanup', []]);
    const named = bench.service({ containerName: 'shop_session_cleanup', ...target });
    assert.deepEqual((await named.read()).notes, []);
    await engine.podman('rename', 'shop_session_cleanup', 'something_else');
    const renamed = answered(await named.read());
    assert.deepEqual([renamed.state, renamed.name], ['running', 'something_else']);
    assert.match(renamed.notes[0] ?? '', /no container shop_session_cleanup: something_else runs the service/u);
    await engine.podman('rm', '--force', '--time', '0', 'something_else');
  });

  it('without labels is known by its id after it was renamed; its old name wins when it is taken again', async () => {
    const { engine } = bench;
    const service = bench.service({ containerName: 'before' });
    await engine.start({ name: 'before', command: sh(STAYS) });
    assert.equal((await service.read()).name, 'before');
    await engine.podman('rename', 'before', 'after');
    const renamed = answered(await service.read());
    assert.equal(renamed.name, 'after');
    assert.match(renamed.notes[0] ?? '', /called after now/u);
    assert.equal(
      (await bench.service({ containerName: 'before' }).read()).state,
      'notFound',
      'nobody knows it by an id',
    );
    await engine.start({ name: 'before', command: sh(STAYS) });
    const again = answered(await service.read());
    assert.deepEqual([again.name, again.notes], ['before', []]);
    await engine.podman('rm', '--force', '--time', '0', 'before', 'after');
  });

  it('of another project or among several is taken with a note', async () => {
    const { engine } = bench;
    await engine.start({ name: 'old', command: sh('exit 0'), labels: compose('elsewhere', 'cleaner') });
    await engine.start({ name: 'new', command: sh(STAYS), labels: compose('elsewhere', 'cleaner') });
    const reading = answered(await bench.service({ composeProject: 'shop', composeService: 'cleaner' }).read());
    assert.equal(reading.name, 'new', 'the one that runs');
    assert.match(reading.notes.join(' '), /project elsewhere, not to shop.*one of 2 containers/u);
  });

  it('of a service is told from others by the compose files that it was started with', async () => {
    const { engine, options } = bench;
    const files = {
      'com.docker.compose.project.config_files': '/shop/docker-compose.yml,/shop/docker-compose.dev.yml',
    };
    await engine.start({ name: 'db-dev', command: sh(STAYS), labels: { ...compose('shop', 'db'), ...files } });
    await engine.start({ name: 'db-other', command: sh(STAYS), labels: compose('other', 'db') });
    await engine.start({ name: 'db-gone', command: sh('exit 0'), labels: compose('gone', 'db') });
    const service = (project: string, ...names: string[]): ComposedService => ({
      project,
      service: 'db',
      files: names.map((name) => `/${project}/${name}`),
    });
    const found = await runningServices(
      [{ ...options, program: 'no-such-engine' }, options],
      [
        service('shop', 'docker-compose.yml'),
        service('shop', 'docker-compose.dev.yml'),
        service('other', 'compose.yaml'),
        service('gone', 'compose.yaml'),
      ],
    );
    assert.deepEqual(
      found.map((one) => one?.name),
      [undefined, 'db-dev', 'db-other', undefined],
    );
  });

  it('takes no name for an option', async () => {
    assert.equal(answered(await bench.service({ containerName: '--help' }).read()).state, 'notFound');
  });
});
