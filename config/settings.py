"""Every setting of Partyline, typed, from the environment or `.env`: see `.env.example`."""

import warnings
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config import parsing
from config.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

E164 = "write it in E.164, such as +12125550100"
SECONDS = "give whole seconds, at most four hours"
DURATION = parsing.whole(1, 14_400)
ACCOUNT_SID = parsing.pattern("AC[0-9a-f]{32}", "is not AC and 32 hexadecimal digits")
API_KEY_SID = parsing.pattern("SK[0-9a-f]{32}", "is not SK and 32 hexadecimal digits")
LOG_LEVELS = parsing.pattern("DEBUG|INFO|WARNING|ERROR", "is not a level")

# --- Taking -------------------------------------------------------------------------------------
# All are taken before any is used, so that one start names everything that is wrong.

env = Environment.of_this_process(BASE_DIR)

SECRET_KEY = env.take(
    "DJANGO_SECRET_KEY", parsing.text, "give 50 random characters that you keep to yourself"
)
DEBUG = env.take("DJANGO_DEBUG", parsing.flag, "write true or false", default="false")
LOG_LEVEL = env.take("LOG_LEVEL", LOG_LEVELS, "write DEBUG, INFO, WARNING or ERROR", "INFO")
PUBLIC_BASE_URL = env.take(
    "PUBLIC_BASE_URL",
    parsing.public_url,
    "write the address at which Twilio reaches us, such as https://calls.example.com",
)
_allowed_hosts = env.optional("DJANGO_ALLOWED_HOSTS", parsing.listed, "list host names")
_database_url = env.take(
    "DATABASE_URL",
    parsing.database_url,
    "write sqlite:///var/partyline.sqlite3 or postgres://user:password@host:5432/name",
    default="sqlite:///var/partyline.sqlite3",
)
_broker_url = env.take(
    "CELERY_BROKER_URL",
    parsing.broker_url,
    "write filesystem://var/broker (a folder) or redis://host:6379/0",
    default="filesystem://var/broker",
)

TWILIO_ACCOUNT_SID = env.take(
    "TWILIO_ACCOUNT_SID", ACCOUNT_SID, "copy the Account SID from Twilio's console"
)
TWILIO_AUTH_TOKEN = env.take(
    "TWILIO_AUTH_TOKEN", parsing.text, "copy the Auth Token from Twilio's console"
)
TWILIO_AUTH_TOKEN_SECONDARY = env.optional("TWILIO_AUTH_TOKEN_SECONDARY", parsing.text, "")
TWILIO_API_KEY_SID = env.optional(
    "TWILIO_API_KEY_SID", API_KEY_SID, "copy the SID of an API key from Twilio's console"
)
TWILIO_API_KEY_SECRET = env.optional("TWILIO_API_KEY_SECRET", parsing.text, "")
TWILIO_API_BASE_URL = env.take(
    "TWILIO_API_BASE_URL",
    parsing.base_url,
    "leave it out for Twilio's own",
    default="https://api.twilio.com",
)

SERVER_PHONE = env.take("SERVER_PHONE", parsing.phone, E164)
MAIN_LINE_PHONE = env.optional("MAIN_LINE_PHONE", parsing.phone, E164) or SERVER_PHONE
FORWARD_PHONE = env.take("FORWARD_PHONE", parsing.phone, E164)

CONFERENCE_MAX_DURATION = env.take("CONFERENCE_MAX_DURATION", DURATION, SECONDS, "300")
CONFERENCE_MIN_DURATION = env.take("CONFERENCE_MIN_DURATION", DURATION, SECONDS, "30")
CONFERENCE_NO_SHOW_AFTER = env.take("CONFERENCE_NO_SHOW_AFTER", DURATION, SECONDS, "600")
CONFERENCE_LONGEST_DURATION = env.take("CONFERENCE_LONGEST_DURATION", DURATION, SECONDS, "3600")
CONFERENCE_WARNING_BEFORE = env.take(
    "CONFERENCE_WARNING_BEFORE",
    parsing.whole(0, 3600),
    "give whole seconds, at most an hour, or 0 for no warning",
    default="60",
)
ANNOUNCEMENTS_PER_MINUTE = env.take(
    "ANNOUNCEMENTS_PER_MINUTE",
    parsing.whole(1, 1000),
    "write how many announcements a conference may have in a minute",
    default="10",
)
CONFERENCE_CODE_LENGTH = env.take(
    "CONFERENCE_CODE_LENGTH", parsing.whole(4, 8), "choose 4 to 8 digits", "4"
)
DIAL_OUT_CONFIRM = env.take("DIAL_OUT_CONFIRM", parsing.flag, "write true or false", "true")
VOICEMAIL_DELETE_AFTER_FETCH = env.take(
    "VOICEMAIL_DELETE_AFTER_FETCH", parsing.flag, "write true or false", "false"
)
_email_to = env.optional("VOICEMAIL_EMAIL_TO", parsing.emails, "write a@example.com,b@example.com")
_email = env.optional(
    "EMAIL_URL", parsing.email_url, "write smtp+tls://user:password@mail.example.com:587"
)
_email_from = env.optional(
    "DEFAULT_FROM_EMAIL", parsing.email, "write the address that our e-mails come from"
)
STRANGER_RISK_PER_DAY = env.take(
    "STRANGER_RISK_PER_DAY", parsing.probability, "write 0.01 for one per cent", "0.01"
)
CALLS_PER_SECOND = env.take(
    "CALLS_PER_SECOND", parsing.number(0, 1000), "write what your Twilio account allows", "1"
)
TEXTS_PER_SECOND = env.take(
    "TEXTS_PER_SECOND", parsing.number(0, 1000), "write how many texts a second Twilio takes", "50"
)
API_REQUESTS_PER_MINUTE = env.take(
    "API_REQUESTS_PER_MINUTE",
    parsing.whole(1, 100_000_000),
    "write how many requests a key may make in a minute",
    default="60000",
)
API_FAILURES_PER_MINUTE = env.take(
    "API_FAILURES_PER_MINUTE",
    parsing.whole(1, 100_000_000),
    "write how many requests without a valid key one address may make in a minute",
    default="300",
)
MEDIA_ROOT = BASE_DIR / env.take(
    "MEDIA_ROOT", parsing.text, "name the folder for voicemails", default="var/media"
)
_allowed_countries = env.optional(
    "ALLOWED_COUNTRIES", parsing.countries, "list ISO codes, such as US,CA"
)

try:
    env.check_each()
    OWN_LINES = tuple(dict.fromkeys([SERVER_PHONE, MAIN_LINE_PHONE]))
    ALLOWED_COUNTRIES = _allowed_countries or frozenset(
        filter(None, map(parsing.country_of, OWN_LINES))
    )
    env.check_together(
        {
            "FORWARD_PHONE is one of our own lines: name the phone of a person, or calls would"
            " ring in circles.": FORWARD_PHONE in OWN_LINES,
            "CONFERENCE_MIN_DURATION is above CONFERENCE_MAX_DURATION: lower it or raise the"
            " other.": CONFERENCE_MIN_DURATION > CONFERENCE_MAX_DURATION,
            "VOICEMAIL_EMAIL_TO is given and EMAIL_URL is not: name the mail server, too.": (
                _email_to is not None and _email is None
            ),
            "TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET go together: give both or neither.": (
                (TWILIO_API_KEY_SID is None) != (TWILIO_API_KEY_SECRET is None)
            ),
            "ALLOWED_COUNTRIES is missing and our own numbers are of no country: list ISO codes,"
            " such as US,CA.": not ALLOWED_COUNTRIES,
        }
    )
except ImproperlyConfigured as problems:
    # Every program of ours imports this file, so this is where each of them stops readably.
    raise SystemExit(f"Partyline cannot start:\n{problems}") from None

TWILIO_AUTH_TOKENS = tuple(filter(None, [TWILIO_AUTH_TOKEN, TWILIO_AUTH_TOKEN_SECONDARY]))
TELEPHONY_GATEWAY = "conferencing.carrier.gateway.TwilioGateway"

# --- Django -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "calls",
    "conferencing",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
]
MIDDLEWARE = [
    "config.webhooks_first.WebhooksFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# A redirect to the slash would turn a webhook's POST into a GET and lose its digits.
APPEND_SLASH = False
ALLOWED_HOSTS = [
    *(_allowed_hosts or [urlsplit(PUBLIC_BASE_URL).hostname or ""]),
    *("localhost", "127.0.0.1", "[::1]"),  # Health checks ask from the machine itself.
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]

STATIC_URL = "static/"
# For platforms that run `collectstatic` unasked; nothing needs it, the finders are enough.
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True
warnings.filterwarnings("ignore", "No directory at")  # WhiteNoise, of STATIC_ROOT.
WHITENOISE_AUTOREFRESH = DEBUG

_secure = urlsplit(PUBLIC_BASE_URL).scheme == "https"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [
    r"^(healthz|readyz|metrics)/?$",  # Asked from inside, without TLS.
    r"^twilio/",  # Signed for the https address; a redirect would lose what was posted.
]
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None

# --- E-mail: only the announcements of new messages ---------------------------------------------

_mail = _email or environ.Env.email_url_config("dummymail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _mail["EMAIL_PORT"] or (465 if _mail.get("EMAIL_USE_SSL") else 25)
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 5  # seconds
VOICEMAIL_EMAIL_TO = _email_to or []
DEFAULT_FROM_EMAIL = _email_from or f"partyline@{urlsplit(PUBLIC_BASE_URL).hostname}"

# --- Database, cache, broker --------------------------------------------------------------------

_database = environ.Env.db_url_config(_database_url)
if _database["ENGINE"].endswith("sqlite3"):
    _database["NAME"] = BASE_DIR / _database["NAME"]
    _database["NAME"].parent.mkdir(parents=True, exist_ok=True)
    _database["ENGINE"] = "config.sqlite"
    # Django's defaults fail with "database is locked" as soon as web, worker and beat all write.
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "cached_statements": 400,  # all that there are
    }
else:
    _database["ENGINE"] = "config.postgresql"
DATABASES = {"default": {**_database, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}

_broker_folder = parsing.broker_folder(_broker_url, BASE_DIR)
if _broker_folder is None:
    CACHES = {
        "default": {
            "BACKEND": "config.cache.ForgivingRedisCache",
            "LOCATION": _broker_url,
            "KEY_PREFIX": "partyline",
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
        }
    }
    CELERY_BROKER_URL = _broker_url
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float | str] = {
        "visibility_timeout": 60,
        "socket_connect_timeout": 0.5,
        "socket_timeout": 2,
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    _broker_folder.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_folder),
        "data_folder_out": str(_broker_folder),
        "polling_interval": 0.05,
    }

# --- Celery: a message is only a nudge, the rows are the orders ---------------------------------

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # A lost nudge costs seconds; a repeated one costs work.
CELERY_TASK_DEFAULT_QUEUE = "orders"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = {
    name: {"exchange": name, "routing_key": name} for name in ("orders", "deadlines")
}
CELERY_TASK_ROUTES = {"conferencing.tasks.sweep": {"queue": "deadlines"}}
CELERY_TASK_PUBLISH_RETRY_POLICY: dict[str, float] = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = 16
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # Nothing uses it; on disk its messages pile up.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # A worker outlives any outage of its broker.
# The schedule lives in memory: its file would be one more thing that a killed beat can corrupt.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "conferencing.tasks.sweep",
        "schedule": 1.0,
        "options": {"queue": "deadlines", "expires": 3},
    },
    "reconcile": {
        "task": "conferencing.tasks.reconcile",
        "schedule": 15.0,
        "options": {"queue": "orders", "expires": 15},
    },
    "look": {
        "task": "conferencing.tasks.look",
        "schedule": 3.0,
        "options": {"queue": "orders", "expires": 3},
    },
}

# --- REST ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "conferencing.api.authentication.ApiKeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["conferencing.api.authentication.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["conferencing.api.throttling.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["conferencing.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "conferencing.api.errors.Handler",
    "EXCEPTION_FORMATTER_CLASS": "conferencing.api.errors.Formatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "COMPONENT_SPLIT_PATCH": False,  # What may be patched must be given.
    "TITLE": "Partyline",
    "DESCRIPTION": "Conference calls and a company phone line.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["conferencing.api.schema.without_slash_twins"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "conferencing.api.schema.closed_bodies",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ConferenceStatus": "calls.states.ConferenceStatus",
        "ParticipantStatus": "calls.states.ParticipantStatus",
        "CallStatus": "calls.states.LegStatus",
        "TextStatus": "calls.states.TextStatus",
        "EventKind": "calls.states.EventKind",
        "EndReason": "calls.states.EndReason",
        "Direction": "calls.states.Direction",
        "Mode": "calls.states.Mode",
        "Outcome": "calls.outcomes.Outcome",
        "AnnouncementStatus": "calls.states.AnnouncementStatus",
        "VoicemailStatus": "calls.states.VoicemailStatus",
        "Command": "calls.states.Command",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Logging: one readable line an event, and never a request's body ----------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers of these would say everything twice.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # They speak for every task and every tick, that is each second.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # Warns that a folder has no host name.
    },
}
