"""The OpenAPI document: complete, valid, and true."""

import re
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
import schemathesis
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conferencing.tests.api.conftest import Api, two_people

pytestmark = pytest.mark.django_db


def document() -> dict[str, Any]:
    told: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return told


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_valid(tmp_path: Any) -> None:
    file = str(tmp_path / "schema.yml")
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", file)


def test_it_has_the_operations_of_the_contract_that_there_are() -> None:
    told = {f"{method.upper()} {path[len('/api/v1') :]}" for path, method, _ in operations()}
    assert told == {
        "POST /conferences",
        "GET /conferences",
        "GET /conferences/{conference_id}",
        "POST /conferences/{conference_id}/end",
        "POST /conferences/{conference_id}/participants",
        "DELETE /conferences/{conference_id}/participants/{participant_id}",
        "POST /conferences/{conference_id}/extend",
        "POST /conferences/{conference_id}/announce",
        "POST /conferences/{conference_id}/lock",
        "POST /conferences/{conference_id}/unlock",
        "POST /conferences/{conference_id}/mute",
        "POST /conferences/{conference_id}/unmute",
        "PATCH /conferences/{conference_id}/participants/{participant_id}",
        "POST /conferences/{conference_id}/participants/{participant_id}/retry",
        "GET /conferences/{conference_id}/events",
        "GET /calls",
        "GET /calls/{call_id}",
        "GET /calls/{call_id}/events",
        "GET /voicemails",
        "GET /voicemails/{voicemail_id}",
        "PATCH /voicemails/{voicemail_id}",
        "GET /voicemails/{voicemail_id}/audio",
    }


@pytest.mark.parametrize(
    "operation", [pytest.param(each[2], id=each[2]["operationId"]) for each in operations()]
)
def test_each_operation_is_explained_with_examples(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["security"] == [{"ApiKey": []}]
    responses = operation["responses"]
    good = next(answer for status, answer in responses.items() if status.startswith("2"))
    assert "audio/*" in good["content"] or good["content"]["application/json"]["examples"]
    assert responses["401"]["content"]["application/json"]["examples"]
    for status in ("401", "406", "429", "503"):
        assert responses[status]["description"]
        schema = responses[status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Error"}
    if "requestBody" in operation:
        assert operation["requestBody"]["content"]["application/json"]["examples"]


def test_anybody_may_read_the_document_and_the_page() -> None:
    for path in ("/api/schema", "/api/schema/", "/api/docs", "/api/docs/"):
        assert Client().get(path).status_code == 200


def test_the_page_fetches_nothing_from_elsewhere_and_runs_no_inline_script() -> None:
    page = Client().get("/api/docs").content.decode()
    fetched = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert fetched
    for address in fetched:
        assert not re.match(r"[a-z]+:|//", address), address
        assert Client().get(address).status_code == 200 or address.startswith("/static/")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.slow
def test_whatever_is_sent_the_answer_is_as_the_document_says(
    wsgi: WSGIApplication, api: Api
) -> None:
    one = api.post("conferences", two_people()).json()
    known = {"conference_id": one["id"], "participant_id": one["participants"][0]["id"]}
    schema = schemathesis.openapi.from_dict(document())
    schema.app = wsgi
    headers = {"Authorization": f"Bearer {api.secret}"}
    seen: set[int] = set()

    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis_settings(
            max_examples=15,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case: Any) -> None:
            for name in known.keys() & case.path_parameters.keys():
                case.path_parameters[name] = known[name]
            seen.add(case.call_and_validate(checks=CHECKS, headers=headers).status_code)

        send()
    assert {200, 201, 202, 400, 404} <= seen, "both sides of the door were tried"
