import type { BrokenCase } from './brokenCase.ts';

/** Three sites as they should be. */
export const HEALTHY: readonly BrokenCase[] = [
  {
    causes: [],
    broken: 'a throttle, a cleanup each night, members who look in every day',
    quick: true,
    project: {
      traffic: `
at_present(days=16)
people = members(15)
for _ in range(16):
    days_of_work(people, 1)
    clear_sessions()
at_present()
look()
for person in people:
    person.work()
look()
`,
    },
  },
  {
    causes: [],
    broken: 'Django as it comes, short sessions, members on two devices, and a few guests',
    project: {
      settings: `
MIDDLEWARE.remove("harbour.middleware.ThrottledSessionMiddleware")
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_AGE = 3 * 24 * 3600
`,
      traffic: `
at_present(days=9)
people = members(10) + members(10)
for _ in range(9):
    days_of_work(people, 1)
    clear_sessions()
at_present()
look()
for person in people:
    person.work()
for guest in members(4):
    guest.name = None
    guest.get("/notes/40/")
    guest.get("/notes/40/")
look()
`,
    },
  },
  {
    causes: [],
    broken: 'cached_db with files as the cache, over TLS, with secure cookies for the whole domain',
    project: {
      settings: `
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": BASE_DIR / "cache"}}
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_DOMAIN = "harbour.example"
SESSION_COOKIE_SAMESITE = "None"
`,
      traffic: `
at_present(days=15)
people = members(12, scheme="https")
for _ in range(15):
    days_of_work(people, 1)
    clear_sessions()
at_present()
look()
for person in people:
    person.work()
look()
`,
    },
  },
];
