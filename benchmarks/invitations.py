"""So many people to invite, all at once.

python -m benchmarks.invitations dial_out 300
"""

import sys

import django

django.setup()

from calls.states import Mode  # noqa: E402
from conferencing.conferences import Invitee, NewConference, open_conference  # noqa: E402

_OF_EACH = 100  # people in a conference


def main() -> None:
    mode, count = Mode(sys.argv[1]), int(sys.argv[2])
    for area in range(0, count, _OF_EACH):
        people = [Invitee(f"+1{212 + area // _OF_EACH}55501{n:02d}", mode) for n in range(_OF_EACH)]
        open_conference(NewConference(people, owner="key_benchmark"))


if __name__ == "__main__":
    main()
