import type { BrokenCase } from './brokenCase.ts';

/** What is wrong seldom comes alone. */
export const TWO_CAUSES: readonly BrokenCase[] = [
  {
    symptom: 'growth',
    causes: ['cleanup-missing', 'robot-rows'],
    broken: 'everybody gets a session, and nothing clears those that have expired',
    quick: true,
    project: {
      settings: `
MIDDLEWARE.append("harbour.middleware.SessionForEveryoneMiddleware")
SESSION_COOKIE_AGE = 3 * 24 * 3600
`,
      traffic: `
at_present(days=9)
people = members(4)
for _ in range(9):
    days_of_work(people, 1)
    robots(6, "/health/")
at_present()
look()
robots(40, "/health/")
for person in people:
    person.work()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['secret-key-changed', 'session-races'],
    broken: 'a new SECRET_KEY, and a page that signs out while another one of it is made',
    project: {
      traffic: `
from harbour import views
from django.contrib.sessions.models import Session
now_used, settings.SECRET_KEY = settings.SECRET_KEY, "the-one-before"
at_present(days=3)
people = members(20)
days_of_work(people, 2)
settings.SECRET_KEY = now_used
for person in people[:8]:
    person.work()
views.meanwhile.append(lambda request: Session.objects.filter(pk=request.session.session_key).delete())
for person in people[:4]:
    person.get("/slow/")
at_present()
look()
for person in people[:8]:
    person.work()
`,
    },
  },
  {
    symptom: 'loggedOut',
    causes: ['all-deleted', 'browser-close'],
    broken: 'all sessions were deleted, and what came after ends with the browser',
    project: {
      settings: 'SESSION_EXPIRE_AT_BROWSER_CLOSE = True',
      traffic: `
from django.contrib.sessions.models import Session
at_present(days=8, hours=1)
people = members(6)
for day in range(8):
    for person in people:
        person.work()
        person.close_browser()
    if day == 3:
        Session.objects.all().delete()
    wait(days=1)
at_present()
look()
`,
    },
  },
];
