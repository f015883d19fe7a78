"""Who signed? Judged by values that Twilio publishes, and by more, made with its SDK."""

from collections.abc import Sequence

import pytest

from conferencing.carrier import signature
from conferencing.tests.carrier.conftest import shared

FORM = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]
TARGET = "/myapp.php?foo=1&bar=2"

# Printed in Twilio's documentation and in the tests of its SDKs; the token is 12345.
PUBLISHED = [
    ("https://mycompany.com", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ("https://mycompany.com:443", "kvajT1Ptam85bY51eRf/AJRuM3w="),
    ("http://mycompany.com:80", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    ("http://mycompany.com:1234", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
]


@pytest.mark.parametrize(("base", "given"), PUBLISHED)
def test_what_twilio_publishes_holds(base: str, given: str) -> None:
    assert signature.holds(given, base, TARGET, FORM, ["12345"])


@pytest.mark.parametrize(("base", "given"), PUBLISHED)
def test_nothing_may_be_changed(base: str, given: str) -> None:
    def holds(
        given: str = given,
        base: str = base,
        target: str = TARGET,
        form: list[tuple[str, str]] = FORM,
        tokens: Sequence[str] = ("12345",),
    ) -> bool:
        return signature.holds(given, base, target, form, tokens)

    assert holds()
    assert not holds(tokens=["12346"])
    assert not holds(tokens=[])
    assert not holds(target=TARGET.replace("1", "2"))
    assert not holds(base=base.replace("mycompany", "yourcompany"))
    assert not holds(form=FORM[1:])
    assert not holds(form=[*FORM, ("More", "")])
    assert not holds(given=given[:-1])
    assert not holds(given=given.lower())


@pytest.mark.parametrize("garbage", ["", "=", "é", "\udce9", "0" * 10_000, "\x00"])
def test_garbage_holds_nothing(garbage: str) -> None:
    assert not signature.holds(garbage, "https://mycompany.com", TARGET, FORM, ["12345"])


def test_the_second_token_is_as_good_as_the_first() -> None:
    base, given = PUBLISHED[0]
    assert signature.holds(given, base, TARGET, FORM, ["new", "12345"])


def test_over_https_the_port_may_be_left_out() -> None:
    # Twilio: for calls over https, any port is left out of what is signed.
    given = PUBLISHED[0][1]
    assert signature.holds(given, "https://mycompany.com:8443", TARGET, FORM, ["12345"])
    assert signature.holds(given, "https://mycompany.com:443", TARGET, FORM, ["12345"])


def test_vectors() -> None:
    for vector in shared("signature_vectors.json")["vectors"]:
        base, slash, target = vector["url"].partition(".com")
        if not slash:
            base, _, target = vector["url"].partition(":8000")
            slash = ":8000"
        if target.startswith(":"):
            port, _, rest = target.partition("/")
            slash, target = slash + port, "/" + rest
        fields = [
            (name, value)
            for name, values in vector["params"].items()
            for value in (values if isinstance(values, list) else [values])
        ]
        given, tokens = vector["signature"], [vector["auth_token"]]
        assert signature.holds(given, base + slash, target, fields, tokens), vector["name"]
