"""Where a leg's next TwiML document comes from."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """A URL to ask, or TwiML given inline. `params` are added to the common ones."""

    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)
