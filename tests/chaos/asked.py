"""What was asked for, and given a yes: the first of the three sides that are compared."""

from dataclasses import dataclass

from tests.chaos.plan import Group


@dataclass(frozen=True)
class Asked:
    """A conference that our API said it has opened, and the plan for its people."""

    id: str
    group: Group
    opened_at: float
    ended_by_owner: bool = False

    @property
    def invitations(self) -> set[tuple[str, str]]:
        return {(person.number, person.mode) for person in self.group.people}
