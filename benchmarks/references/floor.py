"""The same SQL without a web: `pgbench`, or a bare loop over SQLite."""

import re
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.load import Load

_SCRIPT = r"""
\set n random(1, :legs)
\set key random(1, 9000000000000000)
BEGIN;
SELECT id, sid, status, updated_at FROM references_leg WHERE sid = 'CA' || lpad(:n::text, 32, '0');
INSERT INTO references_told (leg_id, key, status, payload, at)
    VALUES (:n, 'floor:' || :key, 'ringing', '{"CallStatus": "ringing"}', now());
UPDATE references_leg SET status = 'ringing', updated_at = now() WHERE id = :n;
COMMIT;
"""


def on_postgresql(url: str, legs: int, connections: int, seconds: float) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT)
        script.flush()
        command = ["pgbench", "-n", "-M", "prepared", "-f", script.name, "-D", f"legs={legs}"]
        command += [f"-c{connections}", "-j1", f"-T{max(1, round(seconds))}", url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    rate = float(_found(r"tps = ([\d.]+)", done.stdout))
    latency = float(_found(r"latency average = ([\d.]+)", done.stdout))
    return Load(round(rate * seconds), seconds, latency, latency, 0, 0)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def on_sqlite(file: Path, legs: int, seconds: float) -> Load:
    """One writer at a time is all that SQLite has, so one loop is as fast as many."""
    database = sqlite3.connect(file, isolation_level=None, timeout=20)
    database.execute("PRAGMA synchronous=NORMAL")
    done, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        n = done % legs + 1
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "SELECT id, sid, status, updated_at FROM references_leg WHERE sid = ?", (f"CA{n:032d}",)
        ).fetchone()
        database.execute(
            "INSERT INTO references_told (leg_id, key, status, payload, at)"
            " VALUES (?, ?, 'ringing', '{\"CallStatus\": \"ringing\"}', CURRENT_TIMESTAMP)",
            (n, f"floor:{time.perf_counter_ns()}"),
        )
        database.execute(
            "UPDATE references_leg SET status = 'ringing', updated_at = CURRENT_TIMESTAMP"
            " WHERE id = ?",
            (n,),
        )
        database.execute("COMMIT")
        done += 1
    took = time.perf_counter() - begin
    database.close()
    return Load(done, took, 1000 * took / done, 1000 * took / done, 0, 0)
