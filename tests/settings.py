"""The product's settings under test: its own, on placeholder values, whatever `.env` says."""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.gettempdir()) / f"partyline-tests-{os.getuid()}"
_folder.mkdir(exist_ok=True)

os.environ["PARTYLINE_ENV_FILE"] = ""
os.environ |= {
    "DJANGO_SECRET_KEY": "not-a-secret-only-for-tests-0123456789-abcdefghijklm",
    "DJANGO_DEBUG": "false",
    "DJANGO_ALLOWED_HOSTS": "",
    "PUBLIC_BASE_URL": "http://testserver",
    "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{_folder}/default.sqlite3",
    "CELERY_BROKER_URL": f"filesystem://{_folder}/broker",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token-for-tests",
    "TWILIO_AUTH_TOKEN_SECONDARY": "",
    "TWILIO_API_KEY_SID": "",
    "TWILIO_API_KEY_SECRET": "",
    "TWILIO_API_BASE_URL": "http://127.0.0.1:9",  # The discard port: nothing answers there.
    "SERVER_PHONE": "+12125550100",
    "MAIN_LINE_PHONE": "+12125550101",
    "FORWARD_PHONE": "+12125550112",
}

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

# In memory SQLite would hide every "database is locked".
if DATABASES["default"]["ENGINE"] == "config.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": _folder / f"test-{os.getpid()}.sqlite3"}
