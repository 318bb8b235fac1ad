"""Settings of picks, for this machine and for the server: DJANGO_DEVELOPMENT decides."""
import os
from pathlib import Path

from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent.parent
load_dotenv(os.path.join(BASE_DIR, "backend", ".env"))

IS_DEVELOPMENT = os.getenv("DJANGO_DEVELOPMENT", "False").lower() == "true"

if IS_DEVELOPMENT:
    DEBUG = True
    SECRET_KEY = os.getenv("SECRET_KEY", "only-for-trying-out")
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.getenv("DATABASE_NAME"),
            "USER": os.getenv("DATABASE_USER"),
            "PASSWORD": os.getenv("DATABASE_PASSWORD"),
            "HOST": os.getenv("DATABASE_HOST", "203.0.113.10"),
            "PORT": os.getenv("DATABASE_PORT", "5432"),
        }
    }
    ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
else:
    DEBUG = False
    SECRET_KEY = os.getenv("SECRET_KEY", "change-me")
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.getenv("DATABASE_NAME", "picks"),
            "USER": os.getenv("DATABASE_USER", "picks"),
            "PASSWORD": os.getenv("DATABASE_PASSWORD", "picks"),
            "HOST": os.getenv("DATABASE_HOST", "picks.example.com"),
            "PORT": os.getenv("DATABASE_PORT", "5432"),
        }
    }
    ALLOWED_HOSTS = ["picks.example.com", "blue.picks.example.com", "green.picks.example.com", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "picks",
]

# Sessions last two weeks; the throttle saves those of active visitors from time to time instead of at every request.
SESSION_COOKIE_AGE = 1209600
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_ACTIVITY_UPDATE_INTERVAL = int(os.getenv("SESSION_ACTIVITY_UPDATE_INTERVAL", "300"))
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = not IS_DEVELOPMENT

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "picks.middleware.ThrottledSessionMiddleware",  # fewer writes to the database
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "picks.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backend/picks/templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

WSGI_APPLICATION = "picks.wsgi.application"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_ROOT = BASE_DIR / "frontend/staticfiles"
STATIC_URL = "/static/"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
