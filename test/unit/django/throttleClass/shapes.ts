/** The throttle as people write it. */

export const NAME = 'ThrottledSessionMiddleware';

const HEAD = `import time
from datetime import timedelta
import datetime as dt
from django.conf import settings
from django.utils import timezone
`;
/** A class with these attributes, this __init__ and this condition of saving. */
export const made = (parts: { module?: string; attributes?: string; init?: string; due: string }): string => `${HEAD}
KEY = 'last_activity'
${parts.module ?? ''}

class ${NAME}:
    """Saves once in 900 s > 5"""
    order = 3
${parts.attributes ?? ''}
    def __init__(self, get_response):
        self.get_response = get_response
${parts.init ?? ''}
    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code >= 500:
            return response
        now = int(timezone.now().timestamp())
        last = request.session.get(KEY, 0)
        if ${parts.due}:
            request.session[KEY] = now
        return response
`;

const SETTING = `SESSION_THROTTLE = 300  # five minutes\n`;

/** The middleware's text, the settings', seconds, name, and the text of its place. */
export const SHAPES: readonly (readonly [string, string, string, number, string, string])[] = [
  [
    'a constant',
    made({ module: 'THROTTLE_INTERVAL = 900  # s', due: 'now - last >= THROTTLE_INTERVAL' }),
    '',
    900,
    'THROTTLE_INTERVAL',
    'THROTTLE_INTERVAL = 900',
  ],
  [
    'a product',
    made({ module: 'INTERVAL = 60 * 15', due: 'now - last > INTERVAL' }),
    '',
    900,
    'INTERVAL',
    'INTERVAL = 60 * 15',
  ],
  [
    'minutes',
    made({ module: 'THROTTLE_MINUTES = 15', due: 'now - last > THROTTLE_MINUTES * 60' }),
    '',
    900,
    'THROTTLE_MINUTES',
    'THROTTLE_MINUTES = 15',
  ],
  [
    'minutes that are compared',
    made({ attributes: '    minutes = 10', due: '(now - last) / 60 > self.minutes' }),
    '',
    36_000,
    'minutes',
    'minutes = 10',
  ],
  [
    'a timedelta',
    made({ module: 'INTERVAL = timedelta(minutes=15)', due: 'not last or now - last >= INTERVAL' }),
    '',
    900,
    'INTERVAL',
    'INTERVAL = timedelta(minutes=15)',
  ],
  [
    'a timedelta of the module',
    made({ attributes: '    wait = dt.timedelta(hours=1)', due: 'now - last >= self.wait' }),
    '',
    3_600,
    'wait',
    'wait = dt.timedelta(hours=1)',
  ],
  [
    'a timedelta without a name',
    made({ due: 'now > last + timezone.timedelta(minutes=5)' }),
    '',
    300,
    'timezone.timedelta(minutes=5)',
    'timezone.timedelta(minutes=5)',
  ],
  [
    'a timedelta of a name',
    made({ attributes: '    INTERVAL = 20', due: 'now - last > timedelta(minutes=self.INTERVAL)' }),
    '',
    1_200,
    'INTERVAL',
    'INTERVAL = 20',
  ],
  [
    'its seconds',
    made({ module: 'EVERY = timedelta(minutes=2)', due: '(now - last).seconds > EVERY.total_seconds()' }),
    '',
    120,
    'EVERY',
    'EVERY = timedelta(minutes=2)',
  ],
  ['a number without a name', made({ due: 'now - last > 15 * 60' }), '', 900, '15 * 60', '15 * 60'],
  [
    'an attribute with a type',
    made({ attributes: '    interval_seconds: int = 600', due: 'last is None or now - last > self.interval_seconds' }),
    '',
    600,
    'interval_seconds',
    'interval_seconds: int = 600',
  ],
  [
    'by the name of the class',
    made({ attributes: '    INTERVAL = 601', due: `now - last > ${NAME}.INTERVAL` }),
    '',
    601,
    'INTERVAL',
    'INTERVAL = 601',
  ],
  [
    'of the instance',
    made({ init: '        self.interval = 450', due: 'self.interval < now - last' }),
    '',
    450,
    'interval',
    'self.interval = 450',
  ],
  [
    'a setting',
    made({ due: 'now - last > settings.SESSION_THROTTLE' }),
    SETTING,
    300,
    'SESSION_THROTTLE',
    'SESSION_THROTTLE = 300',
  ],
  [
    'a setting with a default',
    made({
      init: `        self.interval = getattr(settings, 'SESSION_THROTTLE', 900)`,
      due: 'now - last > self.interval',
    }),
    SETTING,
    300,
    'SESSION_THROTTLE',
    'SESSION_THROTTLE = 300',
  ],
  [
    'the default',
    made({
      init: `        self.interval = getattr(settings, 'SESSION_THROTTLE', 900)`,
      due: 'now - last > self.interval',
    }),
    '',
    900,
    'interval',
    `self.interval = getattr(settings, 'SESSION_THROTTLE', 900)`,
  ],
  [
    'a constant from a setting',
    made({ module: `INTERVAL = getattr(settings, 'SESSION_THROTTLE', 900)`, due: 'now - last > INTERVAL' }),
    SETTING,
    300,
    'SESSION_THROTTLE',
    'SESSION_THROTTLE = 300',
  ],
  [
    'minutes from a setting',
    made({ module: `INTERVAL = getattr(settings, 'THROTTLE_MINUTES', 15) * 60`, due: 'now - last > INTERVAL' }),
    'THROTTLE_MINUTES = 5\n',
    300,
    'THROTTLE_MINUTES',
    'THROTTLE_MINUTES = 5',
  ],
  [
    'half of the cookie age',
    made({ due: 'now - last > settings.SESSION_COOKIE_AGE // 2' }),
    '',
    604_800,
    'SESSION_COOKIE_AGE',
    'settings.SESSION_COOKIE_AGE',
  ],
  [
    'a local name',
    made({ due: 'now - last > due' })
      .replace('        now =', '        due = self.interval\n        now =')
      .replace('    order = 3', '    interval = 77'),
    '',
    77,
    'interval',
    'interval = 77',
  ],
  [
    'an argument with a default',
    made({ init: '        self.interval = interval', due: 'now - last > self.interval' }).replace(
      'get_response):',
      'get_response, interval=500):',
    ),
    '',
    500,
    'interval',
    'interval=500',
  ],
  [
    'a cache does it',
    made({ module: 'THROTTLE_SECONDS = 120', due: `cache.add('k', 1, THROTTLE_SECONDS)` }),
    '',
    120,
    'THROTTLE_SECONDS',
    'THROTTLE_SECONDS = 120',
  ],
  [
    'tabs and CRLF',
    made({ attributes: '    INTERVAL = 31', due: 'now - last > self.INTERVAL' })
      .replaceAll('    ', '\t')
      .replaceAll('\n', '\r\n'),
    '',
    31,
    'INTERVAL',
    'INTERVAL = 31',
  ],
];
