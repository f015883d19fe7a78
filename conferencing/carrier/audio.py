"""The audio of a recording, from Twilio's own place for it, with credentials, which it asks for.

See "Fetch a Recording's media file": it is a 404 until the recording is `completed`.
"""

import time
from typing import Any

from requests import Response

from conferencing.carrier import vocabulary
from conferencing.carrier.errors import in_our_words
from conferencing.telephony import NotAllowed, OutcomeUnknown, Recording, Refused, TryLater

MOST = 32 * 1024 * 1024  # bytes: ten times what three minutes of telephone sound have as WAV
LONGEST = 8  # seconds for all of it; an order's lease lasts longer
_PATIENCE = 5  # seconds for each piece
_PIECE = 64 * 1024


def fetch(client: Any, sid: str) -> Recording:
    """`client` is Twilio's; the URL is made here, and never one that came in a webhook."""
    url = f"{client.api.base_url}/2010-04-01/Accounts/{client.account_sid}/Recordings/{sid}.wav"
    with in_our_words():
        # A redirect to another host is followed without the credentials: `requests` sees to that.
        answer = client.http_client.session.get(
            url, auth=client.auth, timeout=_PATIENCE, stream=True
        )
        with answer:
            _check(answer)
            return Recording(_content(answer), _kind(answer))


def _check(answer: Response) -> None:
    status = answer.status_code
    if status in (401, 403):
        raise NotAllowed(vocabulary.AUDIO_FORBIDDEN, str(status))
    if status in (404, 429) or status >= 500:
        raise TryLater(vocabulary.NO_AUDIO_YET, str(status))
    if status != 200 or not _kind(answer).startswith("audio/"):
        raise Refused(vocabulary.NO_AUDIO, str(status))


def _content(answer: Response) -> bytes:
    until = time.monotonic() + LONGEST
    content = bytearray()
    for piece in answer.iter_content(_PIECE):
        content += piece
        if len(content) > MOST:
            raise Refused(vocabulary.TOO_MUCH_AUDIO)
        if time.monotonic() > until:
            raise OutcomeUnknown(vocabulary.NO_ANSWER)
    return bytes(content)


def _kind(answer: Response) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
