import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ensureDjango } from '../kit/django.ts';
import { run } from '../kit/process.ts';
import { THROTTLES } from '../unit/django/throttleClass/methods.ts';
import { NAME } from '../unit/django/throttleClass/shapes.ts';
import { SESSION_CLOCK } from './sessionClock.ts';

/**
 * The intervals that test/unit/django/throttleClass expects are those that Django has: each throttle stands behind SessionMiddleware,
 * the clock is put forward, and the saves of the session are counted.
 */

const JUDGE = `
import json, sys, time, types
from datetime import timedelta
from django.conf import settings
settings.configure(
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    USE_TZ=True, SECRET_KEY="judge",
)
import django
django.setup()
from django.contrib.sessions.backends.cache import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.utils import timezone

${SESSION_CLOCK}
def view(request):
    # So that there is a session to save, and its key is known to what asks for it.
    if "cart" not in request.session:
        request.session["cart"] = 1
    return HttpResponse()

def saved_after(kind, seconds):
    """Whether a session that the throttle saved is saved again by a request so many seconds later."""
    global ahead, saves
    cache.clear()
    ahead = 0
    site = SessionMiddleware(kind(view))
    cookies = {}
    def visit():
        global saves
        request = RequestFactory().get("/")
        request.COOKIES.update(cookies)
        saves = 0
        cookies.update({name: morsel.value for name, morsel in site(request).cookies.items()})
        return saves > 0
    visit()
    # What marks the session by its key has done that in the second request.
    visit()
    ahead = seconds
    return visit()

answers = []
for throttle in json.loads(sys.argv[1]):
    values = {}
    exec(throttle["settings"], values)
    with override_settings(**{name: value for name, value in values.items() if name.isupper()}):
        module = types.ModuleType("throttle")
        exec(throttle["text"], module.__dict__)
        kind = getattr(module, "${NAME}")
        answers.append([saved_after(kind, seconds) for seconds in throttle["after"]])
print(json.dumps(answers))
`;

test('a throttle saves after the seconds that its source says', async (t) => {
  const django = await ensureDjango('5.2');
  if ('skip' in django) {
    t.skip(django.skip);
    return;
  }
  const asked = THROTTLES.map(({ text, settings, seconds }) => ({
    text,
    settings,
    after: seconds === undefined ? [60, 590] : [seconds - 2, seconds + 3],
  }));
  const answers = JSON.parse(await run(django.python, ['-c', JUDGE, JSON.stringify(asked)])) as boolean[][];
  for (const [i, throttle] of THROTTLES.entries()) {
    const expected = throttle.seconds === undefined ? [false, false] : [false, true];
    assert.deepEqual(answers[i], expected, `${throttle.name}: ${asked[i]?.after.join(' and ')} s`);
  }
});
