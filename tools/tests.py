"""`make test`: every test, on SQLite and files and again on PostgreSQL and Redis."""

import os
import subprocess
import sys
from contextlib import ExitStack

from tools import legs
from tools.console import Steps, stop

# A worker that dies is not replaced: xdist may then wait for ever for what it had.
PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-n",
    "2",
    "--dist",
    "worksteal",
    "--max-worker-restart",
    "0",
]
DATABASE_TESTS = ["calls", "conferencing", "-m", "database"]
REMEDIES = {
    "PARTYLINE_TEST_POSTGRES_URL": "PostgreSQL: start one at 127.0.0.1:5432",
    "PARTYLINE_TEST_REDIS_URL": "Redis: install redis-server (apt-get install redis-server)",
    "PARTYLINE_TEST_CHROMIUM": "Browser: install Chromium (apt-get install chromium)",
}


def main() -> None:
    steps = Steps(5, done=2)
    arguments = sys.argv[1:]
    with ExitStack() as stack:
        steps.next("PostgreSQL, Redis and Chromium: found, or started")
        found = {
            "PARTYLINE_TEST_POSTGRES_URL": stack.enter_context(legs.postgres()),
            "PARTYLINE_TEST_REDIS_URL": stack.enter_context(legs.redis_server()),
            "PARTYLINE_TEST_CHROMIUM": legs.chromium(),
        }
        report(found)
        sys.exit(run(steps, arguments, {name: url for name, url in found.items() if url}))


def report(found: dict[str, str | None]) -> None:
    """Says what there is and, loudly, what there is not; with CI=true that is the end."""
    for name, value in found.items():
        print(f"    {name}={value}" if value else f"SKIPPED {REMEDIES[name]}", flush=True)
    if os.environ.get("CI") == "true" and None in found.values():
        stop("With CI=true nothing may be skipped.")


def run(steps: Steps, arguments: list[str], found: dict[str, str]) -> int:
    """Both runs of pytest; the last line printed is the closing line of one that failed, if any."""
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= found
    server = found.get("PARTYLINE_TEST_POSTGRES_URL")
    steps.next("tests of calls and conferencing on PostgreSQL")
    if server:
        own_name = f"{server.rpartition('/')[0]}/partyline_{os.getpid()}"
        on_postgres = {**env, "DATABASE_URL": own_name}
        code, closing_line = pytest(DATABASE_TESTS, on_postgres)
    else:
        code, closing_line = 0, ""
    steps.next("all tests")
    all_code, _ = pytest(arguments, env)
    if code and not all_code:
        print(f"On PostgreSQL:\n{closing_line}", flush=True)
    return code or all_code


def pytest(arguments: list[str], env: dict[str, str]) -> tuple[int, str]:
    """The exit code and the last line, with everything shown as it comes."""
    last_line = ""
    process = subprocess.Popen([*PYTEST, *arguments], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        last_line = line.strip() or last_line
    return process.wait(), last_line


if __name__ == "__main__":
    main()
