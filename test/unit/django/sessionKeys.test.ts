import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { readProject } from '../../../src/django/project/findProject.ts';
import { NO_KEY, readSessionKeys, sessionKeys } from '../../../src/django/sessionKeys.ts';
import { signSession } from '../../kit/signing.ts';
import { below, memoryFileSystem } from './memory.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const signed = (secretKey: string): string => signSession({ cart: [1, 2] }, { secretKey, at: AT });

test('the key is found by the signature, or that it is none of them', () => {
  const { keyOf } = sessionKeys([
    ['SECRET_KEY', 'new'],
    ['SECRET_KEY_FALLBACKS[0]', 'old'],
  ]);
  assert.equal(keyOf(signed('new')), 'SECRET_KEY');
  assert.equal(keyOf(signed('old')), 'SECRET_KEY_FALLBACKS[0]');
  assert.equal(keyOf(signed('other')), NO_KEY);
  assert.equal(keyOf(`x${signed('new')}`), NO_KEY);
  for (const data of ['', ':', 'x', 'a:b:c', `${signed('new')}x`, '\0'.repeat(100)])
    assert.equal(keyOf(data), undefined, data);
});

const MANAGE = `import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n# django\n`;

async function keysOf(settings: string): Promise<string> {
  const fs = memoryFileSystem(
    below('/p', { 'manage.py': MANAGE, 'shop/__init__.py': '', 'shop/settings.py': settings }),
  );
  const keys = await readSessionKeys(fs, await readProject(fs, '/p', { environment: {} }));
  assert.doesNotMatch(inspect(keys, { depth: 9, showHidden: true }), /S3CRET/u);
  assert.doesNotMatch(JSON.stringify(keys), /S3CRET/u);
  return 'why' in keys ? keys.why : ['new', 'old', 'other'].map((key) => keys.keyOf(signed(`S3CRET-${key}`))).join();
}

test('keys come from the settings and are nowhere to be seen', async () => {
  assert.equal(await keysOf(`SECRET_KEY = 'S3CRET-new'\n`), `SECRET_KEY,${NO_KEY},${NO_KEY}`);
  const both = `SECRET_KEY = 'S3CRET-new'\nSECRET_KEY_FALLBACKS = [secret(), 'S3CRET-old']\n`;
  assert.equal(await keysOf(both), `SECRET_KEY,SECRET_KEY_FALLBACKS[1],${NO_KEY}`);
  assert.match(await keysOf(`import os\nSECRET_KEY = os.environ['KEY']\n`), /KEY/u);
  assert.match(await keysOf(`DEBUG = True\n`), /SECRET_KEY is no text/u);
});
