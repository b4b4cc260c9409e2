import pytest

from ocpp_consumer.simulator import Battery, RefusedError, Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms, Payload


def register(meter_value: Payload) -> int:
    values = meter_value["sampledValue"]
    return next(int(v["value"]) for v in values if v["measurand"] == "Energy.Active.Import.Register")


async def test_it_plays_a_whole_session_by_card(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        station.plug_in(1)
        transaction = await station.start(1, id_tag="CARD-1")
        await station.wait_for(lambda s: len(transaction.registers) >= 2)
        await station.stop(1, id_tag="CARD-1")
        station.unplug(1)
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "Available" and len(csms.statuses(1)) > 1)

    assert csms.statuses(1) == ["Available", "Preparing", "Charging", "Finishing", "Available"]
    assert csms.statuses(2) == ["Available"]
    assert csms.seen("Authorize") == [{"idTag": "CARD-1"}]
    (start,) = csms.seen("StartTransaction")
    assert (start["connectorId"], start["idTag"], start["meterStart"]) == (1, "CARD-1", 1_000)
    (stop,) = csms.seen("StopTransaction")
    assert (stop["transactionId"], stop["reason"], stop["idTag"]) == (101, "Local", "CARD-1")
    assert transaction.id == 101
    assert transaction.is_delivered


async def test_it_measures_the_same_everywhere(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(2, id_tag="CARD-1", wants_wh=777)
        await station.wait_for(lambda s: s.status(2) == "SuspendedEV")
        transaction = await station.stop(2)

    assert (transaction.meter_start, transaction.meter_stop, transaction.energy_wh) == (2_000, 2_777, 777)
    (stop,) = csms.seen("StopTransaction")
    assert stop["meterStop"] == 2_777
    assert [register(value) for value in stop["transactionData"]] == [2_000, 2_777]
    contexts = [value["sampledValue"][0]["context"] for value in stop["transactionData"]]
    assert contexts == ["Transaction.Begin", "Transaction.End"]
    sampled = [register(call["meterValue"][0]) for call in csms.seen("MeterValues")]
    assert sampled == transaction.registers == sorted(sampled)
    assert all(2_000 <= wh <= 2_777 for wh in sampled)
    assert {call["transactionId"] for call in csms.seen("MeterValues")} == {transaction.id}


async def test_it_samples_what_the_key_lists(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        values = (await csms.wait_for_call("MeterValues"))["meterValue"][0]["sampledValue"]
        readings = {v["measurand"]: (v["value"], v["unit"]) for v in values}
        assert readings["Power.Active.Import"] == ("36000.0", "W")
        assert readings["Current.Import"] == ("90.00", "A")
        assert readings["Voltage"] == ("400.0", "V")
        assert 12 <= int(readings["SoC"][0]) <= 100
        await csms.ask("ChangeConfiguration", key="MeterValuesSampledData", value="Voltage")
        await csms.wait_for(lambda: len(csms.seen("MeterValues")[-1]["meterValue"][0]["sampledValue"]) == 1)


async def test_it_suspends_when_the_battery_is_full(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        station.plug_in(1, battery=Battery(capacity_wh=10_000, soc=99))
        transaction = await station.start(1, id_tag="CARD-1")
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "SuspendedEV")
        assert (await station.stop(1)).energy_wh == 100
        assert transaction.energy_wh == 100


async def test_it_refuses_a_card_that_the_central_system_does_not_know(csms: Csms, spec: StationSpec) -> None:
    csms.replies["Authorize"] = lambda _: {"idTagInfo": {"status": "Invalid"}}
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        with pytest.raises(RefusedError, match="Invalid"):
            await station.start(1, id_tag="STRANGER")
        assert station.status(1) == "Preparing"
    assert csms.seen("StartTransaction") == []


async def test_it_stops_a_transaction_whose_start_was_answered_blocked(csms: Csms, spec: StationSpec) -> None:
    csms.replies["StartTransaction"] = lambda _: {"transactionId": 7, "idTagInfo": {"status": "Blocked"}}
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        transaction = await station.start(1, id_tag="CARD-1")
        assert transaction.id_status == "Blocked"
        stop = await csms.wait_for_call("StopTransaction")
    assert (stop["transactionId"], stop["reason"]) == (7, "DeAuthorized")


async def test_it_gives_no_energy_to_a_blocked_card_that_it_may_not_stop(csms: Csms, spec: StationSpec) -> None:
    csms.replies["StartTransaction"] = lambda _: {"transactionId": 7, "idTagInfo": {"status": "Blocked"}}
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.ask("ChangeConfiguration", key="StopTransactionOnInvalidId", value="false")
        transaction = await station.start(1, id_tag="CARD-1")
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "SuspendedEVSE")
        assert transaction.is_running
        await csms.ask("ChangeConfiguration", key="StopTransactionOnInvalidId", value="true")


async def test_it_ends_with_the_cable(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        station.unplug(1)
        stop = await csms.wait_for_call("StopTransaction")
        await csms.wait_for(lambda: csms.statuses(1)[-3:] == ["SuspendedEV", "Finishing", "Available"])
    assert stop["reason"] == "EVDisconnected"


async def test_it_waits_for_the_cable_after_the_card(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        assert await station.present(1, id_tag="CARD-1") == "Accepted"
        assert (station.status(1), station.transaction(1)) == ("Preparing", None)
        station.plug_in(1)
        await csms.wait_for_call("StartTransaction")


async def test_it_forgets_the_card_when_no_cable_comes(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.ask("ChangeConfiguration", key="ConnectionTimeOut", value="1")
        await station.present(1, id_tag="CARD-1")
        await csms.wait_for(lambda: csms.statuses(1) == ["Available", "Preparing", "Available"])
    assert csms.seen("StartTransaction") == []


async def test_it_stops_by_the_same_card_or_one_of_its_group(csms: Csms, spec: StationSpec) -> None:
    csms.replies["Authorize"] = lambda p: {
        "idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY" if p["idTag"] != "OTHER" else "OTHERS"}
    }
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        csms.replies["StartTransaction"] = lambda _: {
            "transactionId": 7,
            "idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"},
        }
        await station.start(1, id_tag="FATHER")
        assert await station.present(1, id_tag="OTHER") == "Refused"
        assert await station.present(1, id_tag="DAUGHTER") == "Accepted"
        stop = await csms.wait_for_call("StopTransaction")
        assert (stop["reason"], stop["idTag"]) == ("Local", "DAUGHTER")
        station.unplug(1)
        await station.start(1, id_tag="FATHER")
        assert await station.present(1, id_tag="father") == "Accepted"
        await csms.wait_for_call("StopTransaction", count=2)


async def test_it_is_faulted_until_it_is_mended(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        station.fault(1, error_code="GroundFailure")
        stop = await csms.wait_for_call("StopTransaction")
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "Faulted")
        assert csms.seen("StatusNotification")[-1]["errorCode"] == "GroundFailure"
        station.unplug(1)
        station.mend(1)
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "Available")
    assert stop["reason"] == "Other"
