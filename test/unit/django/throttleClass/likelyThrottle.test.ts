import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProject } from '../../../../src/django/project/findProject.ts';
import { findLikelyThrottles } from '../../../../src/django/throttle/likelyThrottle.ts';
import { managePy } from '../../../django/corpus/kit.ts';
import { below, memoryFileSystem } from '../memory.ts';
import { THROTTLES } from './methods.ts';
import { NAME } from './shapes.ts';

/** Which middleware is taken for a throttle by what it does, whatever its name. */

const ROOT = '/srv/shop';

async function likely(text: string, settings = ''): Promise<(readonly [string, number])[]> {
  const middleware = `MIDDLEWARE = [\n    'django.contrib.sessions.middleware.SessionMiddleware',\n    'shop.middleware.KeepAlive',\n    'elsewhere.Other',\n]\n`;
  const files = {
    'manage.py': managePy('shop.settings'),
    'shop/settings.py': `${settings}\n${middleware}`,
    'shop/middleware.py': text,
  };
  const fs = memoryFileSystem(below(ROOT, files));
  const project = await readProject(fs, ROOT, { environment: {} });
  return (await findLikelyThrottles(fs, project)).map(({ path, seconds }) => [path, seconds] as const);
}

for (const { name, text, settings, seconds } of THROTTLES) {
  test(`a throttle by ${name}`, async () => {
    const expected = seconds === undefined ? [] : [['shop.middleware.KeepAlive', seconds]];
    assert.deepEqual(await likely(text.replaceAll(NAME, 'KeepAlive'), settings), expected);
  });
}

const HEAD = `import time
from datetime import datetime, timedelta
from django.conf import settings
from django.contrib import auth
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
`;

const requests = (body: string): string =>
  `${HEAD}\nclass KeepAlive(MiddlewareMixin):\n    def process_request(self, request):\n        ${body.trim().replaceAll('\n', '\n        ')}\n`;

/** Middleware of the same words that is no throttle. */
const OTHERS: Readonly<Record<string, string>> = {
  'an idle timeout': requests(`
last = request.session.get('last_touch')
if last and datetime.now() - last > timedelta(seconds=settings.AUTO_LOGOUT_DELAY):
    auth.logout(request)
    del request.session['last_touch']
    return
request.session['last_touch'] = datetime.now()`),
  'an idle timeout that redirects': requests(`
now = time.time()
if request.user.is_authenticated:
    if now - request.session.get('last_activity', now) > 1800:
        logout(request)
        return redirect('login')
    request.session['last_activity'] = now`),
  'an idle timeout that flushes': requests(`
start = request.session.setdefault('_session_init', time.time())
if time.time() - start > settings.SESSION_EXPIRE_SECONDS:
    request.session.flush()
    return redirect(settings.LOGIN_URL)
request.session['_session_init'] = time.time()`),
  'a new expiry at each request': requests('request.session.set_expiry(settings.SESSION_COOKIE_AGE)'),
  'a mark at each request': requests(`
request.session['seen'] = time.time()
request.session.modified = True`),
  'a condition without time': requests(`
if request.user.is_authenticated:
    request.session.set_expiry(60 * 60 * 24 * 30)`),
  'an old request': requests(`
if time.time() - request.started > 5:
    request.slow = True`),
  'a model of last activity': requests(`
profile = request.user.profile
if time.time() - profile.last_activity > 300:
    profile.last_activity = time.time()
    profile.save()`),
};

for (const [name, text] of Object.entries(OTHERS)) {
  test(`no throttle: ${name}`, async () => {
    assert.deepEqual(await likely(text, 'AUTO_LOGOUT_DELAY = 1800\nSESSION_EXPIRE_SECONDS = 3600\n'), []);
  });
}
