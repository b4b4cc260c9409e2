from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_consumer.simulator import Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms


def soon(seconds: float = 600) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def reserve(csms: Csms, connector: int, number: int = 1, **more: Any) -> str:
    payload = {"idTag": "GUEST", "expiryDate": soon(), **more}
    return str((await csms.ask("ReserveNow", connectorId=connector, reservationId=number, **payload))["status"])


async def test_it_keeps_a_connector_for_a_card(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        assert await reserve(csms, 1) == "Accepted"
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "Reserved")
        assert await station.present(1, id_tag="OTHER") == "Refused"
        assert await csms.ask("RemoteStartTransaction", idTag="OTHER", connectorId=1) == {"status": "Rejected"}
        await station.start(1, id_tag="guest")
        await station.stop(1)
        station.unplug(1)
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "Available")
    assert csms.seen("StartTransaction")[0]["reservationId"] == 1
    assert csms.statuses(1) == ["Available", "Reserved", "Preparing", "Charging", "Finishing", "Available"]


async def test_it_lets_the_group_of_the_card_in(csms: Csms, spec: StationSpec) -> None:
    csms.replies["Authorize"] = lambda _: {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}}
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await reserve(csms, 1, parentIdTag="FAMILY")
        assert (await station.start(1, id_tag="DAUGHTER")).reservation_id == 1


async def test_it_lets_a_reservation_expire(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        assert await reserve(csms, 2, expiryDate=soon(2)) == "Accepted"
        await csms.wait_for(lambda: csms.statuses(2) == ["Available", "Reserved", "Available"])


async def test_it_cancels_a_reservation(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        await reserve(csms, 1, 7)
        assert await csms.ask("CancelReservation", reservationId=8) == {"status": "Rejected"}
        assert await csms.ask("CancelReservation", reservationId=7) == {"status": "Accepted"}
        await csms.wait_for(lambda: csms.statuses(1) == ["Available", "Reserved", "Available"])


async def test_it_says_why_it_cannot_reserve(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await reserve(csms, 1, 1)
        assert await reserve(csms, 1, 2) == "Occupied"
        assert await reserve(csms, 1, 1, idTag="ANOTHER") == "Accepted"
        station.plug_in(2)
        assert await reserve(csms, 2, 3) == "Occupied"
        station.fault(2)
        assert await reserve(csms, 2, 3) == "Faulted"
        station.mend(2)
        station.unplug(2)
        await csms.ask("ChangeAvailability", connectorId=2, type="Inoperative")
        assert await reserve(csms, 2, 3) == "Unavailable"
        assert await reserve(csms, 9, 3) == "Rejected"
        assert await reserve(csms, 2, 3, expiryDate=soon(-60)) == "Rejected"
        assert await reserve(csms, 2, 3, expiryDate="tomorrow") == "Rejected"


async def test_it_keeps_any_one_connector_free(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        assert await reserve(csms, 0, 5) == "Accepted"
        await station.start(1, id_tag="OTHER")
        assert await station.present(2, id_tag="OTHER-2") == "Refused"
        assert (await station.start(2, id_tag="GUEST")).reservation_id == 5
