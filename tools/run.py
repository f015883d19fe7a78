"""`make run`: web, worker, beat and the local telephone network, until somebody says stop."""

import fcntl
import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from tools import embedded
from tools.console import Steps, stop
from tools.embedded import ROOT, VAR, Ports
from tools.processes import Family, Stopped

BIN = Path(sys.executable).parent
RUN_FILE = VAR / "run.json"
_held: list[TextIO] = []
FIRST_HANDSETS = ("+12125550111", "+12125550112")


def main() -> None:
    steps = Steps(6, done=2)
    _alone()
    steps.next("settings: the embedded default, under .env and the environment")
    ports = Ports.chosen()
    kept = embedded.kept_secrets()
    env = embedded.environment(ports, kept)
    admin = {"username": "admin", "password": kept["admin_password"]}
    family = Family(env, VAR / "log")
    try:
        api_key = start(family, steps, ports, env, {**admin, "api_key": last_api_key()})
        announce(ports, env, admin, api_key)
        family.watch()
    except Stopped:
        print("\nStopping.", flush=True)
    except RuntimeError as problem:
        family.stop()
        stop(str(problem))
    finally:
        family.stop()


def _alone() -> None:
    """Two at once would share one database and one broker, and take each other's orders."""
    VAR.mkdir(parents=True, exist_ok=True)
    lock = (VAR / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stop("Partyline runs already in this folder: stop it first, with Ctrl-C where it runs.")
    _held.append(lock)  # until this process ends, however it ends


def start(
    family: Family, steps: Steps, ports: Ports, env: dict[str, str], wanted: dict[str, str]
) -> str:
    """Starts everything in its order and returns the API key.

    `wanted` is the admin's username and password, and an API key to keep if it still holds.
    """
    steps.next(f"telephone network at {ports.phones_url}")
    family.start("phones", *phones_command(ports, env))
    steps.next("database, admin login, API key, our numbers' webhooks")
    api_key = prepare(family, ports, env, wanted)
    steps.next(f"web at {ports.web_url}, workers, beat")
    family.start("web", str(BIN / "gunicorn"), "--bind", f"127.0.0.1:{ports.web}", "config.wsgi")
    # The others only afterwards: where cores are few, all at once would keep people waiting.
    family.wait_until(lambda: answers(ports.web, "/healthz"), 60, "The web")
    for name, queue in (("worker", "orders"), ("deadlines", "deadlines")):
        options = ["-Q", queue, "-n", f"{name}@%h", "--without-mingle", "--without-gossip"]
        family.start(name, str(BIN / "celery"), "-A", "config", "worker", *options)
    family.start("beat", str(BIN / "celery"), "-A", "config", "beat")
    return api_key


def phones_command(ports: Ports, env: dict[str, str]) -> list[str]:
    command = [sys.executable, "-m", "localtwilio", "--port", str(ports.phones)]
    command += ["--account-sid", env["TWILIO_ACCOUNT_SID"]]
    command += ["--auth-token", env["TWILIO_AUTH_TOKEN"]]
    if env.get("TWILIO_AUTH_TOKEN_SECONDARY"):
        command += ["--auth-token-secondary", env["TWILIO_AUTH_TOKEN_SECONDARY"]]
    if env.get("TWILIO_API_KEY_SID"):
        command += ["--api-key", f"{env['TWILIO_API_KEY_SID']}:{env['TWILIO_API_KEY_SECRET']}"]
    for number in dict.fromkeys([env["SERVER_PHONE"], env["MAIN_LINE_PHONE"]]):
        command += ["--line", number]
    return command


def prepare(family: Family, ports: Ports, env: dict[str, str], wanted: dict[str, str]) -> str:
    """Runs tools.prepare once the telephone network answers, and returns the API key."""
    family.wait_until(lambda: answers(ports.phones, "/phones"), 60, "The telephone network")
    done = subprocess.run(
        [sys.executable, "-m", "tools.prepare"],
        input=json.dumps(wanted),
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if "api_key" not in line]
        raise RuntimeError("\n".join(said))
    return str(json.loads(done.stdout.splitlines()[0])["api_key"])


def last_api_key() -> str:
    try:
        return str(json.loads(RUN_FILE.read_text())["api_key"])
    except (FileNotFoundError, ValueError, KeyError):
        return ""


def answers(port: int, path: str) -> bool:
    """Whether something there speaks HTTP and is not in trouble."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(ports: Ports, env: dict[str, str], admin: dict[str, str], api_key: str) -> None:
    """Writes var/run.json, and says the same to a person."""
    facts = {
        "web_url": ports.web_url,
        "phones_url": ports.phones_url,
        "admin": admin,
        "api_key": api_key,
        "server_phone": env["SERVER_PHONE"],
        "main_line_phone": env["MAIN_LINE_PHONE"],
        "forward_phone": env["FORWARD_PHONE"],
    }
    embedded.write_private(RUN_FILE, facts)
    dial_in, dial_out = FIRST_HANDSETS
    body = {
        "name": "First call",
        "participants": [
            {"phone_number": dial_in, "mode": "dial_in"},
            {"phone_number": dial_out, "mode": "dial_out"},
        ],
    }
    print(
        f"""
Partyline runs. Ctrl-C stops it; what it knows stays in var/.

  Phones     {ports.phones_url}/
  Feed       {ports.web_url}/admin/activity/
  Admin      {ports.web_url}/admin/   login {admin["username"]}, password {admin["password"]}
  API        {ports.web_url}/api/docs
  API key    {api_key}
  Numbers    {env["SERVER_PHONE"]} conferences, {env["MAIN_LINE_PHONE"]} main line, \
forwarded to {env["FORWARD_PHONE"]}

On the phones page, call {env["MAIN_LINE_PHONE"]}: 1 reaches a person, 2 leaves a message.
A conference of {dial_in}, who is texted the code, and {dial_out}, who is called:

curl -sS {ports.web_url}/api/v1/conferences \\
  -H 'Authorization: Bearer {api_key}' \\
  -H 'Content-Type: application/json' \\
  -d '{json.dumps(body)}'
""",
        flush=True,
    )


if __name__ == "__main__":
    main()
