"""One Django process for all that must stand before the web does: `make run` starts it.

It prints the API key, which it makes anew only where the one it is given does not hold.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()  # Before the imports below, which read models.

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402

from conferencing.models import ApiKey  # noqa: E402


def main() -> None:
    """Reads {"username", "password", "api_key"} from stdin."""
    wanted = json.load(sys.stdin)
    call_command("migrate", interactive=False, verbosity=0)
    _ensure_admin(wanted["username"], wanted["password"])
    print(json.dumps({"api_key": _ensure_api_key(wanted["api_key"])}), flush=True)
    call_command("configure_lines", stdout=sys.stderr)


def _ensure_admin(username: str, password: str) -> None:
    user, _ = User.objects.get_or_create(
        username=username, defaults={"is_staff": True, "is_superuser": True}
    )
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])


def _ensure_api_key(secret: str) -> str:
    return secret if secret and ApiKey.find(secret) else ApiKey.issue("make run", staff=True)


if __name__ == "__main__":
    main()
