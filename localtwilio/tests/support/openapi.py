"""Every REST answer is held against Twilio's own OpenAPI description, where it can be had."""

import json
import re
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

SHARED = Path(__file__).parents[4] / "shared" / "twilio"
DESCRIPTION = SHARED / "twilio_api_v2010.json"
ELEMENTS = SHARED / "twiml_voice_elements.json"
VECTORS = SHARED / "signature_vectors.json"
NULL_WHILE_ALIVE = {"reason_conference_ended"}  # not "nullable" there, but null in FACTS A5
ERROR_KEYS = {"code", "message", "more_info", "status"}
RFC2822 = re.compile(r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$")

formats = FormatChecker()


@formats.checks("date-time-rfc-2822", ValueError)
def _rfc2822(value: object) -> bool:
    return isinstance(value, str) and bool(RFC2822.match(value) and parsedate_to_datetime(value))


def violations(method: str, path: str, status: int, text: str) -> list[str]:
    """What is wrong with this answer; nothing when the description is not on this machine."""
    if status >= 400:
        return _error_violations(status, text)
    if not DESCRIPTION.exists():
        return []
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path} is not described, but was answered with {status}"]
    described = operation["responses"].get(str(status))
    if described is None:
        return [f"{method} {path} may answer {list(operation['responses'])}, not {status}"]
    if "content" not in described:
        return [f"{method} {path}: {status} must be empty"] if text else []
    validator = Draft202012Validator(
        _schema(described["content"]["application/json"]["schema"]), format_checker=formats
    )
    return [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))
    ]


def _error_violations(status: int, text: str) -> list[str]:
    """The error body: exactly `code`, `message`, `more_info`, `status`."""
    body = json.loads(text)
    problems = [] if set(body) == ERROR_KEYS else [f"error body has keys {sorted(body)}"]
    if body.get("status") != status:
        problems.append(f"status {body.get('status')!r} in a {status}")
    if not isinstance(body.get("code"), int):
        problems.append(f"code {body.get('code')!r} is not a number")
    if body.get("more_info") != f"https://www.twilio.com/docs/errors/{body.get('code')}":
        problems.append(f"more_info {body.get('more_info')!r}")
    return problems


@cache
def description() -> dict[str, Any]:
    return json.loads(DESCRIPTION.read_text())


@cache
def _routes() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Fixed words before placeholders, so that `/Recordings.json` is not taken for a SID."""
    paths = sorted(description()["paths"].items(), key=lambda item: item[0].count("{"))
    return [
        (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(p)) + "$"), ops) for p, ops in paths
    ]


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for pattern, operations in _routes():
        if pattern.match(path):
            return operations.get(method.lower())
    return None


def _schema(described: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.0's dialect to JSON Schema, stricter: every property is there, and no other."""
    if "$ref" in described:
        name = described["$ref"].rsplit("/", 1)[1]
        return _nullable(_schema(description()["components"]["schemas"][name]), described)
    kept = ("type", "pattern", "minLength", "maxLength", "format", "enum")
    schema = {key: described[key] for key in kept if key in described}
    if "items" in described:
        schema["items"] = _schema(described["items"])
    if "properties" in described:
        schema["properties"] = {k: _property(k, v) for k, v in described["properties"].items()}
        schema["required"] = list(schema["properties"])
        schema["additionalProperties"] = False
    return _nullable(schema, described)


def _property(name: str, described: dict[str, Any]) -> dict[str, Any]:
    return _schema({**described, "nullable": True} if name in NULL_WHILE_ALIVE else described)


def _nullable(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]} if described.get("nullable") else schema
