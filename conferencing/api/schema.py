"""How the views become an OpenAPI document."""

from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

BODIES: Final = (
    *("NewConference", "NewParticipant", "ParticipantChanges", "HeardFlag"),
    *("Extension", "NewAnnouncement", "Lock"),
)


def without_slash_twins(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each route stands in the URLs twice, in the document once: without a slash at its end."""
    return [each for each in endpoints if not each[0].endswith("/")]


class BearerKey(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "conferencing.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, _: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def closed_bodies(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A body with a field that we do not know is refused."""
    for name in BODIES:
        result["components"]["schemas"][name]["additionalProperties"] = False
    return result
