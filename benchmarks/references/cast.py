"""The legs of the references, and the callbacks about them.

python -m benchmarks.references.cast /plain 20000 FILE
"""

import sys
from pathlib import Path

import django

django.setup()

from benchmarks import forms  # noqa: E402
from benchmarks.letters import Letter, Sender, write  # noqa: E402
from benchmarks.references.models import Leg  # noqa: E402
from config.settings import PUBLIC_BASE_URL, TWILIO_AUTH_TOKEN  # noqa: E402

_PATHS = ["/plain", "/lean"]


def main() -> None:
    path, count, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    begin = _PATHS.index(path) * 10**6
    legs = -(-count // len(forms.LIFE))
    Leg.objects.bulk_create((Leg(sid=forms.sid(begin + n)) for n in range(legs)), batch_size=2000)
    sender = Sender(PUBLIC_BASE_URL, TWILIO_AUTH_TOKEN)
    letters = (
        Letter(path, forms.status(begin + n, "+12125550100", "+13105550100", step))
        for n, step in forms.in_turns(legs, len(forms.LIFE))
    )
    write(file, map(sender.signed, letters))


if __name__ == "__main__":
    main()
