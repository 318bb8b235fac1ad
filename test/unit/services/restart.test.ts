import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nodeFileSystem } from '../../../src/common/fileSystem.ts';
import { planRestart, type RestartPlan } from '../../../src/services/restart/planRestart.ts';
import { readRestartCommand } from '../../../src/services/restart/restartCommands.ts';

/** A repository with its compose files at the top and Django below; programs that are on the PATH, and nothing else. */
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dsm-restart-'));
  await mkdir(join(folder, 'backend'));
  const service = (name: string): string => `  ${name}:\n    image: shop\n`;
  await writeFile(join(folder, 'docker-compose.yml'), `services:\n${service('db')}${service('session-cleanup')}`);
  await writeFile(join(folder, 'docker-compose.dev.yml'), `services:\n${service('db')}${service('web')}`);
});
after(() => rm(folder, { recursive: true, force: true }));

async function plan(command: readonly string[], programs: Readonly<Record<string, string>> = {}): Promise<RestartPlan> {
  const PATH = await mkdtemp(join(folder, 'bin-'));
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(PATH, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(PATH, name), 0o755);
  }
  const root = join(folder, 'backend');
  return planRestart({ command, root, workspace: folder, files: nodeFileSystem, environment: { PATH }, engines: [] });
}

const COMPOSE = { 'docker-compose': 'exit 0' };
/** docker with its plugin, as far as it is asked. */
const PLUGIN = { docker: '[ "$1 $2" = "compose version" ]' };

test('services that the compose file has not are told, and those it has', async () => {
  const { checked, problem, choices } = await plan(['docker-compose', 'restart', 'web-blue', 'web-green'], COMPOSE);
  assert.equal(checked, undefined);
  assert.equal(problem, 'docker-compose.yml has no service web-blue or web-green; it has db, session-cleanup.');
  assert.deepEqual(choices, []);
});

test('Compose is run in the folder of its file, and without it where it has none', async () => {
  const { checked } = await plan(['docker-compose', 'restart', 'db'], COMPOSE);
  assert.deepEqual(checked, { command: ['docker-compose', 'restart', 'db'], cwd: folder, why: 'as set' });
  const named = await plan(['docker-compose', '-f', 'docker-compose.dev.yml', 'restart', '-t', '5', 'web'], COMPOSE);
  assert.equal(named.checked?.cwd, folder);
  assert.match(
    (await plan(['docker-compose', '-f', 'x.yml', 'restart', 'web'], COMPOSE)).problem ?? '',
    /^There is no x\.yml in /u,
  );
});

test('another compose file that has the service is offered', async () => {
  const { problem, choices } = await plan(['docker-compose', 'restart', 'web'], COMPOSE);
  assert.match(problem ?? '', /^docker-compose\.yml has no service web;/u);
  assert.deepEqual(choices, [
    {
      command: ['docker-compose', '-f', 'docker-compose.dev.yml', 'restart', 'web'],
      cwd: folder,
      why: 'docker-compose.dev.yml has this service',
    },
  ]);
});

test('docker compose stands in for docker-compose, and the other way round', async () => {
  assert.deepEqual((await plan(['docker-compose', 'restart', 'db'], PLUGIN)).checked?.command, [
    'docker',
    'compose',
    'restart',
    'db',
  ]);
  assert.deepEqual((await plan(['docker', 'compose', 'restart', 'db'], COMPOSE)).checked?.command, [
    'docker-compose',
    'restart',
    'db',
  ]);
  // docker is there, its plugin is not.
  const without = await plan(['docker-compose', 'restart', 'db'], { docker: 'exit 1' });
  assert.match(without.problem ?? '', /^There is neither docker-compose nor another Compose/u);
});

test('any other command is checked for its program, and run in the folder of manage.py', async () => {
  assert.equal((await plan(['deploy', 'x'], { deploy: '' })).checked?.cwd, join(folder, 'backend'));
  assert.equal((await plan(['deploy', 'x'])).problem, 'There is no program deploy.');
  assert.deepEqual(await plan([]), { choices: [] });
});

test('what a command names', () => {
  for (const [command, expected] of [
    [
      'docker compose -p shop -f a.yml --file=b.yml restart -t 5 web worker',
      { services: ['web', 'worker'], files: ['a.yml', 'b.yml'] },
    ],
    ['docker-compose exec web kill -HUP 1', { services: [], files: [] }],
    ['podman-compose up -d --force-recreate web', { services: ['web'], files: [] }],
    ['docker restart --time 5 a b', { containers: ['a', 'b'] }],
    ['podman container restart a', { containers: ['a'] }],
    ['docker exec a kill -HUP 1', { containers: [] }],
    ['/usr/bin/docker kill -s HUP a', { containers: ['a'] }],
    ['systemctl restart shop', { kind: 'other', program: 'systemctl' }],
  ] as const) {
    const read = readRestartCommand(command.split(' '));
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(Reflect.get(read, key), value, command);
  }
});
