import { NAME } from './shapes.ts';

/**
 * Throttles that get their interval by a method, a property, a setting that may be missing, a cache. Each is a whole module that
 * runs: test/django/throttleInterval.test.ts has Django say after how many seconds it saves.
 */
export interface RunnableThrottle {
  readonly name: string;
  readonly text: string;
  readonly settings: string;
  /** undefined: it never saves again. */
  readonly seconds: number | undefined;
  readonly called?: string;
}

const HEAD = `import os
import time
from datetime import datetime, timedelta
from math import floor
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.functional import cached_property
`;

const whole = (body: string, module: string): string => `${HEAD}${module}

class ${NAME}:
    def __init__(self, get_response):
        self.get_response = get_response

${body}`;

/** Saves where the condition is true. */
const saving = (due: string, parts: { before?: string; attributes?: string; module?: string } = {}): string =>
  whole(
    `${parts.attributes ?? ''}
    def __call__(self, request):
        now = time.time()
        last = request.session.get('last_activity')
        ${parts.before ?? ''}
        if not last or ${due}:
            request.session['last_activity'] = now
        return self.get_response(request)
`,
    parts.module ?? '',
  );

/** With a body of its own. */
const doing = (body: string, parts: { attributes?: string; module?: string } = {}): string =>
  whole(
    `${parts.attributes ?? ''}
    def __call__(self, request):
        ${body.trim().replaceAll('\n', '\n        ')}
        return self.get_response(request)
`,
    parts.module ?? '',
  );

const method = (head: string, body: string): string => `    ${head}\n        ${body.replaceAll('\n', '\n        ')}\n`;

type Row = readonly [name: string, text: string, settings: string, seconds: number | undefined, called?: string];

const ROWS: readonly Row[] = [
  [
    'a static method with a setting from the environment',
    saving('(now - last) > update_interval', {
      attributes: `    DEFAULT_UPDATE_INTERVAL = 900\n\n    @staticmethod\n${method('def _update_interval():', `return getattr(\n    settings, 'SESSION_ACTIVITY_UPDATE_INTERVAL', ${NAME}.DEFAULT_UPDATE_INTERVAL\n)`)}`,
      before: 'update_interval = self._update_interval()',
    }),
    `import os\nSESSION_ACTIVITY_UPDATE_INTERVAL = int(os.getenv('SESSION_ACTIVITY_UPDATE_INTERVAL', '300'))\n`,
    300,
    'SESSION_ACTIVITY_UPDATE_INTERVAL',
  ],
  [
    'the same, with no such setting',
    saving('(now - last) > self._update_interval()', {
      attributes: `    DEFAULT_UPDATE_INTERVAL = 900\n\n    @staticmethod\n${method('def _update_interval():', `return getattr(settings, 'SESSION_ACTIVITY_UPDATE_INTERVAL', ${NAME}.DEFAULT_UPDATE_INTERVAL)`)}`,
    }),
    '',
    900,
    'DEFAULT_UPDATE_INTERVAL',
  ],
  [
    'a class method',
    saving('now - last > self.interval()', {
      attributes: `    EVERY = 240\n\n    @classmethod\n${method('def interval(cls):', 'return cls.EVERY')}`,
    }),
    '',
    240,
    'EVERY',
  ],
  [
    'a property',
    saving('now - last > self.interval', {
      attributes: `    @property\n${method('def interval(self):', 'return settings.SESSION_COOKIE_AGE / 2')}`,
    }),
    'SESSION_COOKIE_AGE = 1000\n',
    500,
    'SESSION_COOKIE_AGE',
  ],
  [
    'a cached property of minutes',
    saving('now - last > self.interval', {
      attributes: `    @cached_property\n${method('def interval(self):', "return timedelta(minutes=getattr(settings, 'THROTTLE_MINUTES', 5)).total_seconds()")}`,
    }),
    '',
    300,
    'interval',
  ],
  [
    'a method that looks whether a setting is there',
    saving('now - last > self.interval()', {
      attributes: method(
        'def interval(self):',
        `value = getattr(settings, 'EVERY', None)\nif value is None:\n    return 900\nreturn value`,
      ),
    }),
    'EVERY = 120\n',
    120,
    'EVERY',
  ],
  [
    'a method that finds no setting',
    saving('now - last > self.interval()', {
      attributes: method(
        'def interval(self):',
        `try:\n    return settings.EVERY\nexcept AttributeError:\n    return 450`,
      ),
    }),
    '',
    450,
    'interval',
  ],
  [
    'a static method that is a lambda',
    saving('now - last > self.interval()', {
      attributes: `    interval = staticmethod(lambda: getattr(settings, 'EVERY', 250))\n`,
    }),
    '',
    250,
  ],
  [
    'a function of the module',
    saving('now - last > interval()', {
      module: `def interval():\n    return int(os.getenv('NO_SUCH_VARIABLE', '300'))\n`,
    }),
    '',
    300,
  ],
  ['or', saving('now - last > every', { before: "every = getattr(settings, 'EVERY', None) or 600" }), '', 600, 'every'],
  [
    'half the cookie age, by default',
    saving('now - last > settings.SESSION_COOKIE_AGE / 2'),
    '',
    604_800,
    'SESSION_COOKIE_AGE',
  ],
  [
    'a tenth of the cookie age',
    saving('now - last > settings.SESSION_COOKIE_AGE * 0.1'),
    'SESSION_COOKIE_AGE = 3600\n',
    360,
    'SESSION_COOKIE_AGE',
  ],
  [
    'a setting that is tried',
    saving('now - last > INTERVAL', {
      module: 'try:\n    INTERVAL = settings.SESSION_INTERVAL\nexcept AttributeError:\n    INTERVAL = 600\n',
    }),
    '',
    600,
    'INTERVAL',
  ],
  [
    'a setting that is looked for',
    saving('now - last > INTERVAL', {
      module:
        "if hasattr(settings, 'SESSION_INTERVAL'):\n    INTERVAL = settings.SESSION_INTERVAL\nelse:\n    INTERVAL = 600\n",
    }),
    'SESSION_INTERVAL = 30\n',
    30,
    'SESSION_INTERVAL',
  ],
  [
    'a setting over the attribute of the class',
    saving('now - last > interval', {
      attributes: '    INTERVAL = 900\n',
      before: "interval = getattr(settings, 'SESSION_THROTTLE_INTERVAL', self.INTERVAL)",
    }),
    'SESSION_THROTTLE_INTERVAL = 300\n',
    300,
    'SESSION_THROTTLE_INTERVAL',
  ],
  [
    'a dictionary of the settings',
    saving("now - last > settings.SESSION_THROTTLE['INTERVAL']"),
    "SESSION_THROTTLE = {'INTERVAL': 77}\n",
    77,
    'SESSION_THROTTLE',
  ],
  [
    'a dictionary with a default',
    saving("now - last > CONFIG.get('interval', 900)", { module: "CONFIG = getattr(settings, 'THROTTLE', {})" }),
    "THROTTLE = {'interval': 78}\n",
    78,
    'THROTTLE',
  ],
  [
    'a timedelta of the settings',
    saving('timedelta(seconds=now - last) > settings.SESSION_UPDATE_AGE'),
    'from datetime import timedelta\nSESSION_UPDATE_AGE = timedelta(minutes=7)\n',
    420,
    'SESSION_UPDATE_AGE',
  ],
  [
    'the time of the next save',
    doing(
      `now = time.time()
if request.session.get('extend', 0) < now:
    request.session['extend'] = floor(now + EXTEND_PERIOD)`,
      { module: 'EXTEND_PERIOD = 3600\n' },
    ),
    '',
    3_600,
    'EXTEND_PERIOD',
  ],
  [
    'a return before the time',
    doing(
      `last = request.session.get('last_activity', 0)
if time.time() - last < self.THROTTLE:
    return self.get_response(request)
request.session['last_activity'] = time.time()`,
      { attributes: '    THROTTLE = 450\n' },
    ),
    '',
    450,
    'THROTTLE',
  ],
  [
    'times as texts',
    doing(
      `last = request.session.get('seen')
if not last or (timezone.now() - datetime.fromisoformat(last)).total_seconds() > self.update_every:
    request.session['seen'] = timezone.now().isoformat()`,
      { attributes: '    update_every = 60 * 5\n' },
    ),
    '',
    300,
    'update_every',
  ],
  [
    'what the cache has forgotten, by an attribute',
    doing(
      `if cache.add('seen:%s' % request.session.session_key, 1, self.INTERVAL):
    request.session.modified = True`,
      { attributes: '    INTERVAL = 333\n' },
    ),
    '',
    333,
    'INTERVAL',
  ],
  [
    'what the cache has forgotten, by a number',
    doing(
      `key = 'seen:%s' % request.session.session_key
if not cache.get(key):
    cache.set(key, True, timeout=300)
    request.session.modified = True`,
    ),
    '',
    300,
    '300',
  ],
  [
    'what is left of a life with a date',
    doing(
      `if request.session.get_expiry_age() < 700:
    request.session.set_expiry(timezone.now() + timedelta(seconds=1000))`,
    ),
    'SESSION_COOKIE_AGE = 600\n',
    300,
    '700',
  ],
  [
    'the date on which its life ends',
    doing(
      `now = timezone.now()
if request.session.get_expiry_date() < now + timedelta(days=3):
    request.session.set_expiry(now + timedelta(days=7))`,
    ),
    'SESSION_COOKIE_AGE = 86400\n',
    345_600,
  ],
  [
    'a flag that says whether it is due',
    doing(
      `now = timezone.now()
last = request.session.get('seen')
due = True
if last:
    try:
        since = now - datetime.fromisoformat(last)
        due = since > self.renewal
    except ValueError:
        due = True
if due:
    request.session['seen'] = now.isoformat()`,
      { attributes: '    renewal = timedelta(seconds=30)\n' },
    ),
    '',
    30,
    'renewal',
  ],
  [
    'a difference that may be no number, for sessions that hold something',
    doing(
      `if request.session.keys():
    refreshed = request.session.get('refreshed')
    if refreshed:
        try:
            delta = int(time.time()) - refreshed
        except (ValueError, TypeError):
            delta = settings.SESSION_REFRESH + 1
        if delta > settings.SESSION_REFRESH:
            request.session['refreshed'] = int(time.time())
            request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    else:
        request.session['refreshed'] = int(time.time())`,
    ),
    'SESSION_REFRESH = 86400\n',
    86_400,
    'SESSION_REFRESH',
  ],
  [
    'what is left of a life without a date, which stays the same',
    doing(
      `if request.session.get_expiry_age() < settings.SESSION_COOKIE_AGE / 2:\n    request.session.modified = True`,
    ),
    'SESSION_COOKIE_AGE = 2000\n',
    undefined,
  ],
];

export const THROTTLES: readonly RunnableThrottle[] = ROWS.map(([name, text, settings, seconds, called]) => ({
  name,
  text,
  settings,
  seconds,
  ...(called === undefined ? {} : { called }),
}));
