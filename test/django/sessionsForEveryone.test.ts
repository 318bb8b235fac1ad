import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionsForEveryone } from '../../src/django/sessionWrites/sessionsForEveryone.ts';
import { applyEdits } from '../../src/django/settings/text/edits.ts';
import { ensureDjango } from '../kit/django.ts';
import { run } from '../kit/process.ts';
import { ASKING } from '../unit/django/throttleClass/asking.ts';
import { THROTTLES } from '../unit/django/throttleClass/methods.ts';
import { NAME } from '../unit/django/throttleClass/shapes.ts';
import { SESSION_CLOCK } from './sessionClock.ts';

/** Django says for whom a throttle makes a session: for a visitor without a cookie, before and after the quick fix. */

const JUDGE = `
import json, sys, time, types
from datetime import timedelta
from django.conf import settings
settings.configure(
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"], USE_TZ=True, SECRET_KEY="judge",
)
import django
django.setup()
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.utils import timezone

${SESSION_CLOCK}
def page(request):
    return HttpResponse()

def shop(request):
    if "cart" not in request.session:
        request.session["cart"] = 1
    return HttpResponse()

def visits(kind, view, times):
    """How often the session was saved at each of the visits."""
    global ahead, saves
    cache.clear()
    cookies, counts = {}, []
    site = SessionMiddleware(kind(view))
    for ahead in times:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        request.COOKIES.update(cookies)
        saves = 0
        cookies.update({name: morsel.value for name, morsel in site(request).cookies.items()})
        counts.append(saves)
    return counts

answers = []
for throttle in json.loads(sys.argv[1]):
    values = {}
    exec(throttle["settings"], values)
    with override_settings(**{name: value for name, value in values.items() if name.isupper()}):
        module = types.ModuleType("throttle")
        exec(throttle["text"], module.__dict__)
        kind = getattr(module, "${NAME}")
        answers.append([visits(kind, page, [0])[0] > 0, visits(kind, shop, [0, 0, throttle["after"]])[-1] > 0])
print(json.dumps(answers))
`;

interface Asked {
  readonly name: string;
  readonly text: string;
  readonly settings: string;
  readonly after: number;
}

test('a throttle that makes a session for everyone is found, and its quick fix asks first and throttles as before', async (t) => {
  const django = await ensureDjango('5.2');
  if ('skip' in django) {
    t.skip(django.skip);
    return;
  }
  const judge = async (asked: readonly Asked[]): Promise<readonly (readonly [made: boolean, saved: boolean])[]> =>
    JSON.parse(await run(django.python, ['-c', JUDGE, JSON.stringify(asked)])) as [boolean, boolean][];
  const asked: Asked[] = [
    ...ASKING.map(([name, text]) => ({ name, text, settings: '', after: 303 })),
    ...THROTTLES.map(({ name, text, settings, seconds }) => ({ name, text, settings, after: (seconds ?? 600) + 3 })),
  ];
  const before = await judge(asked);
  const found = asked.map(({ text }) => sessionsForEveryone(text, NAME));
  const wrong = asked.flatMap(({ name, text }, i) =>
    before[i]?.[0] === (found[i] !== undefined) ? [] : [`${name}: makes one: ${before[i]?.[0]}\n${text}`],
  );
  assert.deepEqual(wrong, []);
  const fixed = asked.flatMap((one, i) => {
    const edits = found[i]?.fix?.edits;
    return edits === undefined ? [] : [{ ...one, text: applyEdits(one.text, edits), before: before[i] }];
  });
  const after = await judge(fixed);
  for (const [i, { name, text, before: was }] of fixed.entries())
    assert.deepEqual(after[i], [false, was?.[1]], `${name}\n${text}`);
  const made = found.filter((one) => one !== undefined).length;
  t.diagnostic(`${asked.length} throttles, ${made} make sessions for everyone, ${fixed.length} of these have a fix`);
  assert.ok(fixed.length >= 0.9 * made);
});
