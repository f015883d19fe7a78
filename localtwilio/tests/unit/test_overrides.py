"""Connection overrides in a webhook URL's fragment, as Twilio documents them (FACTS B5)."""

from localtwilio.overrides import Overrides, split_overrides

URL = "https://app.example/x?y=1"


def test_without_a_fragment_one_retry_on_a_failed_connection() -> None:
    assert split_overrides(URL) == (URL, Overrides())
    assert Overrides().retries_on("ct")
    assert not Overrides().retries_on("5xx")


def test_all_of_them() -> None:
    bare, overrides = split_overrides(f"{URL}#ct=2000&rt=3000&tt=9000&rc=3&rp=5xx,ct")
    assert bare == URL
    assert overrides == Overrides(2.0, 3.0, 9.0, 3, frozenset({"5xx", "ct"}))


def test_values_stay_within_their_bounds() -> None:
    _, overrides = split_overrides(f"{URL}#ct=1&rt=60000&rc=99&tt=x&rp=all")
    assert overrides == Overrides(0.1, 15.0, 15.0, 5, frozenset({"all"}))
    assert overrides.retries_on("rt")
