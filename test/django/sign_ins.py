"""Visitors who sign in and out by Django's own login() and logout(), each request through its middleware. Arguments: DATABASES['default'] as JSON, and migrate or visit."""
import json
import sys
import warnings

warnings.simplefilter('ignore')

import django
from django.conf import settings

settings.configure(
    SECRET_KEY='not-secret',
    ALLOWED_HOSTS=['*'],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions'],
    MIDDLEWARE=[
        'django.contrib.sessions.middleware.SessionMiddleware',
        'django.contrib.auth.middleware.AuthenticationMiddleware',
    ],
    PASSWORD_HASHERS=['django.contrib.auth.hashers.MD5PasswordHasher'],
    DATABASES={'default': json.loads(sys.argv[1])},
    USE_TZ=True,
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
)
django.setup()

from django.contrib.auth import get_user_model, login, logout
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import path


def look(request):
    request.session['seen'] = True
    return HttpResponse()


def sign_in(request):
    login(request, get_user_model().objects.get(username='kim'))
    return HttpResponse()


def sign_out(request):
    logout(request)
    return HttpResponse()


urlpatterns = [path('look', look), path('in', sign_in), path('out', sign_out)]
if sys.argv[2] == 'migrate':
    call_command('migrate', verbosity=0)
    get_user_model().objects.create_user('kim')
    sys.exit()


def visit(*pages):
    client = Client()
    for page in pages:
        assert client.get(f'/{page}').status_code == 200


for _ in range(20):
    visit('look')
for _ in range(12):
    visit('in')
for _ in range(3):
    visit('look', 'in')
for _ in range(5):
    visit('look', 'in', 'out')
