"""What the network is told when it starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ACCOUNT_SID = re.compile(r"^AC[0-9a-fA-F]{32}$")
E164 = re.compile(r"^\+[1-9]\d{6,14}$")


@dataclass(frozen=True)
class Config:
    """One account and the numbers it owns. Raises ValueError naming the argument that is wrong."""

    account_sid: str
    auth_token: str
    lines: tuple[str, ...]
    auth_token_secondary: str | None = None
    api_keys: Mapping[str, str] = field(default_factory=dict)
    speed: float = 1.0
    silent_recording: str = "saved"
    public_url: str = "http://127.0.0.1:8001"
    webhooks_kept: int = 200_000

    def __post_init__(self) -> None:
        if not ACCOUNT_SID.match(self.account_sid):
            raise ValueError("--account-sid must be AC followed by 32 hexadecimal digits")
        if not self.auth_token:
            raise ValueError("--auth-token must not be empty: every webhook is signed with it")
        if not self.lines:
            raise ValueError("--line is missing: give at least one number that the account owns")
        for number in self.lines:
            if not E164.match(number):
                raise ValueError(f"--line {number}: write it in E.164, such as +12125550100")
        if not self.speed > 0:
            raise ValueError("--speed must be greater than 0")
        if self.webhooks_kept < 0:
            raise ValueError("--webhooks-kept must not be negative; 0 keeps none")
        if self.silent_recording not in ("saved", "absent"):
            raise ValueError("--silent-recording must be saved or absent")
