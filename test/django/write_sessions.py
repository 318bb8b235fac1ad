"""Saves sessions with the Django of this interpreter and prints each row as JSON. Arguments: DATABASES['default'] and settings as JSON."""
import json
import sys
import warnings

warnings.simplefilter('ignore')

import django
from django.conf import settings

database, extra = (json.loads(argument) for argument in sys.argv[1:3])
settings.configure(
    SECRET_KEY='not-secret',
    INSTALLED_APPS=['django.contrib.sessions'],
    DATABASES={'default': database},
    USE_TZ=True,
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
    **extra,
)
django.setup()

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

call_command('migrate', verbosity=0)

LONG = 'a long text that compresses well. ' * 200
SESSIONS = [
    {},
    {'_auth_user_id': '42', '_auth_user_backend': 'django.contrib.auth.backends.ModelBackend', 'last_activity': 1.5},
    {'unicode': 'Žluťoučký kůň 🐎', 'nested': {'list': [1, 2.5, None, True]}, 'quote': '":.,', '__proto__': 'x'},
    {'long': LONG},
]
rows = []
for data in SESSIONS:
    store = SessionStore()
    store.update(data)
    before = timezone.now()
    store.save()
    after = timezone.now()
    row = Session.objects.get(session_key=store.session_key)
    rows.append({
        'data': data,
        'session_key': row.session_key,
        'session_data': row.session_data,
        'before': before.timestamp(),
        'after': after.timestamp(),
    })
print(json.dumps(rows))
