"""Two years of calls, whatever their number: people who wait, talk, leave messages and meet.

Told in SQL, since Python would write ten million rows for half an hour. Of each twenty calls
some are of each kind; `n` counts the calls, the oldest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Model

from calls.models import Call, CallEvent, Conference, ForwardTarget, Line, Participant, Voicemail

SPAN = timedelta(days=730)
MAIN, DIAL_IN, BOB = "+12125550101", "+12125550100", "+12125550112"
BUSY, RARE = "+13105550100", "+13105550199"
OWNER = "key_benchmark"  # of every second conference; the others are nobody's
LIVE = 5  # calls and conferences, however many there were before
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # as in calls.ids


@dataclass(frozen=True)
class Dialect:
    """What the two databases say differently."""

    whole: str  # a number in so many digits
    hexadecimal: str
    moment: str  # of microseconds since 1970

    def digits(self, number: str, places: int) -> str:
        return self.whole.format(number=number, places=places)

    def sid(self, number: str) -> str:
        return f"'CA' || {self.hexadecimal.format(number=number)}"

    def at(self, microseconds: str) -> str:
        return self.moment.format(us=f"({microseconds})")


POSTGRESQL = Dialect(
    whole="lpad(({number})::text, {places}, '0')",
    hexadecimal="lpad(to_hex({number}), 32, '0')",
    moment="to_timestamp({us} / 1000000.0)",
)
SQLITE = Dialect(
    whole="printf('%0{places}d', {number})",
    hexadecimal="printf('%032x', {number})",
    moment=(
        "strftime('%Y-%m-%d %H:%M:%S', {us} / 1000000, 'unixepoch')"
        " || printf('.%06d', {us} % 1000000)"
    ),
)


@dataclass(frozen=True)
class Filling:
    """Rows of one model: SQL for some columns, the others have their defaults."""

    model: type[Model]
    columns: Mapping[str, str]
    condition: str = "1 = 1"  # which of the `n` it has a row for
    source: str = ""  # the table that the columns are of; empty: the numbers `n`
    step: int = 1  # from each number to the next, from 0 on


@dataclass(frozen=True)
class Rows:
    """`calls` rows of calls, and what belongs to them."""

    calls: int
    say: Dialect
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def tables(self) -> list[Filling]:
        """What to write, in the order of the foreign keys."""
        return [
            *self._lines(),
            self._conferences(),
            self._participants(0),
            self._participants(1),
            self._calls(),
            self._events(),
            self._messages(),
        ]

    def us(self, n: str) -> str:
        """The microsecond of a call."""
        step = SPAN // timedelta(microseconds=1) // self.calls
        newest = int(self.now.timestamp() * 1_000_000)
        return f"({newest} - {step} * ({self.calls} - ({n})))"

    def id(self, prefix: str, n: str, number: str = "") -> str:
        """Ids tell the time; the number makes each another one."""
        us = self.us(n)
        letters = [f"(({us} >> {47 - 5 * place}) & 31)" for place in range(10)]
        letters.append(f"(({us} & 3) << 3)")
        spelt = " || ".join(f"substr('{_ALPHABET}', ({each})::int + 1, 1)" for each in letters)
        if self.say is SQLITE:
            spelt = spelt.replace("::int", "")
        return f"'{prefix}_' || {spelt} || '000000' || {self.say.digits(number or n, 9)}"

    def _number(self, n: str) -> str:
        area, last = self.say.digits(f"{n} * 7 % 780 + 201", 3), self.say.digits(f"{n}/20%100", 2)
        return (
            f"CASE WHEN {n} IN (12, 512, 1012) THEN '{RARE}'"
            f" WHEN {n} % 50 = 13 THEN 'anonymous' WHEN {n} % 100 = 14 THEN '{BUSY}'"
            f" ELSE '+1' || {area} || '55501' || {last} END"
        )

    def _lines(self) -> list[Filling]:
        lines = [
            Filling(
                Line,
                {"id": f"'line_{label}'", "number": f"'{number}'", "label": f"'{number}'"},
                step=self.calls,
            )
            for label, number in (("main", MAIN), ("dial_in", DIAL_IN))
        ]
        bob = {"line_id": "'line_main'", "number": f"'{BOB}'", "name": "'Bob Miller'"}
        return [*lines, Filling(ForwardTarget, bob, step=self.calls)]

    def _conferences(self) -> Filling:
        at, live = self.say.at(self.us("n")), f"n >= {self.calls - LIVE * 20}"
        soon = self.say.at(str(int((self.now + timedelta(days=3650)).timestamp() * 1_000_000)))
        columns = {
            "id": self.id("conf", "n"),
            "name": f"'Meeting ' || {self.say.digits('n', 1)}"
            if self.say is SQLITE
            else "'Meeting ' || n",
            "status": f"CASE WHEN {live} THEN 'live' ELSE 'ended' END",
            "code": self.say.digits("n % 100000000", 8),
            "dial_in_number": f"'{DIAL_IN}'",
            "owner": f"CASE WHEN n % 40 = 0 THEN '{OWNER}' ELSE '' END",
            "max_duration": "300",
            "created_at": at,
            "no_show_at": at,
            "started_at": at,
            "ends_at": f"CASE WHEN {live} THEN {soon} ELSE {at} END",
            "end_reason": f"CASE WHEN {live} THEN '' ELSE 'everyone_left' END",
            "ended_at": f"CASE WHEN {live} THEN NULL ELSE {at} END",
            "code_held": live,
        }
        return Filling(Conference, columns, step=20)

    def _participants(self, who: int) -> Filling:
        text = "n" if self.say is POSTGRESQL else self.say.digits("n", 1)
        first = f"'+1212555' || {self.say.digits('n / 20 % 10000', 4)}"
        named = f"CASE WHEN n % 40 = 0 THEN 'Alice ' ELSE 'Person ' END || {text}"
        columns = {
            "id": self.id("part", "n", f"n + {who}"),
            "conference_id": self.id("conf", "n"),
            "phone_number": self._number("(n + 1)") if who else first,
            "name": named if who else "''",
            "mode": "'dial_out'",
            "status": "'left'",
            "created_at": self.say.at(self.us("n")),
        }
        return Filling(Participant, columns, step=20)

    def _calls(self) -> Filling:
        at, live, kind = self.say.at(self.us("n")), f"n >= {self.calls - LIVE}", "n % 20"
        end = self.say.at(f"{self.us('n')} + 30000000")
        out = f"NOT ({live}) AND {kind} IN (1, 5, 7, 8)"

        def of(kinds: str, value: str) -> str:
            return f"CASE WHEN NOT ({live}) AND {kind} IN ({kinds}) THEN {value} END"

        columns = {
            "id": self.id("call", "n"),
            "sid": self.say.sid("n"),
            "created_at": at,
            "ringing_at": at,
            "answered_at": at,
            "ended_at": f"CASE WHEN {live} THEN NULL ELSE {end} END",
            "duration": "30",
            "direction": f"CASE WHEN {out} THEN 'outbound' ELSE 'inbound' END",
            "from_number": f"CASE WHEN {out} THEN '{MAIN}' ELSE {self._number('n')} END",
            "to_number": f"CASE WHEN NOT ({live}) AND {kind} = 5 THEN '{BOB}'"
            f" WHEN {out} THEN {self._number('n')} ELSE '{MAIN}' END",
            "line_id": f"CASE WHEN {kind} IN (0, 1) THEN 'line_dial_in' ELSE 'line_main' END",
            "conference_id": of("0, 1", self.id("conf", "(n - n % 20)")),
            "participant_id": of("0, 1", self.id("part", "(n - n % 20)", "n")),
            "owner": of("0, 1", f"CASE WHEN n % 40 < 20 THEN '{OWNER}' END"),
            "parent_id": of("5", self.id("call", "(n - 1)")),
            "joined_at": of("0, 1", at),
            "message_left_at": of("2, 3", at),
            "forwarded_at": of("4, 10, 11", at),
            "taken_at": of("4, 5", at),
            "status": f"CASE WHEN {live} THEN 'in_progress' WHEN n % 100 = 6 THEN 'failed'"
            f" WHEN {kind} IN (7, 8) THEN 'no_answer' WHEN {kind} = 9 THEN 'busy'"
            " ELSE 'completed' END",
            "outcome": f"CASE WHEN {live} THEN 'live' WHEN {kind} IN (0, 1) THEN 'conference'"
            f" WHEN {kind} IN (2, 3) THEN 'voicemail' WHEN {kind} IN (4, 5) THEN 'forwarded'"
            f" WHEN n % 100 = 6 THEN 'failed' WHEN {kind} IN (7, 8) THEN 'unreached'"
            f" WHEN {kind} = 9 THEN 'rejected' WHEN {kind} IN (10, 11) THEN 'missed'"
            " ELSE 'abandoned' END",
        }
        return Filling(Call, columns)

    def _events(self) -> Filling:
        columns = {
            "id": "'evt_' || substr(sid, 3)",
            "key": "id || ':completed'",
            "kind": "'leg_status'",
            "at": "created_at",
            "recorded_at": "created_at",
            "call_id": "id",
            "detail": """'{"status": "completed"}'""",
        }
        return Filling(CallEvent, columns, source=Call._meta.db_table)  # noqa: SLF001

    def _messages(self) -> Filling:
        at = self.say.at(self.us("n"))
        columns = {
            "id": self.id("vm", "n"),
            "call_id": self.id("call", "n"),
            "status": "'kept'",
            "duration": "12",
            "audio": "'voicemails/none.mp3'",
            "content_type": "'audio/mpeg'",
            "sha256": f"'{'0' * 64}'",
            "heard_at": f"CASE WHEN n % 100 = 2 THEN NULL ELSE {at} END",
            "created_at": at,
        }
        return Filling(Voicemail, columns, f"n % 20 IN (2, 3) AND n < {self.calls - LIVE}")
