"""The routes of the feed, below `/admin/activity/`. Nobody gets in who may not into the admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, re_path

from calls import ids
from conferencing.admin.activity import actions, pages

app_name = "activity"
_CALL, _MESSAGE, _CONFERENCE = (
    f"(?P<{name}_id>{ids.PATTERN})" for name in ("call", "message", "conference")
)
_COMMAND = "(?P<command>end|extend|mute_all|unmute_all|lock|unlock)"


def _to(route: str, view: Callable[..., Any], name: str, *, cacheable: bool = False) -> URLPattern:
    return re_path(f"^{route}$", admin.site.admin_view(view, cacheable=cacheable), name=name)


urlpatterns = [
    _to("", pages.page, "page"),
    _to("rows", pages.rows, "rows"),
    _to(r"calls\.csv", pages.as_csv, "csv"),
    _to(f"calls/{_CALL}", pages.timeline, "timeline"),
    # A player asks for the same audio part by part: it may keep what it has.
    _to(f"voicemails/{_MESSAGE}/audio", actions.play, "audio", cacheable=True),
    _to(f"voicemails/{_MESSAGE}/heard", actions.heard, "heard"),
    _to(f"conferences/{_CONFERENCE}/{_COMMAND}", actions.ask, "ask"),
]
