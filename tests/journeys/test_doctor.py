"""The doctor in a house where everything runs: it knocks, asks and finds nothing wrong."""

from tests.journeys.house import House
from tests.journeys.waiting import eventually


def test_the_doctor_finds_a_running_house_well(house: House) -> None:
    def all_seen() -> bool:
        told = house.client.http.get(f"{house.web_url}/readyz").json()
        return all(told[part]["ok"] for part in ("beat", "worker", "broker"))

    eventually(all_seen, "beat and worker have been seen", patience=40)

    told = house.manage("doctor")

    assert "No errors, 0 warning(s)." in told, told
    for part in ("database", "address", "signature", "telephones", "clock", "codes", "storage"):
        assert f" {part} " in told
