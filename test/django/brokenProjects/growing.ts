import type { BrokenCase } from './brokenCase.ts';

const COMPOSE = `
services:
  session-cleanup:
    image: harbour
    command: >
      sh -c 'while true; do
        if [ "$$(date +%H:%M)" = "03:00" ]; then python manage.py clearsessions; fi
        sleep 7200
      done'
`;

/** Guests who come once. */
const GUESTS = `
def guests(count):
    for i in range(count):
        guest = Visitor()
        guest.get("/notes/40/")
`;

/** Some of what follows needs sessions that expired a while ago, with a cleanup that stopped then. */
const EXPIRED = `
${GUESTS}
at_present(days=40, hours=1)
people = members(6)
for day in range(40):
    days_of_work(people, 1)
    guests(1)
    if cleaned(day):
        clear_sessions()
at_present()
look()
for person in people:
    person.work()
`;

export const GROWING: readonly BrokenCase[] = [
  {
    symptom: 'growth',
    causes: ['cleanup-late'],
    broken: 'the cleanup service hangs since ten days',
    project: { traffic: `cleaned = lambda day: day < 30\n${EXPIRED}` },
  },
  {
    symptom: 'growth',
    causes: ['cleanup-failing'],
    broken: 'the cleanup service can’t connect since ten days',
    quick: true,
    project: {
      traffic: `
def cleaned(day):
    if day >= 30:
        said("cleanup.log", "Running cleanup")
        said("cleanup.log", "ERROR: django.db.utils.OperationalError: connection to server failed")
        said("cleanup.log", "Next run in 24 hours")
    return day < 30
${EXPIRED}`,
    },
  },
  {
    symptom: 'growth',
    causes: ['cleanup-deletes-nothing'],
    broken: 'the cleanup service clears another database',
    project: {
      traffic: `
def cleaned(day):
    said("cleanup.log", "Running cleanup")
    said("cleanup.log", "Successfully deleted 0 expired sessions. Remaining: 0 sessions")
    said("cleanup.log", "Next run in 24 hours")
${EXPIRED}`,
    },
  },
  {
    symptom: 'growth',
    causes: ['cleanup-missing'],
    broken: 'nothing runs clearsessions',
    project: { traffic: `cleaned = lambda day: False\n${EXPIRED}` },
  },
  {
    symptom: 'growth',
    causes: ['cleanup-never-comes'],
    broken: 'the service looks at the clock every two hours, and waits for one minute of the day',
    project: {
      files: { 'docker-compose.yml': COMPOSE },
      traffic: `cleaned = lambda day: False\n${EXPIRED}`,
    },
  },
  {
    symptom: 'growth',
    causes: ['cleanup-never-comes'],
    broken: 'a crontab for the 31st of February',
    project: {
      files: { 'deploy/crontab': '0 3 31 2 * cd /srv/harbour && python manage.py clearsessions\n' },
      traffic: `cleaned = lambda day: False\n${EXPIRED}`,
    },
  },
  {
    symptom: 'growth',
    causes: ['cookie-age-long'],
    broken: 'sessions live a year, and visitors stay for two days',
    project: {
      settings: 'SESSION_COOKIE_AGE = 365 * 24 * 3600',
      traffic: `
at_present(days=420)
for _ in range(200):
    for visitor in (Visitor(), Visitor()):
        visitor.get("/notes/40/")
        wait(hours=6)
        visitor.get("/notes/40/")
    wait(hours=36)
at_present()
clear_sessions()
look()
people = members(6)
for _ in range(2):
    for person in people:
        person.work("/book/1/")
`,
    },
  },
  {
    symptom: 'growth',
    causes: ['robot-rows'],
    broken: 'a middleware gives everybody a session, and a health check asks every few seconds',
    quick: true,
    project: {
      settings: 'MIDDLEWARE.append("harbour.middleware.SessionForEveryoneMiddleware")',
      traffic: `
at_present(hours=3)
people = members(6)
for person in people:
    person.work()
at_present()
look()
robots(60, "/health/", agent="kube-probe/1.29")
for person in people:
    person.work()
`,
    },
  },
  {
    symptom: 'growth',
    causes: ['heap-bloat'],
    broken: 'a wave of visitors was cleared, and the space is still held',
    project: {
      settings: 'SESSION_COOKIE_AGE = 24 * 3600',
      traffic: `
at_present(days=3)
from django.contrib.sessions.backends.db import SessionStore
store = SessionStore()
from django.contrib.sessions.models import Session
expires = timezone.now() + timedelta(days=1)
Session.objects.bulk_create([
    Session(session_key=f"wave{i:028}", session_data=store.encode({"page": "x" * 900, "n": i, "mix": os.urandom(500).hex()}), expire_date=expires)
    for i in range(9000)
])
at_present(days=1)
clear_sessions()
flush()
sql("VACUUM (TRUNCATE false) django_session")
sql("REINDEX TABLE django_session")
at_present()
clear_sessions()
people = members(8)
look()
for person in people:
    person.work()
`,
    },
  },
  {
    symptom: 'growth',
    causes: ['toast-bloat'],
    broken: 'large drafts in sessions are gone, and TOAST holds their space',
    project: {
      traffic: `
at_present(days=1)
people = members(25)
for person in people:
    person.sign_in()
for _ in range(10):
    for person in people:
        person.get("/notes/60000/")
    wait(minutes=20)
for person in people:
    person.get("/notes/40/")
clear_sessions()
flush()
sql("VACUUM (TRUNCATE false) django_session")
at_present()
look()
for person in people:
    person.work()
`,
    },
  },
  {
    symptom: 'growth',
    causes: ['index-bloat'],
    broken: 'the table was rewritten after a wave, its indexes were left with room for it',
    project: {
      settings: 'SESSION_COOKIE_AGE = 24 * 3600',
      traffic: `
at_present(days=3)
from django.contrib.sessions.models import Session
from django.utils.crypto import get_random_string
expires = timezone.now() + timedelta(days=1)
alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
Session.objects.bulk_create([
    Session(session_key=get_random_string(32, alphabet), session_data="e30:1:a", expire_date=expires + timedelta(seconds=i))
    for i in range(45000)
], batch_size=5000)
at_present(days=1)
clear_sessions()
flush()
sql("VACUUM django_session")
at_present()
clear_sessions()
people = members(8)
look()
for person in people:
    person.work()
`,
    },
  },
];
