"""Text messages, from queued to delivered."""

from dataclasses import dataclass, field

from localtwilio.clock import now
from localtwilio.exchange.ids import new_sid
from localtwilio.webhooks import Webhooks

GSM_SEGMENT, UNICODE_SEGMENT = 160, 70
GSM_LONG, UNICODE_LONG = 153, 67
GSM_EXTRA = frozenset("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà\n\r^{}\\[~]|€")

DELIVERY_ERRORS = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
}


@dataclass
class Message:
    """An SMS of the account."""

    account_sid: str
    from_: str | None
    to: str
    body: str
    callback: str | None = None
    messaging_service_sid: str | None = None
    direction: str = "outbound-api"
    status: str = "queued"
    num_media: int = 0
    error_code: int | None = None
    sid: str = field(default_factory=lambda: new_sid("SM"))
    created: float = field(default_factory=now)
    updated: float = field(default_factory=now)
    sent: float | None = None
    deleted: bool = False  # by REST; the ledger keeps it

    @property
    def segments(self) -> int:
        plain = all(letter.isascii() or letter in GSM_EXTRA for letter in self.body)
        one, each = (GSM_SEGMENT, GSM_LONG) if plain else (UNICODE_SEGMENT, UNICODE_LONG)
        length = len(self.body)
        return 1 if length <= one else -(-length // each)

    @property
    def error_message(self) -> str | None:
        return DELIVERY_ERRORS.get(self.error_code, "Unknown error") if self.error_code else None

    def move(self, status: str, webhooks: Webhooks, error_code: int | None = None) -> None:
        """To the next status, with its callback."""
        self.status, self.error_code, self.updated = status, error_code, now()
        if status == "sent":
            self.sent = self.updated
        webhooks.tell(self.callback, "POST", self._params(), status, self.sid)

    def _params(self) -> dict[str, str]:
        params = {
            "MessageSid": self.sid,
            "SmsSid": self.sid,
            "MessageStatus": self.status,
            "SmsStatus": self.status,
            "AccountSid": self.account_sid,
            "From": self.from_ or "",
            "To": self.to,
            "ApiVersion": "2010-04-01",
        }
        if self.error_code:
            params["ErrorCode"] = str(self.error_code)
        if self.messaging_service_sid:
            params["MessagingServiceSid"] = self.messaging_service_sid
        return params
