import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { ensureTool, skipWithout } from '../kit/apt.ts';
import { newSessionKey, signSession } from '../kit/sessions.ts';

const SECRET = 'a secret key; with "quotes" and ümlauts';

/** Django checks the signature and decodes; `{}` is its answer to a bad signature. */
const DECODE = `
import sys, json
from django.conf import settings
settings.configure(SECRET_KEY=${JSON.stringify(SECRET)}, INSTALLED_APPS=['django.contrib.sessions'], SESSION_SERIALIZER='django.contrib.sessions.serializers.JSONSerializer')
import django; django.setup()
from django.core import signing
from django.contrib.sessions.backends.db import SessionStore
out = []
for data in json.load(sys.stdin):
    signed_at = signing.TimestampSigner(salt=SessionStore().key_salt).unsign(data) and data.split(':')[1]
    out.append({'data': SessionStore().decode(data), 'savedAt': signing.b62_decode(signed_at) if hasattr(signing, 'b62_decode') else django.utils.baseconv.base62.decode(signed_at)})
json.dump(out, sys.stdout)
`;

const skip = (await skipWithout('debianDjango')) ?? false;

test('Django itself accepts and decodes what the kit signs', { skip }, async () => {
  const python = await ensureTool('debianDjango');
  const at = new Date('2025-03-04T05:06:07Z');
  const samples = [
    {},
    { _auth_user_id: '7', last_activity: '2025-01-01T00:00:00Z', number: 12, nothing: null, list: [1, 'two'] },
    { text: 'Grüße, \u007f 東京 😀 "quoted" \\ \n' },
    { long: 'x'.repeat(5_000) },
  ];
  const signed = samples.map((data) => signSession(data, { secretKey: SECRET, at }));
  assert.equal(signed[3]?.startsWith('.'), true, 'a long payload is compressed');
  const plain = signSession({ long: 'x'.repeat(5_000) }, { secretKey: SECRET, at, compress: false });
  assert.equal(plain.startsWith('.'), false);
  const child = execFile(python, ['-c', DECODE]);
  let answer = '';
  let complaint = '';
  child.stdout?.on('data', (chunk: string) => (answer += chunk));
  child.stderr?.on('data', (chunk: string) => (complaint += chunk));
  child.stdin?.end(JSON.stringify([...signed, plain]));
  await new Promise((resolve) => child.once('close', resolve));
  assert.notEqual(answer, '', complaint);
  const decoded = JSON.parse(answer) as { data: unknown; savedAt: number }[];
  assert.deepEqual(
    decoded.map((entry) => entry.data),
    [...samples, samples[3]],
  );
  for (const { savedAt } of decoded) assert.equal(savedAt, at.getTime() / 1000);
});

test('session keys look like Django’s and differ', () => {
  const keys = new Set(Array.from({ length: 1_000 }, newSessionKey));
  assert.equal(keys.size, 1_000);
  for (const key of keys) assert.match(key, /^[a-z0-9]{32}$/);
});
