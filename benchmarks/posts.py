"""POST of a conference of three against a DRF view that writes the same four rows."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import letters
from benchmarks.bench import Bench
from benchmarks.load import Load, Post
from benchmarks.report import Finding, Goal
from benchmarks.stage import Stage
from tests.journeys.house import House

_AT_ONCE = 16
_MOST = 500  # a second


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    # Only half of all codes are ever given out: four digits would be gone in seconds.
    settings = {"CONFERENCE_CODE_LENGTH": "8", "API_REQUESTS_PER_MINUTE": "100000000"}
    enough = round(_MOST * bench.seconds * (bench.rounds + 1))
    with stage.house(**settings) as house, stage.reference() as reference:
        house.start_web()
        key = house.manage("create_api_key", "benchmark").strip()
        posts = {
            "ours": _posts(
                house, "/api/v1/conferences", {"Authorization": f"Bearer {key}"}, enough
            ),
            "drf": _posts(reference, "/conferences", {}, enough),
        }
        shots = {name: partial(post.load, _AT_ONCE, bench.seconds) for name, post in posts.items()}
        for shot in shots.values():  # warm
            shot()
        rounds = bench.rounds_of(shots)
    ours, theirs = (
        f"{median(each[name].rate for each in rounds):.0f}/s, {_errors(rounds, name)} errors"
        for name in posts
    )
    yield Finding(
        part="posts",
        database=stage.kind,
        what=f"POST of a conference of three, {_AT_ONCE} at once",
        ours=ours,
        reference=f"DRF view, four rows {theirs}",
        figure=median(each["ours"].rate / each["drf"].rate for each in rounds),
        goal=Goal("≥", 0.8),
    )


def _errors(rounds: list[dict[str, Load]], name: str) -> int:
    return sum(each[name].errors for each in rounds)


def _posts(house: House, path: str, headers: dict[str, str], count: int) -> Post:
    file = Path(house.folder) / "posts.requests"
    headers = {**headers, "Content-Type": "application/json"}
    letters.write(
        file,
        (letters.post(house.web_url, path, headers, _conference(n)) for n in range(count)),
    )
    return Post(house.web_url, file)


def _conference(number: int) -> bytes:
    people = [
        {"phone_number": f"+1{area}55501{number % 100:02d}", "mode": mode}
        for area, mode in ((213, "dial_in"), (310, "dial_out"), (415, "dial_out"))
    ]
    return json.dumps({"name": f"Meeting {number}", "participants": people}).encode()
