"""Django's default middleware, our database options; `REFERENCE_DEFAULTS` takes Django's own."""

import os

from config.settings import (  # noqa: F401 - the same token, key, hosts and time zone
    ALLOWED_HOSTS,
    APPEND_SLASH,
    DEFAULT_AUTO_FIELD,
    LOGGING,
    PUBLIC_BASE_URL,
    SECRET_KEY,
    TWILIO_AUTH_TOKEN,
    USE_TZ,
)
from config.settings import DATABASES as _OURS

DATABASES = {"default": {**_OURS["default"], "CONN_HEALTH_CHECKS": False}}
DATABASES["default"]["ENGINE"] = {
    "config.postgresql": "django.db.backends.postgresql",
    "config.sqlite": "django.db.backends.sqlite3",
}[_OURS["default"]["ENGINE"]]
if os.environ.get("REFERENCE_DEFAULTS"):
    DATABASES["default"]["OPTIONS"] = {}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "calls",
    "benchmarks.references",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "benchmarks.references.urls"
REST_FRAMEWORK: dict[str, list[str]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
}
