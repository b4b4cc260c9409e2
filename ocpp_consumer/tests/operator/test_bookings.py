"""Operators reserve connectors, set charging profiles and handle certificates by the API, on the real wire."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Company, IdTag, User
from charging.models import ChargingProfile, Reservation
from ocpp_consumer.tests.asking.world import reply
from ocpp_consumer.tests.server import Talk, eventually, in_db
from stations.models import Certificate, Command, Connector, Location, Station
from stations.tests.desk import Desk, staff

PROFILE = {
    "stackLevel": 1,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Absolute",
    "validTo": "2036-01-01T06:00:00+06:00",
    "chargingSchedule": {
        "startSchedule": "2026-01-01T00:00:00Z",
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": "16.04", "numberPhases": 3}],
    },
}


@pytest.fixture
async def connector(station: Station) -> Connector:
    """The station's connector 1."""
    made: Connector = await in_db(Connector.objects.create)(station=station, number=1)
    return made


async def shown(desk: Desk, path: str, name: str, **wanted: Any) -> dict[str, Any]:
    """What stands at that address, once it is so."""

    def seen() -> Any:
        row = desk.get(path)[1][name]
        return row if wanted.items() <= row.items() else None

    found: dict[str, Any] = await eventually(seen, f"{path} is {wanted}")
    return found


def until(minutes: float = 30) -> str:
    """That long from now."""
    return (timezone.now() + timedelta(minutes=minutes)).isoformat()


async def test_a_connector_is_reserved_and_given_back(
    talk: Talk, station: Station, desk: Desk, connector: Connector
) -> None:
    await in_db(IdTag.objects.create)(value="CARD-1", group="G-1", company=await in_db(fleet)())
    wish = {"station_id": station.code, "connector_id": 1, "tag": "CARD-1", "until": until()}

    status, body = await in_db(desk.post)("reservations", **wish)

    assert status == 202, body
    made = body["reservation"]
    assert (made["state"], made["group"], made["asked_by"]) == ("requested", "G-1", desk.by)
    call = await talk.hear()
    assert (call[2], call[3]["idTag"], call[3]["parentIdTag"]) == ("ReserveNow", "CARD-1", "G-1")
    assert call[3]["reservationId"] == made["number"]
    await talk.send([3, call[1], {"status": "Accepted"}])
    path = f"reservations/{made['id']}"
    await shown(desk, path, "reservation", state="active")
    assert (await in_db(desk.post)("reservations", **wish))[1]["error"] == "connector_occupied"
    [row] = (await in_db(desk.get)("reservations", station=station.code, state="active"))[1]["data"]
    assert row["id"] == made["id"]
    assert (await in_db(desk.ask)("DELETE", path))[0] == 202
    await reply(talk, "CancelReservation", {"reservationId": made["number"]}, {"status": "Accepted"})
    await shown(desk, path, "reservation", state="cancelled")


def fleet() -> Company:
    """A company with cards."""
    return Company.objects.create(name="Fleet")


async def test_a_driver_without_a_card_gets_a_tag_for_it(
    talk: Talk, station: Station, desk: Desk, connector: Connector
) -> None:
    driver = await in_db(User.objects.create_user)(email="driver@example.com", password="x", name="Driver")
    wish = {"station_id": station.code, "driver_id": str(driver.public_id), "until": until()}

    made = (await in_db(desk.post)("reservations", **wish))[1]["reservation"]

    call = await talk.hear()
    assert (call[3]["connectorId"], call[3]["idTag"]) == (0, made["tag"])
    await talk.send([3, call[1], {"status": "Occupied"}])
    refused = await shown(desk, f"reservations/{made['id']}", "reservation", state="refused")
    assert (refused["answer"], refused["driver_id"], refused["connector_id"]) == (
        "Occupied",
        str(driver.public_id),
        None,
    )


async def test_it_refuses_reservations_that_cannot_be(station: Station, desk: Desk, connector: Connector) -> None:
    wish = {"station_id": station.code, "connector_id": 1, "tag": "CARD-1", "until": until()}
    unknown = "00000000-0000-4000-8000-000000000000"
    said: list[dict[str, Any]] = [
        {"until": until(-1)}, {"connector_id": 7}, {"station_id": "NO"}, {"driver_id": unknown}, {"tag": "x" * 21},
    ]  # fmt: skip

    def asked() -> list[str]:
        errors = [desk.post("reservations", **{**wish, **one})[1]["error"] for one in said]
        Station.objects.update(gateway=None)
        return [*errors, desk.post("reservations", **wish)[1]["error"]]

    assert await in_db(asked)() == [
        "invalid_parameters", "connector_not_found", "station_not_found", "driver_not_found", "invalid_parameters",
        "station_offline",
    ]  # fmt: skip
    assert not await in_db(Reservation.objects.exists)()


async def test_a_profile_is_set_and_cleared(talk: Talk, station: Station, desk: Desk, connector: Connector) -> None:
    wish = {"station_id": station.code, "connector_id": 1, "profile": PROFILE}

    status, body = await in_db(desk.post)("charging-profiles", **wish)

    assert status == 202, body
    made = body["profile"]
    call = await talk.hear()
    sent = call[3]["csChargingProfiles"]
    assert (call[2], call[3]["connectorId"], sent["chargingProfileId"]) == ("SetChargingProfile", 1, made["profile_id"])
    assert sent["validTo"] == "2036-01-01T00:00:00Z"
    assert sent["chargingSchedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 16.0, "numberPhases": 3}]
    await talk.send([3, call[1], {"status": "Accepted"}])
    await shown(desk, f"charging-profiles/{made['id']}", "profile", state="applied", purpose="TxDefaultProfile")
    status, body = await in_db(desk.post)(
        "charging-profiles/clear", station_id=station.code, profile_id=made["profile_id"]
    )
    assert (status, body["command"]["state"]) == (202, "queued")
    await reply(talk, "ClearChargingProfile", {"id": made["profile_id"]}, {"status": "Accepted"})
    await shown(desk, f"charging-profiles/{made['id']}", "profile", state="cleared")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"chargingProfileKind": "Relative"}, "profile_breaks_rules"),
        ({"stackLevel": -1}, "invalid_parameters"),
        ({"chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": []}}, "invalid_parameters"),
        ({"chargingProfileId": 5}, "invalid_parameters"),
    ],
    ids=["relative with a start", "below zero", "no periods", "an id of one's own"],
)
async def test_it_refuses_a_profile_that_makes_no_sense(
    station: Station, desk: Desk, connector: Connector, said: dict[str, Any], error: str
) -> None:
    wish = {"station_id": station.code, "connector_id": 1, "profile": {**PROFILE, **said}}

    assert (await in_db(desk.post)("charging-profiles", **wish))[1]["error"] == error
    assert not await in_db(ChargingProfile.objects.exists)()


async def test_a_station_tells_which_roots_it_holds(talk: Talk, station: Station, desk: Desk) -> None:
    wish = {"station_id": station.code, "kind": Certificate.Kind.CENTRAL_SYSTEM_ROOT.value}
    named = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "1"}

    assert (await in_db(desk.post)("certificates/list", **wish))[0] == 202
    call = await talk.hear()
    assert call[2:] == ["GetInstalledCertificateIds", {"certificateType": wish["kind"]}]
    await talk.send([3, call[1], {"status": "Accepted", "certificateHashData": [named]}])

    def listed() -> Any:
        return desk.get("certificates", station=station.code)[1]["data"]

    [row] = await eventually(listed, "the certificate is listed")
    assert (row["state"], row["serial_number"]) == ("installed", "1")
    assert (await in_db(desk.ask)("DELETE", f"certificates/{row['id']}"))[0] == 202
    await reply(talk, "DeleteCertificate", {"certificateHashData": named}, {"status": "Accepted"})
    await shown(desk, f"certificates/{row['id']}", "certificate", state="deleted")


async def test_what_another_company_asks_for_is_not_found(station: Station, desk: Desk, connector: Connector) -> None:
    def refused() -> list[Any]:
        theirs, ours = (Company.objects.create(name=name, kind="host") for name in ("Theirs", "Ours"))
        place = Location.objects.create(code="P", address="x", latitude=1, longitude=1, host=theirs)
        Station.objects.update(location=place)
        wish = {"station_id": station.code, "connector_id": 1}
        booked = desk.post("reservations", **wish, tag="CARD-1", until=until())[1]["reservation"]["id"]
        profile = desk.post("charging-profiles", **wish, profile=PROFILE)[1]["profile"]["id"]
        asked = Command.objects.count()
        rights = ["charging.view_reservation", "charging.view_chargingprofile", "stations.add_command"]
        host = Desk(staff(*rights, "stations.view_station", company=ours))
        answers = [
            host.listed("reservations"),
            host.listed("charging-profiles"),
            host.get(f"reservations/{booked}")[0],
            host.ask("DELETE", f"reservations/{booked}")[0],
            host.get(f"charging-profiles/{profile}")[0],
            host.get(f"stations/{station.code}/metrics")[0],
            host.post("reservations", **wish, tag="CARD-1", until=until())[0],
            host.post("charging-profiles", **wish, profile=PROFILE)[0],
            host.post("charging-profiles/clear", station_id=station.code)[0],
        ]
        assert Command.objects.count() == asked
        return answers

    assert await in_db(refused)() == [[], [], *[404] * 7]


async def test_lists_take_as_many_queries_for_many(station: Station, desk: Desk) -> None:
    def more(count: int) -> None:
        at = timezone.now()
        for number in range(count):
            made = Connector.objects.create(station=station, number=Connector.objects.count() + 1)
            said = {"station": station, "tag": f"T{number}", "until": at, "asked_by": "x", "asked_at": at}
            driver = User.objects.create_user(email=f"{made.pk}@example.com", password="x")
            Reservation.objects.create(connector=made, driver=driver, **said)
            kept = {"profile_id": made.pk, "purpose": "TxProfile", "stack_level": 0, "document": {}}
            ChargingProfile.objects.create(
                station=station, number=made.number, asked_by="x", asked_at=at, changed_at=at, **kept
            )

    def counted() -> list[int]:
        return [desk.queries(path) for path in ("reservations", "charging-profiles")]

    await in_db(more)(2)
    few = await in_db(counted)()
    await in_db(more)(10)
    assert await in_db(counted)() == few
