import type { BrokenCase } from './brokenCase.ts';
import { deleteAllFromHere } from './deleteAll.ts';

/** Members come every day; on each a browser that was closed over night. */
const SIGN_INS = `
at_present(days=6, hours=1)
people = members(6, scheme=SCHEME)
for _ in range(6):
    for person in people:
        person.work()
        person.close_browser()
    wait(days=1)
at_present()
look()
for person in people:
    person.work()
`;

const PLAIN = `SCHEME = "http"\n${SIGN_INS}`;

/** Sessions that were signed with another key, or written by another serializer, and are not asked for again. */
const HALF_CAME_BACK = `
at_present(days=4)
people = members(24)
days_of_work(people, 2)
after_the_change()
days_of_work(people[:10], 1)
at_present()
look()
for person in people[:10]:
    person.work("/book/1/")
`;

const OTHER_PROJECT = {
  'annexe/manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexe.settings")  # django\n',
  'annexe/annexe/__init__.py': '',
  'annexe/annexe/settings.py': 'ALLOWED_HOSTS = ["www.harbour.example"]\n',
};

const PICKLE_SERIALIZER = {
  'harbour/serializers.py': `
import pickle


class PickleSerializer:
    def dumps(self, data):
        return pickle.dumps(data)

    def loads(self, data):
        return pickle.loads(data)
`,
};

const FAILING_THROTTLE = `
class ThrottledSessionMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and request.session["tab"] != request.path:
            request.session["tab"] = request.path
        return self.get_response(request)
`;

export const LOGGED_OUT: readonly BrokenCase[] = [
  {
    symptom: 'loggedOut',
    causes: ['secret-key-changed'],
    broken: 'SECRET_KEY was changed two days ago',
    quick: true,
    project: {
      traffic: `
now_used, settings.SECRET_KEY = settings.SECRET_KEY, "the-one-before"
def after_the_change():
    settings.SECRET_KEY = now_used
${HALF_CAME_BACK}`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['secret-key-differs'],
    broken: 'one of two workers makes a key of its own at its start',
    quick: true,
    project: {
      traffic: `
import random
keys = [settings.SECRET_KEY, "made-anew-at-each-start"]
choice = random.Random(7)
at_present(days=1, hours=2)
people = members(24)
for _ in range(4):
    for person in people:
        settings.SECRET_KEY = choice.choice(keys)
        person.work()
        wait(minutes=3)
    wait(hours=5)
at_present()
look()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['serializer-changed'],
    broken: 'sessions were pickled until two days ago',
    project: {
      files: PICKLE_SERIALIZER,
      traffic: `
settings.SESSION_SERIALIZER = "harbour.serializers.PickleSerializer"
def after_the_change():
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
${HALF_CAME_BACK}`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['serializer-changed'],
    broken: 'the serializer was changed from JSON to pickle two days ago',
    project: {
      settings: 'SESSION_SERIALIZER = "harbour.serializers.PickleSerializer"',
      files: PICKLE_SERIALIZER,
      traffic: `
settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
def after_the_change():
    settings.SESSION_SERIALIZER = "harbour.serializers.PickleSerializer"
${HALF_CAME_BACK}`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['cookie-secure'],
    broken: 'SESSION_COOKIE_SECURE, and no TLS',
    quick: true,
    project: { settings: 'SESSION_COOKIE_SECURE = True', traffic: PLAIN },
  },
  {
    symptom: 'loggedOut',
    causes: ['cookie-domain'],
    broken: 'SESSION_COOKIE_DOMAIN of the host before the site moved',
    project: { settings: 'SESSION_COOKIE_DOMAIN = ".marina.example"', traffic: PLAIN },
  },
  {
    symptom: 'loggedOut',
    causes: ['cookie-samesite'],
    broken: 'SESSION_COOKIE_SAMESITE = "None" without Secure',
    project: { settings: 'SESSION_COOKIE_SAMESITE = "None"', traffic: PLAIN },
  },
  {
    symptom: 'loggedOut',
    causes: ['cookie-shared-name'],
    broken: 'another project on the host, which sets its sessionid too',
    project: {
      files: OTHER_PROJECT,
      traffic: `
def annexe(person):
    """What the other project does with the cookie: a session of its own, by the same name."""
    for cookie in person.jar:
        cookie.value = "0" * 32
at_present(days=5, hours=1)
people = members(6)
for _ in range(5):
    for person in people:
        person.work()
        annexe(person)
    wait(days=1)
at_present()
look()
for person in people:
    person.work()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['browser-close'],
    broken: 'SESSION_EXPIRE_AT_BROWSER_CLOSE',
    project: { settings: 'SESSION_EXPIRE_AT_BROWSER_CLOSE = True', traffic: PLAIN },
  },
  {
    symptom: 'loggedOut',
    causes: ['cookie-age-short'],
    broken: 'sessions live for twenty minutes, and a form takes half an hour',
    project: {
      settings: 'SESSION_COOKIE_AGE = 1200',
      traffic: `
at_present(hours=6)
people = members(8)
for _ in range(10):
    for person in people:
        person.work()
    wait(minutes=35)
at_present()
look()
for person in people:
    person.work()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['sliding-ended'],
    broken: 'the throttle was commented out, and SESSION_SAVE_EVERY_REQUEST stayed False',
    quick: true,
    project: {
      settings: `
SESSION_COOKIE_AGE = 36 * 3600
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # "harbour.middleware.ThrottledSessionMiddleware",
]
`,
      traffic: `
at_present(days=9)
people = members(8)
days_of_work(people, 9, rounds=2)
at_present()
look()
for person in people:
    person.work()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['all-deleted'],
    broken: 'a script ran Session.objects.all().delete()',
    quick: true,
    project: {
      traffic: `
from django.contrib.sessions.models import Session
at_present(days=2)
people = members(12)
days_of_work(people, 2)
Session.objects.all().delete()
at_present()
look()
for person in people[:8]:
    person.work()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['all-deleted'],
    broken: 'all sessions were deleted from here',
    project: {
      traffic: `
at_present(days=2)
people = members(12)
days_of_work(people, 2)
at_present()
look()
`,
      cleanups: deleteAllFromHere,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['table-truncated'],
    broken: 'a deployment truncated the table',
    project: {
      traffic: `
at_present(days=2)
people = members(12)
days_of_work(people, 2)
flush()
sql("TRUNCATE django_session")
at_present()
look()
for person in people[:8]:
    person.work()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['session-cache'],
    broken: 'sessions in a cache that has room for twenty',
    project: {
      settings: `
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20}}}
`,
      traffic: `
at_present(hours=4)
people = members(40)
days_of_work(people, 3)
at_present()
look()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['session-races'],
    broken: 'a page signs out while another one of it is being made',
    quick: true,
    project: {
      traffic: `
from harbour import views
from django.contrib.sessions.models import Session
at_present(hours=1)
people = members(8)
for person in people:
    person.work()
views.meanwhile.append(lambda request: Session.objects.filter(pk=request.session.session_key).delete())
for person in people:
    person.get("/slow/")
at_present()
look()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['throttle-errors'],
    broken: 'the throttle reads an entry that older sessions don’t have',
    quick: true,
    project: {
      files: { 'harbour/middleware.py': FAILING_THROTTLE },
      traffic: `
at_present(hours=1)
people = members(8)
for person in people:
    person.work()
    person.get("/berths/")
at_present()
look()
`,
    },
  },
];
