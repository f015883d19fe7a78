"""A round of questions to the network: it ends when its time is up or nobody answers."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from django.utils import timezone

from conferencing import stopping
from conferencing.telephony import Refused, TelephonyError

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Round:
    """Keeps a worker from others no longer than `longest`: the next round is never far."""

    def __init__(self, longest: timedelta) -> None:
        self._until = timezone.now() + longest
        self.silent = False  # nobody answers

    @property
    def over(self) -> bool:
        return self.silent or stopping.asked.is_set() or timezone.now() > self._until

    def ask(self, question: Callable[[], T]) -> T | None:
        """The answer; None where the network would not say, or does not answer at all."""
        try:
            return question()
        except Refused as error:
            logger.warning("the network would not say: %s", error.detail)
        except TelephonyError as error:
            logger.warning("the network does not answer: %s", error.detail)
            self.silent = True
        return None

    def each(self, questions: Callable[[], Iterable[T]]) -> Iterator[T]:
        """The items of a list that comes page by page, as far as it comes."""
        items = iter(self.ask(questions) or ())
        while not self.over:
            item = self.ask(lambda: next(items, None))
            if item is None:
                return
            yield item
