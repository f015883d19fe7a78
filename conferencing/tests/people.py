"""People at their phones, as the carrier's webhooks would tell of them: a test reads as a call."""

from collections.abc import Callable
from functools import partial
from itertools import count

from django.utils import timezone

from calls.models import Announcement, Call, Conference, Participant
from calls.states import EventKind, LegStatus, Mode, TextStatus
from conferencing import conferences, ivr, performing, progress, room_menu
from conferencing.conferences import Invitee, NewConference
from conferencing.models import Lane, Order
from conferencing.news import IncomingCall, LegNews, RoomNews, TextNews
from conferencing.steps import AskCode, RoomMenu, Step

ANNA, BERT, CARL, DORA = (f"+1212555012{n}" for n in range(4))
STRANGER = "+12125550199"
WITHHELD = "anonymous"

_numbers = count(1)

texted: Callable[[str], Invitee] = partial(Invitee, mode=Mode.DIAL_IN)
called: Callable[[str], Invitee] = partial(Invitee, mode=Mode.DIAL_OUT)


def opened(
    *invitees: Invitee, name: str = "", max_duration: int = 300, **roles: bool
) -> Conference:
    people = list(invitees) or [texted(ANNA), called(BERT)]
    return conferences.open_conference(NewConference(people, "key_1", name, max_duration, **roles))


def invited(*invitees: Invitee, **more: object) -> Conference:
    """Opened, and the workers have texted and called."""
    conference = opened(*invitees, **more)
    work()
    return conference


def both_in(conference: Conference) -> tuple[Call, Call]:
    """Anna has dialled in, and Bert has been called."""
    return dials_in(ANNA, conference), takes_part(leg_of(person(conference, BERT)))


def work() -> None:
    """The workers do what is due, until nothing is."""
    for lane in (Lane.INVITING, Lane.ENDING, Lane.ROOM):
        while performing.work(lane):
            pass


Row = Announcement | Call | Conference | Order | Participant


def now(row: Row) -> Row:
    """The row as it stands in the database now."""
    return type(row).objects.get(pk=row.pk)


def person(conference: Conference, number: str | None, mode: Mode | None = None) -> Participant:
    people = conference.participants.filter(phone_number=number)
    return people.get(**({"mode": mode} if mode else {}))


def leg_of(who: Participant) -> Call:
    leg = now(who).current_call
    assert leg is not None
    return leg


def wrong(code: str) -> str:
    """Digits that are not this code."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


# --- Phones that call us ------------------------------------------------------------------------


def rings_in(number: str, line: str = "+12125550100") -> Call:
    """Somebody dials us, and hears that a code is wanted."""
    sid = f"CAf{next(_numbers):031x}"
    step = ivr.incoming(IncomingCall(sid, number, line))
    assert isinstance(step, AskCode)
    return Call.objects.get(id=step.call_id)


def types(leg: Call, digits: str) -> Step:
    return ivr.code_entered(leg.id, digits)


def dials_in(number: str, conference: Conference) -> Call:
    """Dials, enters the code, and is in the room."""
    leg = rings_in(number)
    types(leg, conference.code)
    enters_room(leg)
    return now(leg)


# --- Phones that we call ------------------------------------------------------------------------


def picks_up(leg: Call) -> Step:
    return ivr.answered(leg.id, now(leg).sid or f"CAe{next(_numbers):031x}")


def presses(leg: Call, digits: str) -> Step:
    return ivr.confirmation(leg.id, digits)


def takes_part(leg: Call) -> Call:
    """Picks up, presses 1, and is in the room."""
    picks_up(leg)
    presses(leg, "1")
    enters_room(leg)
    return now(leg)


# --- Phones in the room ---------------------------------------------------------------------------


def deadline_of(leg: Call) -> int:
    """As it stands in what the leg was sent in with."""
    ends_at = Conference.objects.get(id=now(leg).conference_id).ends_at
    assert ends_at is not None
    return int(ends_at.timestamp())


def presses_star(leg: Call, stay: int = 0, deadline: int = 0) -> Step:
    """Out of the room, and the network asks what is next; `stay` and `deadline` as in the Join."""
    return room_menu.left_room(leg.id, deadline or deadline_of(leg), stay)


def presses_in_menu(menu: Step, key: str) -> Step:
    """Empty: presses nothing."""
    assert isinstance(menu, RoomMenu), menu
    return room_menu.pressed(menu.call_id, key, menu.stay, menu.asked, menu.misses)


# --- What the network tells ---------------------------------------------------------------------


def told(leg: Call, status: LegStatus, sid: str = "", **facts: object) -> None:
    sid = sid or now(leg).sid or f"CAd{next(_numbers):031x}"
    progress.leg(leg.id, LegNews(sid, status, timezone.now(), f"callback:{status}", **facts))


def hangs_up(leg: Call) -> None:
    told(leg, LegStatus.COMPLETED)


def enters_room(leg: Call, room: str = "CF1", number: int | None = None) -> None:
    _seen(leg, EventKind.JOINED, room, number)


def leaves_room(leg: Call, room: str = "CF1", number: int | None = None) -> None:
    _seen(leg, EventKind.LEFT, room, number)


def is_said_to_be(leg: Call, kind: EventKind, room: str = "CF1", number: int | None = None) -> None:
    """The room tells that somebody in it is muted, unmuted, held or resumed."""
    _seen(leg, kind, room, number, **_CHANGES[kind])


_CHANGES = {
    EventKind.MUTED: {"muted": "true"},
    EventKind.UNMUTED: {"muted": "false"},
    EventKind.HELD: {"on_hold": "true"},
    EventKind.RESUMED: {"on_hold": "false"},
}


def has_been_said(announcement: Announcement, error: tuple[str, str] | None = None) -> None:
    """The room tells that an announcement is over, or could not be made."""
    kind = EventKind.ANNOUNCEMENT_FAILED if error else EventKind.ANNOUNCEMENT_HEARD
    about = {"announcement_id": announcement.id, "error": error}
    news = RoomNews("CF1", kind, timezone.now(), next(_numbers), **about)
    progress.room(announcement.conference_id, news)


def _seen(leg: Call, kind: EventKind, room: str, number: int | None, **detail: str) -> None:
    leg = now(leg)
    sequence = next(_numbers) if number is None else number
    about = {"call_id": leg.id, "leg_sid": leg.sid or "", "detail": detail}
    progress.room(str(leg.conference_id), RoomNews(room, kind, timezone.now(), sequence, **about))


def text_fares(who: Participant, status: TextStatus, sid: str = "", **facts: object) -> None:
    sid = sid or now(who).text_sid or f"SMd{next(_numbers):031x}"
    progress.text(who.id, TextNews(sid, status, timezone.now(), **facts))
