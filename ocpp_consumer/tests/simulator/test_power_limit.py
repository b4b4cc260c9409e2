from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_consumer.simulator import Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms


def profile(purpose: str, limit: float, *, number: int = 1, unit: str = "W", **more: Any) -> dict[str, Any]:
    schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    return {
        "chargingProfileId": number,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
        **more,
    }


async def set_profile(csms: Csms, connector: int, document: dict[str, Any]) -> str:
    answer = await csms.ask("SetChargingProfile", connectorId=connector, csChargingProfiles=document)
    return str(answer["status"])


async def test_it_charges_no_faster_than_its_profiles(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        connector = station.connectors[1]
        assert connector.power_w == 36_000
        assert await set_profile(csms, 0, profile("TxDefaultProfile", 20_000)) == "Accepted"
        await station.wait_for(lambda s: connector.power_w == 20_000)
        assert await set_profile(csms, 1, profile("TxProfile", 10, number=2, unit="A", transactionId=101)) == "Accepted"
        await station.wait_for(lambda s: connector.power_w == 6_900)
        assert await set_profile(csms, 1, profile("TxProfile", 0, number=2, transactionId=101)) == "Accepted"
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "SuspendedEVSE")
        assert await csms.ask("ClearChargingProfile", id=2) == {"status": "Accepted"}
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "Charging")
        assert await csms.ask("ClearChargingProfile", id=2) == {"status": "Unknown"}
        assert await csms.ask("ClearChargingProfile") == {"status": "Accepted"}
        await station.wait_for(lambda s: connector.power_w == 36_000)


async def test_it_shares_the_maximum_of_the_station(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        document = profile("ChargePointMaxProfile", 30_000)
        document["chargingProfileKind"] = "Absolute"
        assert await set_profile(csms, 0, document) == "Accepted"
        await station.start(1, id_tag="CARD-1")
        assert station.connectors[1].power_w == 30_000
        await station.start(2, id_tag="CARD-2")
        await station.wait_for(lambda s: [c.power_w for c in s.connectors.values()] == [15_000, 15_000])


async def test_it_forgets_the_profile_of_a_transaction_with_it(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        limits = profile("TxProfile", 5_000)
        await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=1, chargingProfile=limits)
        await station.wait_for(lambda s: s.connectors[1].power_w == 5_000)
        await station.stop(1)
        station.unplug(1)
        await station.start(1, id_tag="CARD-1")
        assert station.connectors[1].power_w == 36_000


async def test_it_rejects_profiles_that_make_no_sense(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        assert await set_profile(csms, 1, profile("TxProfile", 1_000)) == "Rejected"
        await station.start(1, id_tag="CARD-1")
        assert await set_profile(csms, 1, profile("TxProfile", 1_000, transactionId=999)) == "Rejected"
        assert await set_profile(csms, 0, profile("TxProfile", 1_000)) == "Rejected"
        assert await set_profile(csms, 1, profile("ChargePointMaxProfile", 1_000)) == "Rejected"
        assert await set_profile(csms, 9, profile("TxDefaultProfile", 1_000)) == "Rejected"
        assert await set_profile(csms, 1, profile("TxDefaultProfile", 1_000, stackLevel=99)) == "Rejected"
        late = profile("TxDefaultProfile", 1_000)
        late["chargingSchedule"]["chargingSchedulePeriod"][0]["startPeriod"] = 60
        assert await set_profile(csms, 1, late) == "Rejected"
        recurring = profile("TxDefaultProfile", 1_000, chargingProfileKind="Recurring")
        assert await set_profile(csms, 1, recurring) == "Rejected"
        wrong = profile("TxDefaultProfile", 1_000)
        start = await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=2, chargingProfile=wrong)
        assert start == {"status": "Rejected"}
        assert station.connectors[1].power_w == 36_000


async def test_it_tells_the_composite_schedule(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        start = datetime.now(UTC) - timedelta(seconds=100)
        document = profile("TxDefaultProfile", 6_000.0)
        document["chargingProfileKind"] = "Absolute"
        document["chargingSchedule"]["startSchedule"] = start.isoformat()
        document["chargingSchedule"]["chargingSchedulePeriod"].append({"startPeriod": 400, "limit": 3_450.0})
        assert await set_profile(csms, 1, document) == "Accepted"
        answer = await csms.ask("GetCompositeSchedule", connectorId=1, duration=600, chargingRateUnit="A")
        periods = answer["chargingSchedule"]["chargingSchedulePeriod"]
        assert [period["limit"] for period in periods] == [8.7, 5.0]
        assert periods[0]["startPeriod"] == 0
        assert 295 <= periods[1]["startPeriod"] <= 300
        whole = await csms.ask("GetCompositeSchedule", connectorId=0, duration=60)
        assert whole["chargingSchedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 72_000.0}]
        assert await csms.ask("GetCompositeSchedule", connectorId=5, duration=60) == {"status": "Rejected"}
