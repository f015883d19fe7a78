"""Connection overrides that stand in a webhook URL's fragment: `#rc=2&rp=5xx,ct`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag


@dataclass(frozen=True)
class Overrides:
    """Twilio's defaults: one retry, only when the connection fails. Times in seconds."""

    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retries_on(self, reason: str) -> bool:
        """`reason` is one of ct, rt, 4xx, 5xx."""
        return reason in self.policy or "all" in self.policy


def split_overrides(url: str) -> tuple[str, Overrides]:
    """The URL without its fragment, and what the fragment asks for; nonsense is ignored."""
    bare, fragment = urldefrag(url)
    asked = dict(parse_qsl(fragment))
    policy = asked.get("rp", "ct").lower().split(",")
    return bare, Overrides(
        connect_timeout=_milliseconds(asked.get("ct"), 5.0, least=0.1, most=10.0),
        read_timeout=_milliseconds(asked.get("rt"), 15.0, least=0.1, most=15.0),
        total_timeout=_milliseconds(asked.get("tt"), 15.0, least=0.1, most=15.0),
        retries=min(5, int(asked["rc"])) if asked.get("rc", "").isdecimal() else 1,
        policy=frozenset(word.strip() for word in policy),
    )


def _milliseconds(text: str | None, default: float, least: float, most: float) -> float:
    if text is None or not text.isdecimal():
        return default
    return min(most, max(least, int(text) / 1000))
