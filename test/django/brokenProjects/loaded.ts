import type { BrokenCase } from './brokenCase.ts';

const MIDDLEWARE_LINE = '"harbour.middleware.ThrottledSessionMiddleware"';

/** Members who are signed in, and what they do while the diagnosis looks. */
const MEMBERS = `
people = members(8)
for person in people:
    person.work()
`;
const WORK = `
for person in people:
    person.work()
`;

export const LOADED: readonly BrokenCase[] = [
  {
    symptom: 'load',
    causes: ['throttle-off'],
    broken: 'the throttle is commented out, and SESSION_SAVE_EVERY_REQUEST = True',
    quick: true,
    project: {
      settings: `MIDDLEWARE.remove(${MIDDLEWARE_LINE})\nSESSION_SAVE_EVERY_REQUEST = True`,
      traffic: MEMBERS,
      goesOn: WORK,
    },
  },
  {
    symptom: 'load',
    causes: ['throttle-undone'],
    broken: 'the throttle is on, and so is SESSION_SAVE_EVERY_REQUEST',
    project: { settings: 'SESSION_SAVE_EVERY_REQUEST = True', traffic: MEMBERS, goesOn: WORK },
  },
  {
    symptom: 'load',
    causes: ['throttle-misplaced', 'throttle-undone'],
    broken: 'the throttle stands before SessionMiddleware, and SESSION_SAVE_EVERY_REQUEST is on',
    project: {
      settings: `
MIDDLEWARE.remove(${MIDDLEWARE_LINE})
MIDDLEWARE.insert(0, "harbour.late.ThrottledSessionMiddleware")
SESSION_SAVE_EVERY_REQUEST = True
`,
      files: {
        'harbour/late.py': `
class ThrottledSessionMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        request.session.setdefault("last_activity", 1)
        return response
`,
      },
      traffic: MEMBERS,
      goesOn: WORK,
    },
  },
  {
    symptom: 'load',
    causes: ['session-writer'],
    broken: 'a middleware counts the pages of each visitor in the session',
    quick: true,
    project: {
      settings: 'MIDDLEWARE.append("harbour.counter.PageCounter")',
      files: {
        'harbour/counter.py': `
class PageCounter:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.session["pages"] = request.session.get("pages", 0) + 1
        return self.get_response(request)
`,
      },
      traffic: MEMBERS,
      goesOn: WORK,
    },
  },
  {
    symptom: 'load',
    causes: ['key-index-missing'],
    broken: 'the table was restored without its primary key',
    project: {
      traffic: `
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
store = SessionStore()
expires = timezone.now() + timedelta(days=1)
Session.objects.bulk_create([
    Session(session_key=f"guest{i:027}", session_data=store.encode({"n": i}), expire_date=expires) for i in range(8000)
])
sql("ALTER TABLE django_session DROP CONSTRAINT django_session_pkey")
for (name,) in sql("SELECT indexname FROM pg_indexes WHERE tablename = 'django_session' AND strpos(indexdef, 'varchar_pattern_ops') > 0"):
    sql(f'DROP INDEX "{name}"')
${MEMBERS}`,
      goesOn: WORK,
    },
  },
  {
    symptom: 'load',
    causes: ['throttle-off', 'key-index-missing'],
    broken: 'two at once: no throttle, and no primary key',
    project: {
      settings: `MIDDLEWARE.remove(${MIDDLEWARE_LINE})\nSESSION_SAVE_EVERY_REQUEST = True`,
      traffic: `
sql("ALTER TABLE django_session DROP CONSTRAINT django_session_pkey")
for (name,) in sql("SELECT indexname FROM pg_indexes WHERE tablename = 'django_session' AND strpos(indexdef, 'varchar_pattern_ops') > 0"):
    sql(f'DROP INDEX "{name}"')
${MEMBERS}`,
      goesOn: WORK,
    },
  },
  {
    symptom: 'load',
    causes: ['throttle-interval'],
    broken: 'the throttle saves again after a tenth of a second',
    project: {
      settings: 'MIDDLEWARE[-1] = "harbour.brief.ThrottledSessionMiddleware"',
      files: {
        'harbour/brief.py': `
import time


class ThrottledSessionMiddleware:
    INTERVAL_SECONDS = 0.1

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = time.time()
        if now - request.session.get("last_activity", 0) > self.INTERVAL_SECONDS:
            request.session["last_activity"] = now
        return self.get_response(request)
`,
      },
      traffic: MEMBERS,
      goesOn: WORK,
    },
  },
  {
    symptom: 'load',
    causes: ['other-statements'],
    broken: 'a view reads a long list for each of its pages',
    project: {
      traffic: MEMBERS,
      goesOn: `${WORK}sql("SELECT count(*) FROM generate_series(1, 300000)")\n`,
    },
  },
  {
    symptom: 'load',
    causes: ['old-transaction'],
    broken: 'a command keeps its transaction open while it waits for another service',
    project: {
      traffic: `
import threading
from django.db import connections, transaction
ready = threading.Event()
def command():
    with transaction.atomic():
        sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        sql("SELECT count(*) FROM django_session")
        ready.set()
        time.sleep(600)
threading.Thread(target=command, daemon=True).start()
ready.wait()
${MEMBERS}
from django.contrib.sessions.backends.db import SessionStore
key = SessionStore()
key["page"] = 0
key.create()
began = real_time()
for page in range(1500):
    key["page"] = page
    key.save()
time.sleep(max(0, 6 - (real_time() - began)))
flush()
`,
    },
  },
];
