import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { findCleanupServices, namedService } from '../../../src/services/cleanupService/findCleanupService.ts';
import { inMemory } from './support.ts';

const SCRIPT = '#!/bin/sh\nwhile true; do python manage.py clearsessions; sleep 86400; done\n';

test('the service is found by its command, its script or its name, the surest first', async () => {
  const files = inMemory({
    '/w/a/compose.yaml':
      'services:\n  session-cleanup: {command: python manage.py tidy_up}\n  web: {command: gunicorn}\n',
    '/w/b/docker-compose.prod.yml':
      'services:\n  janitor: {build: ./app, command: ["/bin/sh", "-c", "exec /code/scripts/janitor.sh --daily"]}\n',
    '/w/b/app/scripts/janitor.sh': SCRIPT,
    '/w/c/docker-compose.yml':
      'services:\n  beat:\n    command: sh -c "while :; do python manage.py clearsessions; sleep 1d; done"\n',
    '/w/c/.env': 'COMPOSE_PROJECT_NAME=named\n',
    '/w/d/compose.dev.yaml':
      'services:\n  dev: {extends: {file: ../c/docker-compose.yml, service: beat}, container_name: dev_beat}\n',
    '/w/e/compose.yml': 'services: [',
    '/w/node_modules/x/compose.yml': 'services: {x: {command: clearsessions}}',
    '/w/f/composer.yml': 'services: {x: {command: clearsessions}}',
  });
  const { candidates, problems } = await findCleanupServices(files, '/w', {});
  assert.deepEqual(
    candidates.map((c) => [c.why, c.service, c.project, c.containerName]),
    [
      ['command', 'beat', 'named', undefined],
      ['command', 'dev', 'd', 'dev_beat'],
      ['script', 'janitor', 'b', undefined],
      ['name', 'session-cleanup', 'a', undefined],
    ],
  );
  assert.equal(candidates[2]?.script, '/w/b/app/scripts/janitor.sh');
  assert.deepEqual(
    problems.map((problem) => problem.code),
    ['compose-file-invalid'],
  );
});

test('the service that the settings name, or why it is not there', async () => {
  const files = inMemory({ '/w/compose.yaml': 'services: {a: {container_name: x}, b: {extends: {service: b}}}' });
  const { why, containerName, project } = await namedService(files, '/w/compose.yaml', 'a', {});
  assert.deepEqual([why, containerName, project], ['setting', 'x', 'w']);
  assert.equal((await namedService(files, '/w/compose.yaml', 'b', {})).service, 'b', 'extends itself');
  for (const [file, service, code] of [
    ['/w/compose.yaml', 'c', 'compose-service-missing'],
    ['/w/none.yaml', 'a', 'compose-file-missing'],
  ] as const) {
    await assert.rejects(namedService(files, file, service, {}), (e) => e instanceof Problem && e.code === code);
  }
});

test('a script that the command calls is read for its window; one of a profile comes last; the file may lie above', async () => {
  const files = inMemory({
    '/r/.git/HEAD': '',
    '/r/compose.yml': `services:
  once: {command: python manage.py clearsessions, profiles: [tools]}
  nightly: {build: backend, command: sh /app/nightly.sh}`,
    '/r/backend/nightly.sh':
      'while true; do\n  [ "$(date +%H:%M)" = 03:00 ] && python manage.py clearsessions\n  sleep 300\ndone',
  });
  const { candidates } = await findCleanupServices(files, '/r/backend', {});
  assert.deepEqual(
    candidates.map(({ service, why, isOptional }) => [service, why, isOptional]),
    [
      ['nightly', 'script', undefined],
      ['once', 'command', true],
    ],
  );
  assert.deepEqual(
    candidates[0]?.findings.map(({ code, file, from }) => [code, file, from]),
    [['window-missed', '/r/backend/nightly.sh', 82]],
  );
  const [chosen] = (await findCleanupServices(files, '/r/backend', { COMPOSE_PROFILES: 'tools' })).candidates;
  assert.equal(chosen?.service, 'once');
});
