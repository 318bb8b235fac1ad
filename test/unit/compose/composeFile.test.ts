import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { parseComposeFile } from '../../../src/compose/composeFile.ts';
import { interpolate, projectNameOf, readEnvFile } from '../../../src/compose/composeVariables.ts';
import { portMappings, publishedAt, type Published } from '../../../src/compose/ports.ts';

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
    ['${NO:-${NAME}-${NO:-1}}', 'shop-1'],
    ['${NO:?set ${NAME}}|${', '|${'],
    ['\\$NAME', '\\shop'],
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

test('what a text is not known without', () => {
  const missing = new Set<string>();
  interpolate('${A}${B:-x}$C${D:?no}${E:+$F}', { C: '' }, missing);
  assert.deepEqual([...missing], ['A', 'D']);
});

test('a .env as Compose reads it, with the line of each variable', () => {
  const text = `\uFEFF# A=0
A=1 # one
export B = "two \\"words\\"\\n$A"
C='$A \\'literal\\''
D=\${A}\${NO}#kept
A=2
E: "over
lines"
F
G=`;
  const found = readEnvFile(text, { SHELL_ONLY: 'x' });
  assert.deepEqual(
    [...found].map(([name, { value, line }]) => [name, value, line]),
    [
      ['A', '2', 6],
      ['B', 'two "words"\n1', 3],
      ['C', "$A 'literal'", 4],
      ['D', '1#kept', 5],
      ['E', 'over\nlines', 7],
      ['G', '', 10],
    ],
  );
  assert.deepEqual(found.get('D')?.missing, ['NO']);
  assert.equal(readEnvFile('A="$x" # y', {}, true).get('A')?.value, '"$x" # y');
});

test('where a port of a container is on this machine', () => {
  const five = (entry: unknown): Published =>
    publishedAt(
      portMappings([entry], (text) => text.replace('$P', '5455')),
      5432,
    );
  const at = (port: number, host = '127.0.0.1'): Published => ({ host, port });
  for (const [entry, expected] of [
    ['5433:5432', at(5433)],
    ['$P:5432', at(5455)],
    ['127.0.0.1:5433:5432/tcp', at(5433)],
    ['0.0.0.0:5433:5432', at(5433)],
    ['192.168.1.5:5433:5432', at(5433, '192.168.1.5')],
    ['[::1]:5433:5432', at(5433, '::1')],
    ['::1:5433:5432', at(5433, '::1')],
    ['127.0.0.1::5432', 'chosen'],
    ['5432', 'chosen'],
    [5432, 'chosen'],
    ['6000-6005:5430-5435', at(6002)],
    ['6000-6005:5432', 'chosen'],
    ['5433:5433', undefined],
    ['5433:5432/udp', undefined],
    ['${NO}:5432', undefined],
    ['99999:5432', undefined],
    [{ target: 5432, published: '5433', host_ip: '127.0.0.1', mode: 'host' }, at(5433)],
    [{ target: 5432, published: 5433 }, at(5433)],
    [{ target: 5432 }, 'chosen'],
    [{ target: 5432, published: 5433, protocol: 'udp' }, undefined],
    [null, undefined],
    [[], undefined],
  ] as const)
    assert.deepEqual(five(entry), expected, JSON.stringify(entry));
  assert.deepEqual(publishedAt(portMappings(['5432', '5433:5432'], String), 5432), at(5433));
  assert.deepEqual(portMappings('5433:5432', String), []);
});
