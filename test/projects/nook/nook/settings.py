import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
CULPRIT = os.environ.get("CULPRIT", "")

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-this-machine")
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("OLD_KEYS", "").split(",") if key]
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "nook.urls"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "shelves",
    "visitlog",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("DB_NAME", "postgres"),
        "USER": os.environ.get("DB_USER", "postgres"),
        "PASSWORD": os.environ.get("DB_PASSWORD", ""),
        "HOST": "127.0.0.1",
        "PORT": os.environ.get("DB_PORT", "5432"),
    }
}

CART_SESSION_ID = "basket"
THROTTLE_SECONDS = 300

if CULPRIT == "throttle":
    MIDDLEWARE.append("shelves.middleware.ThrottledSessionMiddleware")
elif CULPRIT == "every_request":
    SESSION_SAVE_EVERY_REQUEST = True
elif CULPRIT == "expiry":
    MIDDLEWARE.append("shelves.middleware.expiry.SlidingExpiryMiddleware")
elif CULPRIT == "modified":
    MIDDLEWARE.append("shelves.middleware.KeepAliveMiddleware")
elif CULPRIT == "nonce":
    MIDDLEWARE.append("shelves.middleware.nonce.nonce_middleware")
elif CULPRIT == "timezone":
    MIDDLEWARE.append("shelves.middleware.TimezoneMiddleware")
elif CULPRIT == "package":
    MIDDLEWARE.append("visitlog.middleware.VisitLogMiddleware")
elif CULPRIT == "processor":
    CONTEXT_PROCESSORS.append("shelves.context.recently_seen")
elif CULPRIT == "messages":
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
elif CULPRIT == "csrf":
    CSRF_USE_SESSIONS = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    }
]
