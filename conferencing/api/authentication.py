"""Who asks: `Authorization: Bearer KEY`, and what the key may do."""

from django.core.cache import cache
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from conferencing.api.throttling import failed_authentications
from conferencing.models import ApiKey

_HOW = "Send the header `Authorization: Bearer KEY`; `manage.py create_api_key` makes a key."


class ApiKeyAuthentication(BaseAuthentication):
    """401 for a missing, a wrong and a revoked key; all three sound alike but the first."""

    def authenticate(self, request: Request) -> tuple[ApiKey, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, secret = header.partition(" ")
        key = ApiKey.find(secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            _count_failure(request)
            raise AuthenticationFailed(f"This API key is not valid. {_HOW}")
        return key, None

    def authenticate_header(self, _request: Request) -> str:
        return 'Bearer realm="partyline"'


def _count_failure(request: Request) -> None:
    """Slow down whoever tries keys. A good key never gets here, whatever its neighbours do."""
    wait = failed_authentications().wait(cache, str(request.META.get("REMOTE_ADDR", "")))
    if wait:
        raise Throttled(wait)


class HasScope(BasePermission):
    """Any key may read; a read-only key may do no more."""

    message = "This API key may only read: use one that was made without --read-only."

    def has_permission(self, request: Request, _view: object) -> bool:
        key = request.user
        if not isinstance(key, ApiKey):
            return False
        return request.method in SAFE_METHODS or not key.read_only
