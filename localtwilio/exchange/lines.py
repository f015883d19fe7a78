"""Lines: the numbers that the account owns, and their webhooks."""

from dataclasses import dataclass, field

from localtwilio.clock import now
from localtwilio.exchange.ids import new_sid


@dataclass
class Line:
    """An incoming phone number; set by REST through `IncomingPhoneNumbers`."""

    number: str
    sid: str = field(default_factory=lambda: new_sid("PN"))
    friendly_name: str = ""
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    voice_application_sid: str | None = None
    voice_caller_id_lookup: bool = False
    voice_receive_mode: str = "voice"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    sms_url: str | None = None
    sms_method: str = "POST"
    sms_fallback_url: str | None = None
    sms_fallback_method: str = "POST"
    sms_application_sid: str | None = None
    trunk_sid: str | None = None
    created: float = field(default_factory=now)
    updated: float = field(default_factory=now)

    def __post_init__(self) -> None:
        self.friendly_name = self.friendly_name or self.number
