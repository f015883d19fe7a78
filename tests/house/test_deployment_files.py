"""What the deployment files say of each other and of the settings is true."""

import re
import shlex
from typing import Any

import pytest
import yaml

from config.environment import TOOL_NAMES, read_dotenv
from tests.house.conftest import ROOT, Load

PROCESSES = {"web", "worker", "deadlines", "beat"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


@pytest.fixture(scope="module")
def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


@pytest.fixture
def example(load: Load) -> dict[str, Any]:
    """The settings of `.env.example`, with what it leaves blank filled in."""
    nothing_else = dict.fromkeys(
        ("PUBLIC_BASE_URL", "TWILIO_ACCOUNT_SID", "SERVER_PHONE", "FORWARD_PHONE"), None
    )
    return load(ROOT / ".env.example", **nothing_else)


def documented() -> set[str]:
    """The names in `.env.example`, those that are commented out included."""
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def test_every_setting_is_documented_and_nothing_else(example: dict[str, Any]) -> None:
    assert documented() == example["env"].names


def test_the_defaults_that_are_documented_are_the_defaults(load: Load) -> None:
    text = (ROOT / ".env.example").read_text()
    commented = dict(re.findall(r"^#([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))
    defaults = load()["env"].defaults
    assert defaults == {name: commented.get(name) for name in defaults}


def test_compose_sets_only_what_is_a_setting(
    compose: dict[str, Any], example: dict[str, Any]
) -> None:
    known = example["env"].names | TOOL_NAMES
    for name, service in compose["services"].items():
        if service.get("image", "").startswith("partyline"):
            assert set(service.get("environment", {})) <= known, name
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text)) <= known
    assert set(re.findall(r"\$\$\{?([A-Z_]+)", text)) <= known


def test_compose_runs_the_processes_of_the_procfile(
    compose: dict[str, Any], procfile: dict[str, str]
) -> None:
    assert set(procfile) == PROCESSES | {"release"}
    assert set(compose["services"]) >= PROCESSES | {"migrate", "postgres", "redis"}
    for name in ("worker", "deadlines", "beat"):
        in_compose = compose["services"][name]["command"]
        assert in_compose == shlex.split(procfile[name])[: len(in_compose)]
    assert compose["services"]["migrate"]["command"] == shlex.split(procfile["release"])


def test_every_queue_has_a_worker(procfile: dict[str, str], example: dict[str, Any]) -> None:
    consumed = set(re.findall(r"-Q (\w+)", " ".join(procfile.values())))
    assert consumed == set(example["CELERY_TASK_QUEUES"])
    for entry in example["CELERY_BEAT_SCHEDULE"].values():
        assert entry["options"]["queue"] in consumed


def test_compose_refers_to_services_and_volumes_that_exist(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert named <= set(compose["volumes"]), name
    hosts = re.findall(r"(?:@|//)(\w+):\d+", yaml.safe_dump(compose["services"]))
    assert set(hosts) <= set(compose["services"])


def test_the_image_holds_the_whole_product() -> None:
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert {"calls", "config", "conferencing", "localtwilio", "manage.py"} <= kept
    assert all((ROOT / name).exists() for name in kept)
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(\S+) /", dockerfile, re.MULTILINE)
    assert copied
    assert all(name in kept or name.split("/")[0] in kept for name in copied)


def test_the_port_of_the_image_is_the_port_of_compose(compose: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    exposed = re.search(r"^EXPOSE (\d+)", dockerfile, re.MULTILINE)
    assert exposed
    assert f"PORT={exposed[1]}" in dockerfile
    web = compose["services"]["web"]
    assert web["environment"]["PORT"] == exposed[1]
    assert web["ports"] == [f"${{PORT:-{exposed[1]}}}:{exposed[1]}"]


def test_the_example_holds_no_real_account() -> None:
    values = read_dotenv(ROOT / ".env.example")
    assert values["TWILIO_ACCOUNT_SID"] == "AC" + "0" * 32
    assert values["DJANGO_SECRET_KEY"] == values["TWILIO_AUTH_TOKEN"] == ""
