"""Twilio's REST resources as it writes them, and two requests that must not be sent twice."""

from collections.abc import Callable

from conferencing.carrier.gateway import TwilioGateway
from conferencing.telephony import LegReport, SentText

ACCOUNT = "AC" + "0" * 32
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
CALL, OTHER_CALL = "CA" + "1" * 32, "CA" + "2" * 32
ROOM, OTHER_ROOM = "CF" + "3" * 32, "CF" + "4" * 32
TEXT, NUMBER = "SM" + "5" * 32, "PN" + "6" * 32
Ask = Callable[[TwilioGateway], object]

LINE, PHONE = "+12125550100", "+12125550103"


def a_call(sid: str = CALL, status: str = "queued", **more: object) -> dict:
    """A Call resource, as Twilio writes it: a duration is a string, and null until the end."""
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "status": status,
        "from": LINE,
        "to": PHONE,
        "direction": "outbound-api",
        "date_created": "Fri, 20 Nov 2026 13:00:00 +0000",
        "start_time": None,
        "end_time": None,
        "duration": None,
    } | more


def a_message(**more: object) -> dict:
    """A Message resource."""
    return {
        "sid": TEXT,
        "account_sid": ACCOUNT,
        "status": "queued",
        "from": LINE,
        "to": PHONE,
        "body": "Code: 4711",
        "error_code": None,
        "error_message": None,
        "date_created": "Fri, 20 Nov 2026 13:00:00 +0000",
        "date_sent": None,
    } | more


def a_list(key: str, *items: dict, following: str | None = None) -> dict:
    envelope = ("first_page_uri", "previous_page_uri", "uri")
    return dict.fromkeys(envelope, "") | {
        key: list(items),
        "next_page_uri": following,
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": 0,
    }


def dial(gateway: TwilioGateway) -> LegReport:
    return gateway.call(
        caller_id=LINE, to=PHONE, call_id="call_1", ring_seconds=30, longest_seconds=420
    )


def text(gateway: TwilioGateway) -> SentText:
    return gateway.send_text(
        sender=LINE, to=PHONE, body="Code: 4711", participant_id="part_1", attempt=1
    )
