"""What the network tells us unasked: into the journal, and what follows from it."""

from conferencing.news import LegNews, RoomNews, TextNews


def leg(call_id: str, news: LegNews) -> None:
    """News of a leg that we know by our own id, whose callback URL carried it."""
    raise NotImplementedError


def leg_of_line(news: LegNews) -> None:
    """News of an inbound leg, which we know by the network's id."""
    raise NotImplementedError


def room(conference_id: str, news: RoomNews) -> None:
    raise NotImplementedError


def text(participant_id: str, news: TextNews) -> None:
    raise NotImplementedError
