"""A missing or malformed setting stops the start with a sentence that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.conftest import ROOT, Load

REQUIRED = (
    "DJANGO_SECRET_KEY",
    "PUBLIC_BASE_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "SERVER_PHONE",
    "FORWARD_PHONE",
)


def refusal(load: Load, **given: str | None) -> str:
    with pytest.raises(SystemExit) as stopped:
        load(**given)
    return str(stopped.value.code)


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_is_named_with_its_remedy(
    load: Load, name: str, value: str | None
) -> None:
    words = refusal(load, **{name: value})
    assert words.startswith("Partyline cannot start:\n")
    assert f"\n{name} is missing: " in words
    assert len(words.splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DJANGO_DEBUG", "perhaps"),
        ("LOG_LEVEL", "loud"),
        ("PUBLIC_BASE_URL", "calls.example.com"),
        ("PUBLIC_BASE_URL", "ftp://calls.example.com"),
        ("PUBLIC_BASE_URL", "https://calls.example.com/app"),
        ("PUBLIC_BASE_URL", "https://calls.example.com?x=1"),
        ("PUBLIC_BASE_URL", "https://user@calls.example.com"),
        ("PUBLIC_BASE_URL", "https://my_calls.example.com"),
        ("PUBLIC_BASE_URL", "https://calls.example.com:99999"),
        ("PUBLIC_BASE_URL", "https://["),
        ("DATABASE_URL", "mysql://localhost/calls"),
        ("DATABASE_URL", "sqlite://"),
        ("CELERY_BROKER_URL", "amqp://localhost"),
        ("CELERY_BROKER_URL", "filesystem://"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32),
        ("TWILIO_API_KEY_SID", "AC" + "0" * 32),
        ("TWILIO_API_BASE_URL", "api.twilio.com"),
        ("SERVER_PHONE", "12125550100"),
        ("SERVER_PHONE", "+1 212 555 0100"),
        ("MAIN_LINE_PHONE", "+15555550100"),
        ("FORWARD_PHONE", "a person"),
        ("CONFERENCE_MAX_DURATION", "0"),
        ("CONFERENCE_MAX_DURATION", "14401"),
        ("CONFERENCE_MIN_DURATION", "-1"),
        ("CONFERENCE_NO_SHOW_AFTER", "ten"),
        ("CONFERENCE_CODE_LENGTH", "3"),
        ("CONFERENCE_CODE_LENGTH", "9"),
        ("DIAL_OUT_CONFIRM", "2"),
        ("STRANGER_RISK_PER_DAY", "1.5"),
        ("STRANGER_RISK_PER_DAY", "nan"),
        ("CALLS_PER_SECOND", "0"),
        ("CALLS_PER_SECOND", "inf"),
        ("VOICEMAIL_EMAIL_TO", "office@example.com,nobody"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("EMAIL_URL", "mail.example.com"),
        ("EMAIL_URL", "imap://mail.example.com"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.com:port"),
        ("ALLOWED_COUNTRIES", "US,Atlantis"),
        ("ALLOWED_COUNTRIES", ","),
    ],
)
def test_a_malformed_setting_is_named_with_its_remedy(load: Load, name: str, value: str) -> None:
    words = refusal(load, **{name: value})
    first = words.splitlines()[1]
    assert first.startswith(f"{name} ")
    assert ": " in first
    assert first.endswith(".")


def test_a_secret_is_not_repeated(load: Load) -> None:
    assert "hunter2" not in refusal(load, TWILIO_API_KEY_SID="hunter2")


def test_all_problems_are_named_at_once(load: Load) -> None:
    words = refusal(load, SERVER_PHONE=None, CALLS_PER_SECOND="many", LOG_LEVEL="loud")
    assert [line.split()[0] for line in words.splitlines()[1:]] == [
        "LOG_LEVEL",
        "SERVER_PHONE",
        "CALLS_PER_SECOND",
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"FORWARD_PHONE": "+12125550100"}, "FORWARD_PHONE is one of our own lines"),
        (
            {"FORWARD_PHONE": "+12125550101", "MAIN_LINE_PHONE": "+12125550101"},
            "FORWARD_PHONE is one of our own lines",
        ),
        (
            {"CONFERENCE_MIN_DURATION": "400"},
            "CONFERENCE_MIN_DURATION is above CONFERENCE_MAX_DURATION",
        ),
        ({"TWILIO_API_KEY_SID": "SK" + "0" * 32}, "TWILIO_API_KEY_SECRET go together"),
        ({"TWILIO_API_KEY_SECRET": "secret"}, "TWILIO_API_KEY_SECRET go together"),
        ({"SERVER_PHONE": "+80012345678"}, "ALLOWED_COUNTRIES is missing"),
    ],
)
def test_settings_that_contradict_each_other(load: Load, given: dict[str, str], words: str) -> None:
    assert words in refusal(load, **given)


def test_defaults(load: Load) -> None:
    settings = load()
    assert settings["DEBUG"] is False
    assert settings["MAIN_LINE_PHONE"] == settings["SERVER_PHONE"]
    assert settings["OWN_LINES"] == ("+12125550100",)
    assert settings["ALLOWED_COUNTRIES"] == {"US"}
    assert settings["TWILIO_API_BASE_URL"] == "https://api.twilio.com"
    assert settings["TWILIO_AUTH_TOKENS"] == ("token",)
    assert settings["CONFERENCE_MAX_DURATION"] == 300
    assert settings["CONFERENCE_MIN_DURATION"] == 30
    assert settings["CONFERENCE_NO_SHOW_AFTER"] == 600
    assert settings["CONFERENCE_CODE_LENGTH"] == 4
    assert settings["DIAL_OUT_CONFIRM"] is True
    assert settings["STRANGER_RISK_PER_DAY"] == 0.01
    assert settings["CALLS_PER_SECOND"] == 1.0


def test_countries_are_those_of_both_our_numbers(load: Load) -> None:
    assert load(MAIN_LINE_PHONE="+442079460100")["ALLOWED_COUNTRIES"] == {"US", "GB"}
    assert load(ALLOWED_COUNTRIES="de, at")["ALLOWED_COUNTRIES"] == {"DE", "AT"}


def test_both_auth_tokens_open_the_door(load: Load) -> None:
    settings = load(TWILIO_AUTH_TOKEN_SECONDARY="next")
    assert settings["TWILIO_AUTH_TOKENS"] == ("token", "next")


def test_https_decides_what_is_secure(load: Load) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    secure, plain = load(), load(PUBLIC_BASE_URL="http://127.0.0.1:8000/")
    assert all(secure[name] for name in names)
    assert not any(plain[name] for name in names)
    assert plain["PUBLIC_BASE_URL"] == "http://127.0.0.1:8000"


def test_postgresql_and_redis(load: Load) -> None:
    settings = load(
        DATABASE_URL="postgres://me:pass%40word@db:5433/calls",
        CELERY_BROKER_URL="redis://broker:6379/2",
    )
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "config.postgresql"
    assert (database["HOST"], database["PORT"], database["PASSWORD"]) == ("db", 5433, "pass@word")
    assert settings["CELERY_BROKER_URL"] == "redis://broker:6379/2"
    assert settings["CACHES"]["default"]["LOCATION"] == "redis://broker:6379/2"


def test_the_environment_wins_over_dotenv(load: Load, tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("CALLS_PER_SECOND=5\nCONFERENCE_CODE_LENGTH=6\n")
    settings = load(dotenv, CALLS_PER_SECOND="2")
    assert settings["CALLS_PER_SECOND"] == 2
    assert settings["CONFERENCE_CODE_LENGTH"] == 6


def test_an_unknown_name_in_dotenv_is_refused(load: Load, tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("CALL_PER_SECOND=5\nPORT=8010\nFLAVOUR=mint\n")
    words = refusal(load, dotenv=dotenv)
    assert "CALL_PER_SECOND in .env is not a setting: did you mean CALLS_PER_SECOND?" in words
    assert "FLAVOUR in .env is not a setting: remove it" in words
    assert "PORT" not in words


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "celery", "-A", "config", "worker"],
        ["-m", "celery", "-A", "config", "beat"],
        ["-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0"],
    ],
    ids=["manage.py", "worker", "beat", "gunicorn"],
)
def test_every_program_stops_with_the_sentence_and_no_traceback(
    required: dict[str, str], command: list[str]
) -> None:
    env = {**os.environ, **required, "PARTYLINE_ENV_FILE": "", "TWILIO_AUTH_TOKEN": ""}
    del env["DJANGO_SETTINGS_MODULE"]  # That of the tests, which fill in what is missing.
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "TWILIO_AUTH_TOKEN is missing" in said
    assert "Traceback" not in said


def test_a_mail_server(load: Load) -> None:
    settings = load(
        VOICEMAIL_EMAIL_TO="office@example.com, anna@example.com",
        EMAIL_URL="smtp+tls://user:pass%40word@mail.example.com:587",
    )
    assert settings["VOICEMAIL_EMAIL_TO"] == ["office@example.com", "anna@example.com"]
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (settings["EMAIL_HOST_PASSWORD"], settings["EMAIL_USE_TLS"]) == ("pass@word", True)
    assert settings["DEFAULT_FROM_EMAIL"] == "partyline@calls.example.com"


def test_who_is_to_be_told_by_e_mail_needs_a_mail_server(load: Load) -> None:
    assert "EMAIL_URL is not" in refusal(load, VOICEMAIL_EMAIL_TO="office@example.com")


def test_the_password_of_a_mail_server_is_in_no_complaint(load: Load) -> None:
    words = refusal(load, EMAIL_URL="smtp://user:hush@mail.example.com:port")
    assert "EMAIL_URL" in words
    assert "hush" not in words
