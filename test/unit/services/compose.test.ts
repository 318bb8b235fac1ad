import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { findCleanupServices, namedService } from '../../../src/services/cleanupService/findCleanupService.ts';
import { parseComposeFile } from '../../../src/compose/composeFile.ts';
import { interpolate, projectNameOf } from '../../../src/compose/composeVariables.ts';
import { inMemory } from './support.ts';

test('variables as Compose resolves them', () => {
  const variables = { NAME: 'shop', EMPTY: '' };
  for (const [text, expected] of [
    ['$NAME-x', 'shop-x'],
    ['${NAME}x', 'shopx'],
    ['${NO}', ''],
    ['${NO:-other}', 'other'],
    ['${EMPTY:-other}|${EMPTY-other}', 'other|'],
    ['${NAME:+yes}|${NO:+yes}|${EMPTY+yes}', 'yes||yes'],
    ['${NAME:?must be set}', 'shop'],
    ['$$NAME costs $5', '$NAME costs $5'],
  ] as const)
    assert.equal(interpolate(text, variables), expected, text);
});

test('the name of a project is that of its folder', () => {
  assert.deepEqual(['My Shop', '_shop.dev', 'shop-1_a'].map(projectNameOf), ['myshop', 'shopdev', 'shop-1_a']);
});

test('services with their places, words and names, through anchors and merges', () => {
  const text = `x-base: &base
  image: shop
  command: [python, manage.py, clearsessions]
services:
  # ünïcode before it
  "cleanup": {<<: *base, container_name: "\${P:-prod}_cleanup"}
  web:
    build: {context: ./app}
    entrypoint: gunicorn
    command: config.wsgi
    extends: base
`;
  const { project, services } = parseComposeFile('/srv/My Shop/compose.yaml', text);
  assert.equal(project, 'myshop');
  const [cleanup, web] = services;
  assert.deepEqual(
    [cleanup?.name, cleanup?.containerName, cleanup?.words.join(' ')],
    ['cleanup', 'prod_cleanup', 'python manage.py clearsessions'],
  );
  assert.equal(text.slice(cleanup?.from, cleanup?.to), '"cleanup"');
  assert.deepEqual(
    [web?.words, web?.buildContext, web?.extends],
    [['gunicorn', 'config.wsgi'], './app', { service: 'base' }],
  );
  assert.equal(parseComposeFile('/x/compose.yaml', 'name: named\n').project, 'named');
  assert.equal(parseComposeFile('/x/compose.yaml', '', { COMPOSE_PROJECT_NAME: 'set' }).project, 'set');
});

test('what is not a compose file has no services, or says what is wrong', () => {
  for (const text of ['', '# nothing', '- a\n- b', 'services: 5', 'services:\n  a: text\n  5: {}', 'just text']) {
    const { services } = parseComposeFile('/x/compose.yaml', text);
    assert.ok(
      services.every((service) => service.words.length === 0),
      text,
    );
  }
  const bomb = [
    'a: &a [x, x]',
    ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((n, i) => `${n}: &${n} [${`*${'abcdefg'[i] ?? ''}, `.repeat(9)}]`),
  ].join('\n');
  for (const text of ['services: [', 'services:\n\tx: 1', 'services: *nowhere', bomb]) {
    assert.throws(
      () => parseComposeFile('/x/compose.yaml', text),
      (error) => error instanceof Problem && error.code === 'compose-file-invalid' && error.why.endsWith('.'),
      text,
    );
  }
});

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
