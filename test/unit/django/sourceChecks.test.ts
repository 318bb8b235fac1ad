import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { nodeFileSystem } from '../../../src/common/fileSystem.ts';
import { readProject } from '../../../src/django/project/findProject.ts';
import { findSavers } from '../../../src/django/sessionWrites/findSavers.ts';
import { sessionsForEveryone } from '../../../src/django/sessionWrites/sessionsForEveryone.ts';
import { parseSettings } from '../../../src/django/settings/checks/settingsFile.ts';
import { applyEdits } from '../../../src/django/settings/text/edits.ts';
import { ASKING } from './throttleClass/asking.ts';
import { NAME } from './throttleClass/shapes.ts';
import { below, memoryFileSystem } from './memory.ts';

const SAVER = { path: 'shop.m.Sliding', code: 'request.session.set_expiry(300)', line: 7 };

test('a middleware that saves at each request is told at its entry, and can be switched off', () => {
  const text = `MIDDLEWARE = [\n    'django.contrib.sessions.middleware.SessionMiddleware',\n    'shop.m.Sliding',\n    # 'shop.m.Sliding',\n]\n`;
  const { problems } = parseSettings(text, { savers: [SAVER] });
  assert.deepEqual(
    problems.map(({ code, from, to }) => [code, text.slice(from, to)]),
    [['middleware-saves-every-request', `'shop.m.Sliding'`]],
  );
  assert.match(
    problems[0]?.message ?? '',
    /^Sliding saves .* line 7 of its source, request\.session\.set_expiry\(300\),/u,
  );
  const without = new Set(['middleware-saves-every-request']);
  assert.deepEqual(parseSettings(text, { savers: [SAVER], without }).problems, []);
  assert.deepEqual(parseSettings(text).problems, []);
});

test('of the sample’s middleware those are found that save at each request', async () => {
  const root = path.join(import.meta.dirname, '..', '..', 'projects', 'nook');
  const savers = async (culprit: string): Promise<string[]> => {
    const project = await readProject(nodeFileSystem, root, { environment: { CULPRIT: culprit } });
    return (await findSavers(nodeFileSystem, project, undefined)).map(({ code, line }) => `${line} ${code}`);
  };
  assert.deepEqual(await savers('expiry'), ['9 request.session.set_expiry(HALF_AN_HOUR)']);
  assert.deepEqual(await savers('modified'), ['27 request.session.modified = True']);
  assert.deepEqual(await savers('nonce'), ['8 request.session[NONCE_KEY] = secrets.token_urlsafe(16)']);
  assert.deepEqual(await savers('throttle'), []);
  assert.deepEqual(await savers('every_request'), []);
});

/** Bodies of __call__ or more, and whether they save at each request. */
const BODIES: readonly (readonly [string, boolean])[] = [
  [`    def __call__(self, request):\n        request.session.set_expiry(300)\n`, true],
  [`    def process_request(self, request):\n        request.session.modified = True\n`, true],
  [
    `    def __call__(self, request):\n        self.touch(request)\n    def touch(self, request):\n        request.session['x'] = 1\n`,
    true,
  ],
  [
    `    def __call__(self, request):\n        if hasattr(request, 'session'):\n            request.session['x'] = 1\n`,
    true,
  ],
  [
    `    def __call__(self, request):\n        if request.user.is_staff:\n            self.touch(request)\n    def touch(self, request):\n        request.session['x'] = 1\n`,
    false,
  ],
  [`    def __call__(self, request):\n        if due:\n            request.session.set_expiry(300)\n`, false],
  [`    def __call__(self, request):\n        request.session.setdefault('x', 1)\n`, false],
  [`    def process_exception(self, request, error):\n        request.session['x'] = 1\n`, false],
  [`    def unused(self, request):\n        request.session['x'] = 1\n`, false],
  [
    `    def __call__(self, request):\n        self.a(request)\n    def a(self, request):\n        self.a(request)\n        x = request.session['x']\n`,
    false,
  ],
];

test('only what runs at each request without a condition counts', async () => {
  for (const [body, saves] of BODIES) {
    const files = below('/p', {
      'manage.py': `import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n# django\n`,
      'shop/__init__.py': '',
      'shop/settings.py': `MIDDLEWARE = ['shop.m.One']\n`,
      'shop/m.py': `class One:\n${body}`,
    });
    const fs = memoryFileSystem(files);
    const project = await readProject(fs, '/p', { environment: {} });
    assert.equal((await findSavers(fs, project, undefined)).length, saves ? 1 : 0, body);
    assert.deepEqual(await findSavers(fs, project, 'shop.m.One'), []);
  }
});

test('the quick fix asks where the throttle asks, and leaves what would be a guess', () => {
  const fixed = (text: string): string | undefined => {
    const edits = sessionsForEveryone(text, NAME)?.fix?.edits;
    return edits === undefined ? undefined : applyEdits(text, edits);
  };
  const [, plain = ''] = ASKING[0] ?? [];
  assert.match(
    fixed(plain) ?? '',
    /\n {8}if not request\.session\.is_empty\(\):\n {12}request\.session\["last_activity"\] = now\n/u,
  );
  const [, timed = ''] = ASKING[1] ?? [];
  assert.match(fixed(timed) ?? '', /if not request\.session\.is_empty\(\) and \(last is None or now - last > 300\):/u);
  assert.match(fixed(timed.replaceAll('\n', '\r\n')) ?? '', /is_empty\(\) and \(/u);
  // An empty session would go where it did not go before.
  const otherwise = timed.replace('        return self', '        else:\n            print(1)\n        return self');
  assert.match(sessionsForEveryone(otherwise, NAME)?.message ?? '', /robots included/u);
  assert.equal(sessionsForEveryone('class Other:\n    pass\n', NAME), undefined);
  assert.equal(sessionsForEveryone(`class ${NAME}:\n    def __call__(self, request:\n`, NAME), undefined);
});
