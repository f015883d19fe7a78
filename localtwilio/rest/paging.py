"""Lists: date filters, the envelope, and pages that are followed by `next_page_uri`."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from localtwilio.clock import now
from localtwilio.rest.errors import bad_request

DEFAULT_SIZE, LARGEST_SIZE = 50, 1000
PAGING = ("PageSize", "Page", "PageToken")
Moment = Callable[[Any], float | None]


T = TypeVar("T")


def page(
    path: str,
    key: str,
    query: list[tuple[str, str]],
    items: list[T],
    key_of: Callable[[T], str],
    render: Callable[[T], dict[str, Any]],
) -> dict[str, Any]:
    """One page of `items`, which are filtered and newest first. URIs are relative."""
    asked = dict(query)
    size = _whole(asked, "PageSize", DEFAULT_SIZE)
    size = min(size, LARGEST_SIZE) or DEFAULT_SIZE
    number = _whole(asked, "Page", 0)
    begin = _position(asked.get("PageToken"), items, key_of)
    shown = items[begin : begin + size]
    filters = [(name, value) for name, value in query if name not in PAGING]

    def uri(index: int, start: int) -> str:
        token = [("PageToken", f"PA{key_of(items[start - 1])}")] if start > 0 else []
        pairs = [*filters, ("PageSize", str(size)), ("Page", str(index)), *token]
        return f"{path}?{urlencode(pairs)}"

    more = begin + size < len(items)
    return {
        "first_page_uri": uri(0, 0),
        "next_page_uri": uri(number + 1, begin + size) if more else None,
        "previous_page_uri": uri(number - 1, max(0, begin - size)) if number and begin else None,
        "uri": uri(number, begin),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(0, len(shown) - 1),
        key: [render(item) for item in shown],
    }


def settled(items: Iterable[T], created: Callable[[T], float], lag: float) -> list[T]:
    """Newest first, without what is younger than the listing lag."""
    until = now() - lag
    found = [item for item in items if not lag or created(item) <= until]
    found.reverse()
    return found


def date_filter(query: list[tuple[str, str]], name: str, moment: Moment) -> Callable[[Any], bool]:
    """`Name`, `Name<` and `Name>`: the inequality is part of the parameter's name."""
    asked = dict(query)
    least, most = asked.get(f"{name}>"), asked.get(f"{name}<")
    first = _instants(name, least)[0] if least else float("-inf")
    last = _instants(name, most)[1] if most else float("inf")
    if asked.get(name):
        first, last = _instants(name, asked[name])
    bounded = bool(asked.get(name) or least or most)

    def fits(item: Any) -> bool:
        when = moment(item)
        return not bounded or (when is not None and first <= when < last)

    return fits


def _instants(name: str, text: str) -> tuple[float, float]:
    """First and last instant of a day, or of a second."""
    try:
        begin = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(20001, f"{name}: {text} is not a date") from None
    begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
    length = timedelta(days=1) if len(text) == len("2026-01-31") else timedelta(seconds=1)
    return begin.timestamp(), (begin + length).timestamp()


def _whole(asked: dict[str, str], name: str, default: int) -> int:
    value = asked.get(name) or str(default)
    if not value.isdecimal():
        raise bad_request(20001, f"{name} must be a whole number, not {value}")
    return int(value)


def _position(token: str | None, items: list[T], key_of: Callable[[T], str]) -> int:
    """Where the page begins: just after the item that the token names."""
    if not token:
        return 0
    for index, item in enumerate(items):
        if f"PA{key_of(item)}" == token:
            return index + 1
    raise bad_request(20001, f"PageToken {token} is not valid")
