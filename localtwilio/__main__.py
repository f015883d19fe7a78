"""`python -m localtwilio`: read the arguments, serve until Ctrl-C."""

import argparse
import logging
import sys

import uvicorn

from localtwilio.app import build_app
from localtwilio.config import Config


def main(arguments: list[str] | None = None) -> int:
    """Exit status 2, with a sentence naming the argument, when something is wrong with it."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        config = _config(options)
    except ValueError as error:
        parser.error(str(error))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    uvicorn.run(
        build_app(config),
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,  # seconds; hardly anybody asks as it is just closed
        backlog=2048,
        workers=1,  # all state is in this process, whatever WEB_CONCURRENCY says
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("localtwilio", description="A local telephone network.")
    add = parser.add_argument
    add("--port", type=int, default=8001)
    add("--host", default="127.0.0.1")
    add("--account-sid", required=True, help="AC and 32 hexadecimal digits")
    add("--auth-token", required=True, help="signs every webhook, and opens the REST API")
    add("--auth-token-secondary", help="opens the REST API too, as during a token rotation")
    add("--api-key", action="append", default=[], metavar="SK...:SECRET", help="opens the REST API")
    add("--line", action="append", default=[], help="a number of the account, in E.164; repeatable")
    add("--speed", type=float, default=1.0, help="hurries people and audio, nothing else")
    add("--silent-recording", default="saved", choices=("saved", "absent"))
    add(
        "--webhooks-kept",
        type=int,
        default=Config.webhooks_kept,
        help="how many of the newest webhooks the ledger remembers; 0 for none",
    )
    add("--public-url", help="how others reach this program; default http://127.0.0.1:PORT")
    return parser


def _config(options: argparse.Namespace) -> Config:
    keys = dict(str(key).split(":", 1) for key in options.api_key if ":" in key)
    if len(keys) != len(options.api_key):
        raise ValueError("--api-key must be the key's SID, a colon, and its secret")
    return Config(
        account_sid=options.account_sid,
        auth_token=options.auth_token,
        lines=tuple(options.line),
        auth_token_secondary=options.auth_token_secondary,
        api_keys=keys,
        speed=options.speed,
        silent_recording=options.silent_recording,
        webhooks_kept=options.webhooks_kept,
        public_url=(options.public_url or f"http://127.0.0.1:{options.port}").rstrip("/"),
    )


if __name__ == "__main__":
    sys.exit(main())
