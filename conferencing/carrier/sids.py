"""How Twilio's ids look: two letters for the kind, and 32 hexadecimal digits."""

import re

CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
ROOM_SID = re.compile(r"CF[0-9a-fA-F]{32}")
MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
RECORDING_SID = re.compile(r"RE[0-9a-fA-F]{32}")
