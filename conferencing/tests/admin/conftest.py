"""Two people of the house: one who may do everything, and one who may only look."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from conferencing import tasks
from conferencing.models import Lane


@pytest.fixture
def chief(db: None) -> Client:
    return _signed_in(User.objects.create_superuser("chief"))


@pytest.fixture
def viewer(db: None) -> Client:
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return _signed_in(user)


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[Lane]:
    """The lanes that were nudged; no broker is asked."""
    sent: list[Lane] = []
    monkeypatch.setattr(
        tasks.work, "apply_async", lambda args, **_options: sent.append(Lane(args[0]))
    )
    return sent


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
