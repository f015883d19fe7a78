"""Text messages on their way: queued, sent, delivered, as the handset's behaviour wants it."""

import asyncio
from collections.abc import Callable, Mapping

from localtwilio.exchange.handsets import Handset, InboxMessage
from localtwilio.exchange.lines import Line
from localtwilio.exchange.messages import Message
from localtwilio.webhooks import Webhooks

CARRIER = 0.1  # seconds an SMS takes from one status to the next


class Texting:
    """All messages of the account."""

    def __init__(
        self, webhooks: Webhooks, lines: Mapping[str, Line], handset: Callable[[str], Handset]
    ) -> None:
        self.messages: dict[str, Message] = {}
        self._webhooks, self._lines, self._handset = webhooks, lines, handset

    def send(self, message: Message) -> None:
        """Each status has its callback; a handset has the text in its inbox once it is sent."""
        self.messages[message.sid] = message
        message.move("queued" if message.from_ else "accepted", self._webhooks)
        self._later(lambda: self._sent(message))

    def _sent(self, message: Message) -> None:
        message.move("sent", self._webhooks)
        self._later(lambda: self._delivered(message))
        if message.to not in self._lines and self._wanted(message) == "deliver":
            sender = message.from_ or next(iter(self._lines))
            self._handset(message.to).inbox.append(
                InboxMessage(message.sid, sender, message.body, message.updated)
            )

    def _delivered(self, message: Message) -> None:
        wanted = self._wanted(message)
        if wanted == "deliver":
            message.move("delivered", self._webhooks)
        else:
            message.move("undelivered", self._webhooks, int(wanted.partition(":")[2]))

    def _wanted(self, message: Message) -> str:
        if message.to in self._lines:
            return "deliver"
        return self._handset(message.to).behaviour.on_sms

    def _later(self, act: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(CARRIER, act)
