import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { interpolate, readEnvFile } from '../../src/compose/composeVariables.ts';
import { readDockerfile } from '../../src/compose/dockerfile.ts';
import { describeProject } from '../../src/core.ts';
import { readDotenv } from '../../src/django/python/libraries/dotenvFile.ts';
import { encryption } from '../../src/postgres/connect/tls.ts';
import { resolveTarget } from '../../src/postgres/target/target.ts';
import { cpuNow } from '../kit/cpuTime.ts';

/** What a cloned repository may hold so that reading it never ends, or fills the memory. */

const LENGTH = 400_000;
const filled = (unit: string, before = ''): string => before + unit.repeat(LENGTH / unit.length);
const pythonDotenv = (text: string): unknown => readDotenv(text, 'python-dotenv', () => undefined);
const names = Array.from({ length: LENGTH / 10 }, (_, i) => `NAME${String(i)}=x\n`).join('');

/** Each took minutes to hours when its time grew with the square of its length; a second and less since. */
const LONG: readonly (readonly [what: string, read: () => unknown])[] = [
  ['a line of spaces in a .env', () => pythonDotenv(filled(' ', 'A=x'))],
  ['nothing but beginnings of variables in a .env', () => pythonDotenv(filled('${', 'A='))],
  ['the same with defaults', () => pythonDotenv(filled('${A:-', 'A='))],
  ['a line of spaces in an env_file', () => readEnvFile(filled(' ', 'A=x'), {})],
  ['nothing but beginnings of variables in an env_file', () => readEnvFile(filled('${', 'A='), {})],
  ['an env_file of names', () => readEnvFile(names, { HOME: '/' })],
  ['a Dockerfile of one instruction', () => readDockerfile(filled('RUN \\\n', 'FROM x\n'))],
];

for (const [what, read] of LONG)
  test(`a hostile file is read in time: ${what}`, () => {
    const began = cpuNow();
    read();
    assert.ok(cpuNow() - began < 5_000, `${String(Math.round(cpuNow() - began))} ms`);
  });

/** Twenty lines that would be 10^20 characters. */
const grown = [
  'A=xxxxxxxxxx',
  ...Array.from({ length: 20 }, (_, i) => `${'A'.repeat(i + 2)}=${`\${${'A'.repeat(i + 1)}}`.repeat(10)}`),
];

test('variables that name each other do not fill the memory, and what would be that long is not known', () => {
  const text = grown.join('\n');
  for (const value of readDotenv(text, 'python-dotenv', () => undefined).values()) assert.ok(value.length < 1_000_000);
  const read = readEnvFile(text, {});
  for (const { value } of read.values()) assert.ok(value.length < 1_000_000);
  assert.ok([...read.values()].some(({ value, missing }) => value === '' && missing.length > 0));
  const missing = new Set<string>();
  assert.equal(interpolate('${LONG}${LONG}', { LONG: 'x'.repeat(90_000) }, missing), '');
  assert.deepEqual([...missing], ['LONG']);
});

test(
  'a link of the repository that leads to what has no end is no file',
  { skip: process.platform === 'win32' },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'dsm-hostile-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    for (const name of ['manage.py', '.env', 'docker-compose.yml', 'Dockerfile'])
      await symlink('/dev/zero', join(folder, name));
    assert.equal(await nodeFileSystem.readText(join(folder, '.env')), undefined);
    assert.deepEqual((await describeProject(folder)).notes, ['No manage.py of Django was found in this folder.']);
    assert.throws(() => encryption({ sslmode: 'verify-full', sslrootcert: '/dev/zero' }), { code: 'tls-settings' });
    assert.throws(() => encryption({ sslmode: 'require', sslcert: '/dev/zero', sslkey: '/dev/zero' }), {
      code: 'tls-settings',
    });
    assert.throws(() => resolveTarget('service=shop servicefile=/dev/zero'), { code: 'service-missing' });
    assert.equal(
      resolveTarget('host=localhost dbname=shop user=shop passfile=/dev/zero', undefined, { env: {}, home: folder })
        .parameters['password'],
      undefined,
    );
  },
);
