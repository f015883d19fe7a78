"""A leg that has been let into its room: whether it may go back, and its way out for good."""

from dataclasses import dataclass
from typing import Self

from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.states import LEG_OVER, ConferenceStatus, EndReason, EventKind
from conferencing import admission, in_the_room, orders
from conferencing.steps import GRACE, Farewell, Goodbye, Join, RoomAnswer


@dataclass(frozen=True)
class Visit:
    """`stay` counts the leg's entries from 0, as in `Join`."""

    call: Call
    conference: Conference
    person: Participant
    stay: int

    @classmethod
    def of(cls, call_id: str, stay: int) -> Self | None:
        """None: the leg was never let into a conference."""
        call = Call.objects.select_related("conference", "participant").get(id=call_id)
        if call.conference is None or call.participant is None:
            return None
        return cls(call, call.conference, call.participant, stay)

    @property
    def seconds_left(self) -> float:
        """Until the conference must end; 0: it is over, or about to be."""
        ends_at = self.conference.ends_at
        if self.conference.status != ConferenceStatus.LIVE or ends_at is None:
            return 0
        return max(0, (ends_at - timezone.now()).total_seconds())

    def may_go_on(self) -> bool:
        on_the_phone = self.call.status not in LEG_OVER
        return on_the_phone and self.seconds_left > 0 and not orders.is_to_be_hung_up(self.call)

    def back_in(self, answer: RoomAnswer | None = None) -> Join:
        return admission.join(
            self.call.id, self.conference, self.person, stay=self.stay + 1, answer=answer
        )

    def leave(self) -> None:
        """The leg itself says that it is out for good, whatever we hear of the room."""
        left = Happening(kind=EventKind.LEFT, key=f"{self.call.id}:left:{self.stay}")
        journal.leg_seen(self.call.id, left)
        in_the_room.set_right(self.conference.id)

    def say_goodbye(self) -> Goodbye:
        self.leave()
        return Goodbye(self._why())

    def see_off(self) -> Goodbye:
        """As `say_goodbye`; but who was still on the way in has not been in, and leaves nothing."""
        if self.call.joined_at:
            self.leave()
        return Goodbye(self._why())

    def _why(self) -> Farewell:
        if self.seconds_left:
            return Farewell.LEFT
        by_the_clock = self.conference.end_reason in ("", EndReason.TIME_LIMIT)
        return Farewell.TIME_IS_UP if by_the_clock else Farewell.ENDED


def time_ran_out(deadline: int) -> bool:
    """Whether a leg that came out of the room just now was let out by its own time limit.

    The network does not say so. The limit is `GRACE` after the deadline that stood when the leg
    was sent in, rounded, and begins to count when the leg is in.
    """
    return timezone.now().timestamp() >= deadline + GRACE - 1
