"""How the views become an OpenAPI document."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


def without_slash_twins(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [each for each in endpoints if not each[0].endswith("/")]


class Schema(AutoSchema):  # type: ignore[misc]
    """To be filled."""
