import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readComposeModels, type ComposeModels } from '../../../src/compose/composeModel.ts';
import { placeOfDatabase } from '../../../src/compose/databasePlace.ts';
import { servicesFor, type WantedDatabase } from '../../../src/compose/databaseService.ts';
import { readServiceEnvironment } from '../../../src/compose/serviceEnvironment.ts';
import { findWebService } from '../../../src/compose/webService.ts';
import { below, memoryFileSystem } from '../django/memory.ts';

type Files = Readonly<Record<string, string>>;

const read = async (files: Files, environment: Record<string, string> = {}): Promise<ComposeModels> =>
  await readComposeModels(memoryFileSystem(below('/shop', files)), '/shop', environment);

const WANTED: WantedDatabase = { host: 'db', port: 5432, name: 'shop', user: 'me', password: 'secret' };

async function place(files: Files, wanted: Partial<WantedDatabase> = {}): Promise<string> {
  const fs = memoryFileSystem(below('/shop', files));
  const { models } = await readComposeModels(fs, '/shop', {});
  const web = findWebService(models, '/shop');
  const found = placeOfDatabase(await servicesFor(fs, models, { ...WANTED, ...wanted }, web?.service), web?.model);
  switch (found.kind) {
    case 'reached':
      return `${found.host}:${found.port}${found.sure ? '' : ' perhaps'}`;
    case 'several':
      return `several: ${found.choices.map((one) => JSON.stringify(one.published)).join(' ')}`;
    case 'differs':
      return found.all.map(({ why }) => why).join('; ');
    default:
      return found.kind;
  }
}

const db = (ports: string, more = ''): string => `services:
  db:
    image: postgres:16
    environment: { POSTGRES_DB: shop, POSTGRES_USER: me, POSTGRES_PASSWORD: secret }
${ports === '' ? '' : `    ports: ['${ports}']\n`}${more}`;

test('a service is reached where it publishes its port, with the credentials of the settings', async () => {
  for (const [files, expected] of [
    [{ 'compose.yaml': db('5433:5432') }, '127.0.0.1:5433'],
    [{ 'compose.yaml': db('') }, 'unpublished'],
    [{ 'compose.yaml': db('127.0.0.1::5432') }, 'chosen'],
    [{}, 'nowhere'],
    [{ 'compose.yaml': db('5433:5432').replace('  db:', '  data:') }, 'nowhere'],
    [{ 'compose.yaml': db('5433:5432', '    container_name: db\n').replace('  db:', '  data:') }, '127.0.0.1:5433'],
    [
      {
        'compose.yaml': db('5433:5432', '    networks: { back: { aliases: [other, DB] } }\n').replace(
          '  db:',
          '  data:',
        ),
      },
      '127.0.0.1:5433',
    ],
    [
      {
        'compose.yaml': `${db('5433:5432').replace('  db:', '  data:')}  web:\n    command: gunicorn\n    links: ["data:db"]\n`,
      },
      '127.0.0.1:5433',
    ],
    [{ 'compose.yaml': db('', '    network_mode: host\n') }, '127.0.0.1:5432'],
    [{ 'compose.yaml': db('5433:5432').replace('me,', 'you,') }, 'it has the user you, not me'],
    [{ 'compose.yaml': db('5433:5432').replace(': shop', ': store') }, 'it has the database store, not shop'],
    [{ 'compose.yaml': db('5433:5432').replace('secret', 'other') }, 'it has another password'],
    [
      {
        'compose.yaml': db('5433:5432', '    volumes: ["./init:/docker-entrypoint-initdb.d:ro"]\n').replace(
          ': shop',
          ': x',
        ),
      },
      '127.0.0.1:5433 perhaps',
    ],
    [{ 'compose.yaml': db('5433:5432').replace(': shop', ': "${DB}"') }, '127.0.0.1:5433 perhaps'],
    [{ 'compose.yaml': db('5433:5432').replace(': shop', ': "${DB}"'), '.env': 'DB=shop' }, '127.0.0.1:5433'],
    [{ 'compose.yaml': db('${P:-5434}:5432') }, '127.0.0.1:5434'],
    [{ 'compose.yaml': db('${P:-5434}:5432'), '.env': 'P=5499' }, '127.0.0.1:5499'],
  ] as const)
    assert.equal(await place(files), expected, JSON.stringify(files));
  assert.equal(await place({ 'compose.yaml': db('5433:5432') }, { port: 5433 }), 'unpublished');
});

test('which of several services is meant: by its credentials, its place, the files that the values are from, or a person', async () => {
  const other = db('5434:5432').replace(': shop', ': store');
  const web = '  web:\n    command: gunicorn shop.wsgi\n';
  for (const [files, expected] of [
    [{ 'compose.yaml': other, 'compose.dev.yaml': db('5433:5432') }, '127.0.0.1:5433'],
    [{ 'compose.yaml': db('').replace(': shop', ': ${DB}'), 'compose.dev.yaml': db('5433:5432') }, '127.0.0.1:5433'],
    [{ 'compose.yaml': db(''), 'compose.dev.yaml': db('5433:5432') }, '127.0.0.1:5433'],
    [{ 'compose.yaml': db('5433:5432'), 'compose.prod.yaml': db('5433:5432') }, '127.0.0.1:5433'],
    [
      { 'compose.yaml': db('5434:5432'), 'compose.dev.yaml': db('5433:5432') },
      'several: {"host":"127.0.0.1","port":5434} {"host":"127.0.0.1","port":5433}',
    ],
    [{ 'compose.yaml': db('5434:5432'), 'compose.dev.yaml': db('5433:5432', web) }, '127.0.0.1:5433'],
    [{ 'compose.yaml': db('5434:5432', web), 'compose.test.yaml': db('5433:5432') }, '127.0.0.1:5434'],
    [
      { 'compose.yaml': db(''), 'compose.override.yaml': 'services: { db: { ports: ["5433:5432"] } }' },
      '127.0.0.1:5433',
    ],
    [{ 'compose.yaml': db(''), 'compose.dev.yaml': 'services: { db: { ports: ["5433:5432"] } }' }, '127.0.0.1:5433'],
  ] as const)
    assert.equal(await place(files), expected, JSON.stringify(files));
});

test('files are merged as Compose merges them', async () => {
  const { models, problems } = await read({
    'docker-compose.yml': `
include: [shared/compose.yaml]
services:
  web: { extends: { file: common/base.yml, service: app }, environment: { A: web, B: web }, env_file: web.env }
  db: { image: postgres, ports: ["1:5432"], environment: [POSTGRES_DB=a] }
`,
    'docker-compose.override.yml': `
services:
  web: { environment: [B=override], command: runserver }
  db: { ports: !override ["2:5432"], environment: { POSTGRES_USER: u } }
`,
    'common/base.yml': 'services: { app: { build: .., environment: { A: base, C: base }, env_file: [base.env] } }',
    'shared/compose.yaml': 'services: { cache: { image: "redis:${TAG}" } }',
    'shared/.env': 'TAG=7',
  });
  assert.deepEqual(problems, []);
  const services = models.find(({ files }) => files.length === 2)?.services;
  assert.deepEqual([...(services?.keys() ?? [])], ['cache', 'web', 'db']);
  const web = services?.get('web');
  const values = [...(web?.environment ?? [])].map(([name, { value }]) => `${name}=${value ?? ''}`);
  assert.deepEqual(values.sort(), ['A=web', 'B=override', 'C=base']);
  assert.deepEqual(
    web?.envFiles.map((file) => file.path),
    ['/shop/common/base.env', '/shop/web.env'],
  );
  assert.equal(web.build?.context, '/shop');
  assert.deepEqual(web.words, ['runserver']);
  const data = services?.get('db');
  assert.deepEqual(data?.ports, [{ target: [5432, 5432], published: [2, 2], protocol: 'tcp' }]);
  assert.deepEqual([...data.environment.keys()], ['POSTGRES_DB', 'POSTGRES_USER']);
  assert.equal(services?.get('cache')?.image, 'redis:7');
});

test('COMPOSE_FILE of the .env says which files are meant', async () => {
  const { models } = await read({
    'compose.yaml': db('1:5432'),
    'compose.local.yaml': 'services: { db: { ports: ["2:5432"] } }',
    '.env': 'COMPOSE_FILE=compose.yaml:compose.local.yaml',
  });
  assert.deepEqual(
    models.map(({ files }) => files.map((file) => file.slice(6)).join('+')),
    ['compose.yaml+compose.local.yaml'],
  );
});

test('bad files are told and passed over: no YAML, circles, what is not there', async () => {
  const { models, problems } = await read({
    'a/compose.yaml': 'services: [',
    'b/compose.yaml':
      'services: { one: { extends: two }, two: { extends: { service: one } }, three: { extends: none } }',
    'c/compose.yaml': 'include: [other.yaml, none.yaml]\nservices: { x: { image: postgres } }',
    'd/production.yml': 'kind: Deployment\n---\nkind: Service\n',
    'c/other.yaml': 'include: [other.yaml]\nservices: {}',
  });
  assert.deepEqual(
    models.map(({ services }) => [...services.keys()].join()),
    ['one,two,three', 'x'],
  );
  const [invalid, ...others] = problems;
  assert.match(invalid ?? '', /^compose\.yaml can’t be read: /);
  assert.deepEqual(others.sort(), [
    'compose.yaml: "extends" of one leads in a circle.',
    'compose.yaml: "extends" of two leads in a circle.',
    'compose.yaml: none.yaml, which it includes, is not there.',
    'compose.yaml: three extends none, which is not there.',
    'other.yaml: its "include" leads in a circle to other.yaml.',
  ]);
});

test('10,000 services are read', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => `  s${i}: { image: postgres, ports: ["${i + 1}:5432"] }`);
  const { models } = await read({ 'compose.yaml': `services:\n${many.join('\n')}\n  db: { extends: s9 }` });
  assert.equal(models[0]?.services.get('db')?.ports.length, 1);
  assert.equal(models[0].services.size, 10_001);
});

test('the environment of a service: image, files, the service itself, and what the entrypoint exports', async () => {
  const files = {
    'local.yml': `
services:
  django:
    build: { context: ., dockerfile: ./compose/local/django/Dockerfile }
    env_file:
      - ./.envs/.local/.django
      - path: ./.envs/.local/.postgres
      - { path: ./none.env, required: false }
      - ./gone.env
    environment: { EXTRA: "\${UNSET}", PASSED: }
    command: /start
`,
    '.envs/.local/.django': 'DJANGO_DEBUG=yes\n',
    '.envs/.local/.postgres':
      '# database\nPOSTGRES_HOST=postgres\nPOSTGRES_PORT=5432\nPOSTGRES_DB=shop\nPOSTGRES_PASSWORD=p\n',
    'compose/local/django/Dockerfile': `FROM python AS base
ENV BASE=1 PYTHONUNBUFFERED 1
FROM base
ENV DJANGO_SETTINGS_MODULE=config.settings.local \\
    TWO="a b"
COPY --chown=x ./compose/production/django/entrypoint /entrypoint
ENTRYPOINT ["/entrypoint"]
`,
    'compose/production/django/entrypoint': `#!/bin/bash
set -o errexit
if [ -z "\${POSTGRES_USER}" ]; then
    base_postgres_image_default_user='postgres'
    export POSTGRES_USER="\${base_postgres_image_default_user}"
fi
export DATABASE_URL="postgres://\${POSTGRES_USER}:\${POSTGRES_PASSWORD}@\${POSTGRES_HOST}:\${POSTGRES_PORT}/\${POSTGRES_DB}"
export NOW="$(date)"
exec "$@"
`,
  };
  const fs = memoryFileSystem(below('/shop', files));
  const { models } = await readComposeModels(fs, '/shop', {});
  const web = findWebService(models, '/shop');
  assert.ok(web);
  const { variables, unknown, missing } = await readServiceEnvironment(fs, web.model, web.service);
  const said = Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
  assert.equal(said['DATABASE_URL'], 'postgres://postgres:p@postgres:5432/shop');
  assert.equal(said['DJANGO_SETTINGS_MODULE'], 'config.settings.local');
  assert.equal(said['TWO'], 'a b');
  assert.equal(said['DJANGO_DEBUG'], 'yes');
  assert.ok(!('PASSED' in said) && !('NOW' in said));
  assert.deepEqual([...unknown], ['EXTRA']);
  assert.deepEqual(missing, ['/shop/gone.env']);
  assert.deepEqual(variables.get('POSTGRES_HOST'), {
    value: 'postgres',
    file: '/shop/.envs/.local/.postgres',
    line: 2,
  });
  assert.equal(variables.get('DATABASE_URL')?.file, '/shop/compose/production/django/entrypoint');
});

test('the service that runs the project', async () => {
  const from = async (text: string, root = '/shop/backend'): Promise<string | undefined> =>
    findWebService((await read({ 'compose.yaml': `services:\n${text}`, 'backend/manage.py': '' })).models, root)
      ?.service.name;
  const DB = '  db: { image: postgres }\n  redis: { image: "redis:7", command: redis-server }\n';
  assert.equal(await from(`${DB}  x: { build: ., command: python manage.py runserver 0:8000 }`), 'x');
  assert.equal(await from(`${DB}  worker: { build: ., command: celery -A shop worker }\n  web: { build: . }`), 'web');
  assert.equal(await from(`${DB}  worker: { build: ., command: celery -A shop worker }`), 'worker');
  assert.equal(await from(`${DB}  front: { build: ./frontend, command: npm start }`), undefined);
  assert.equal(await from(`${DB}  front: { build: ., command: npm start }\n  api: { build: ./backend }`), 'api');
  assert.equal(await from(`${DB}  ml: { build: ./ml, command: uvicorn ml.app }\n  api: { build: ./backend }`), 'api');
  assert.equal(await from(DB), undefined);
});

const OPENED_BELOW = {
  '/r/.git/HEAD': '',
  '/r/docker-compose.yml': `services:
  web: {build: ./backend, command: python manage.py runserver}
  old-web: {build: ./backend, command: gunicorn shop.wsgi, profiles: [legacy]}
  db: {image: postgres, ports: ['5433:5432'], profiles: [local]}
  other: {image: postgres, ports: ['5434:5432'], networks: {default: {aliases: [db]}}}`,
  '/r/backend/manage.py': '',
};

test('where only a subfolder is open, the compose files above it count, up to the root of the repository', async () => {
  const models = async (folder: string, files: Readonly<Record<string, string>>): Promise<string[]> =>
    (await readComposeModels(memoryFileSystem(files), folder, {})).models.flatMap((model) => model.files);
  assert.deepEqual(await models('/r/backend', OPENED_BELOW), ['/r/docker-compose.yml']);
  assert.deepEqual(
    await models('/r/backend', { ...OPENED_BELOW, '/r/backend/compose.yml': 'services: {web: {image: a}}' }),
    ['/r/backend/compose.yml'],
    'its own go before',
  );
  assert.deepEqual(
    await models('/r/backend', { ...OPENED_BELOW, '/r/backend/.git': 'gitdir: …' }),
    [],
    'another repository',
  );
  const { '/r/.git/HEAD': _, ...withoutGit } = OPENED_BELOW;
  assert.deepEqual(await models('/r/backend', withoutGit), [], 'no repository: what lies above is somebody else’s');
});

test('a service of a profile that nobody has asked for is meant only where there is no other', async () => {
  const look = async (profiles: string): Promise<unknown> => {
    const files = memoryFileSystem(OPENED_BELOW);
    const { models } = await readComposeModels(files, '/r', { COMPOSE_PROFILES: profiles });
    const databases = await servicesFor(files, models, { host: 'db', port: 5432 });
    return [findWebService(models, '/r/backend')?.service.name, databases.map(({ service }) => service.name)];
  };
  assert.deepEqual(await look(''), ['web', ['other']]);
  assert.deepEqual(await look('local,x'), ['web', ['db', 'other']]);
  const only = { ...OPENED_BELOW, '/r/docker-compose.yml': 'services: {db: {image: postgres, profiles: [local]}}' };
  const { models } = await readComposeModels(memoryFileSystem(only), '/r', {});
  assert.equal((await servicesFor(memoryFileSystem(only), models, { host: 'db', port: 5432 })).length, 1);
});
