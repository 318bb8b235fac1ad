import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerCleanupService } from '../../../src/services/cleanupService/cleanupService.ts';
import { CommandCleanupService } from '../../../src/services/cleanupService/commandCleanupService.ts';
import {
  createCleanupService,
  type CleanupServiceSettings,
} from '../../../src/services/cleanupService/createCleanupService.ts';
import { inMemory } from './support.ts';

const UNSET: CleanupServiceSettings = {
  engine: 'auto',
  container: '',
  composeFile: '',
  composeService: '',
  logPattern: '',
  statusCommand: [],
  logsCommand: [],
  restartCommand: [],
};
const FILES = {
  '/w/compose.yaml':
    'services:\n  clean: {container_name: shop_clean, command: python manage.py clearsessions}\n  web: {}\n',
  '/w/compose.dev.yaml': 'services:\n  clean-dev: {command: python manage.py clearsessions}\n',
};

/** Which kind of service, its name in a reading without any engine, the compose service, the number of candidates, and problems. */
async function create(
  settings: Partial<CleanupServiceSettings>,
  files: Readonly<Record<string, string>> = FILES,
  folder: string | undefined = '/w',
) {
  const workspace = { files: inMemory(files), folder, environment: { PATH: '/nowhere' } };
  const made = await createCleanupService({ ...UNSET, ...settings }, workspace);
  const kind = made.service instanceof ContainerCleanupService ? 'container' : made.service && 'commands';
  const name = made.service instanceof CommandCleanupService ? undefined : (await made.service?.read())?.name;
  const { candidate, candidates, problems } = made;
  return [kind, name, candidate?.service, candidates.length, problems.map((problem) => problem.code)];
}

test('what is watched, by the settings or by the compose files', async () => {
  assert.deepEqual(await create({}), ['container', 'shop_clean', 'clean', 2, []]);
  assert.deepEqual(await create({ container: 'shop_clean' }), ['container', 'shop_clean', 'clean', 2, []]);
  assert.deepEqual(await create({ container: 'other' }), ['container', 'other', undefined, 2, []]);
  assert.deepEqual(await create({ composeService: 'clean' }), ['container', 'shop_clean', 'clean', 1, []]);
  assert.deepEqual(await create({ composeFile: 'compose.yaml' }), ['container', 'shop_clean', 'clean', 1, []]);
  const web = { composeFile: 'compose.yaml', composeService: 'web' };
  assert.deepEqual(await create(web), ['container', 'the service web of the compose project w', 'web', 1, []]);
  assert.deepEqual(await create({ logsCommand: ['cat', 'x'] }), ['commands', undefined, undefined, 0, []]);
  assert.deepEqual(await create({ restartCommand: ['x'] }, {}), [undefined, undefined, undefined, 0, []]);
  assert.deepEqual(await create({}, {}), [undefined, undefined, undefined, 0, []]);
  assert.deepEqual(await create({ container: 'x' }, {}), ['container', 'x', undefined, 0, []]);
});

test('what of the settings and files can’t be used is told, and does not keep the rest from working', async () => {
  const missing = { composeFile: 'compose.yaml', composeService: 'nowhere' };
  assert.deepEqual((await create(missing)).slice(-1), [['compose-service-missing']]);
  assert.deepEqual(await create({ logPattern: '(', container: 'x' }, {}), [
    'container',
    'x',
    undefined,
    0,
    ['log-pattern-invalid'],
  ]);
  assert.deepEqual((await create({}, { ...FILES, '/w/docker-compose.yml': 'services: [' })).slice(-2), [
    2,
    ['compose-file-invalid'],
  ]);
});
