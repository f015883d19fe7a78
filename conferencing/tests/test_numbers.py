"""Which numbers may be texted and called."""

import pytest
from pytest_django import Settings

from calls.models import Line
from conferencing import numbers
from conferencing.errors import BadNumber
from conferencing.numbers import as_e164

pytestmark = pytest.mark.django_db


def invitable(written: str) -> str:
    return numbers.invitable(written, numbers.own_lines())


@pytest.mark.parametrize(
    "written",
    [
        "+12125550123",
        "+1 212 555 0123",
        "+1 (212) 555-0123",
        "+1.212.555.0123",
        " +1-212-555-0123 ",
        "+12125550123\n",
        "+1\u00a0212\u00a0555\u00a00123",
    ],
)
def test_a_number_may_be_written_as_people_write_it(written: str) -> None:
    assert invitable(written) == "+12125550123"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "+",
        "hello",
        "2125550123",
        "+1212555",
        "+121255501234567",
        "+15555550123",
        "+999123456789",
        "+1 212 555 0123 ext. 4",
        "+12125550123;ext=4",
        "tel:+12125550123",
        "call +12125550123",
        "+1212FLOWERS",
        "\uff0b\uff11\uff12\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff12\uff13",
        "+1212555\u0660123",
        "+12125550123, +12125550124",
        "+" + "1" * 10_000,
    ],
)
def test_what_is_no_number_is_named_with_the_remedy(written: str) -> None:
    with pytest.raises(BadNumber) as refusal:
        invitable(written)

    assert refusal.value.code == "invalid_phone_number"
    assert "such as +1 212 555 0101" in refusal.value.detail
    assert len(refusal.value.detail) < 300


@pytest.mark.parametrize("written", ["+12125550100", "+1 212 555 0101", "+12125550150"])
def test_none_of_our_own_lines_is_invited(written: str) -> None:
    Line.objects.create(number="+12125550150")

    with pytest.raises(BadNumber) as refusal:
        invitable(written)

    assert refusal.value.code == "own_line"


@pytest.mark.parametrize(
    "written", ["+442079460123", "+4930901820", "+18765550123", "+80012345678"]
)
def test_only_countries_that_are_allowed_are_called(written: str) -> None:
    with pytest.raises(BadNumber) as refusal:
        invitable(written)

    assert refusal.value.code == "country_not_allowed"
    assert "allowed: US" in refusal.value.detail


def test_more_countries_may_be_allowed(settings: Settings) -> None:
    settings.ALLOWED_COUNTRIES = frozenset({"US", "GB"})

    assert invitable("+44 20 7946 0123") == "+442079460123"


@pytest.mark.parametrize(
    "written",
    [
        "+1 900 555 0123",
        "+44 909 879 0123",
        "+44 844 456 0123",
        "+44 70 1234 5678",
        "+49 900 1123456",
    ],
)
def test_no_number_is_called_that_costs_more_than_a_call(settings: Settings, written: str) -> None:
    settings.ALLOWED_COUNTRIES = frozenset({"US", "GB", "DE"})

    with pytest.raises(BadNumber) as refusal:
        invitable(written)

    assert refusal.value.code == "premium_rate"


@pytest.mark.parametrize(
    "written", ["", "anonymous", "+266696687", "Restricted", "client:bob", "+1", "x" * 64]
)
def test_a_caller_without_a_number_has_none(written: str) -> None:
    assert as_e164(written) is None


def test_a_callers_number_is_taken_as_the_network_sends_it() -> None:
    assert as_e164("+12125550123") == "+12125550123"
