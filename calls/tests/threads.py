"""Writers that start together, each with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections


def together(*deeds: Callable[[], object]) -> None:
    """Do all of them at once; raises what the first of them raised."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        try:
            start.wait(timeout=30)
            deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        for future in [pool.submit(run, deed) for deed in deeds]:
            future.result()


def one_after_another(deeds: Sequence[Callable[[], object]]) -> Callable[[], None]:
    def run() -> None:
        for deed in deeds:
            deed()

    return run
