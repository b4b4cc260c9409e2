from dataclasses import replace

import pytest

from ocpp_consumer.simulator import Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import CallError, Csms


async def test_it_starts_and_stops_from_afar(csms: Csms, spec: StationSpec) -> None:
    async with Station(replace(spec, unplug_seconds=0.0), url=csms.url, backoff=FAST) as station:
        assert await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=2) == {"status": "Accepted"}
        start = await csms.wait_for_call("StartTransaction")
        assert (start["connectorId"], start["idTag"]) == (2, "APP-1")
        await station.wait_for(lambda s: s.status(2) == "Charging" and s.is_settled)
        assert await csms.ask("RemoteStopTransaction", transactionId=101) == {"status": "Accepted"}
        stop = await csms.wait_for_call("StopTransaction")
        assert stop["reason"] == "Remote"
        await csms.wait_for(lambda: csms.statuses(2)[-2:] == ["Finishing", "Available"])
        transaction = station.transaction(2)
        assert transaction is not None
        assert transaction.meter_stop == stop["meterStop"]
    assert csms.seen("Authorize") == []
    statuses = ["Available", "Preparing", "Charging", "Finishing", "Available"]
    assert csms.statuses(2) == statuses


async def test_it_picks_a_free_connector_itself(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        assert await csms.ask("RemoteStartTransaction", idTag="APP-1") == {"status": "Accepted"}
        start = await csms.wait_for_call("StartTransaction", count=2)
        assert start["connectorId"] == 2
        await station.wait_for(lambda s: s.status(2) == "Charging")
        assert await csms.ask("RemoteStartTransaction", idTag="APP-2") == {"status": "Rejected"}


async def test_it_starts_at_once_where_a_car_waits(csms: Csms, spec: StationSpec) -> None:
    async with Station(replace(spec, plug_seconds=None), url=csms.url, backoff=FAST) as station:
        station.plug_in(1)
        await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=1)
        await csms.wait_for_call("StartTransaction")


async def test_it_gives_up_when_nobody_plugs_in(csms: Csms, spec: StationSpec) -> None:
    async with Station(replace(spec, plug_seconds=None), url=csms.url, backoff=FAST):
        await csms.ask("ChangeConfiguration", key="ConnectionTimeOut", value="1")
        assert await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=1) == {"status": "Accepted"}
        await csms.wait_for(lambda: csms.statuses(1) == ["Available", "Preparing", "Available"])
    assert csms.seen("StartTransaction") == []


@pytest.mark.parametrize(("status", "starts"), [("Accepted", 1), ("Blocked", 0)])
async def test_it_authorizes_remote_starts_where_the_key_says_so(
    csms: Csms, spec: StationSpec, status: str, starts: int
) -> None:
    csms.replies["Authorize"] = lambda _: {"idTagInfo": {"status": status}}
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.ask("ChangeConfiguration", key="AuthorizeRemoteTxRequests", value="true")
        await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=1)
        await csms.wait_for_call("Authorize")
        await station.wait_for(lambda s: not s.connectors[1].is_claimed and s.is_settled)
    assert len(csms.seen("StartTransaction")) == starts


async def test_it_rejects_what_cannot_be(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        station.fault(1)
        assert await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=1) == {"status": "Rejected"}
        assert await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=9) == {"status": "Rejected"}
        assert await csms.ask("RemoteStopTransaction", transactionId=101) == {"status": "Rejected"}
        assert await csms.ask("UnlockConnector", connectorId=9) == {"status": "NotSupported"}
        assert await csms.ask("TriggerMessage", requestedMessage="MeterValues", connectorId=3) == {"status": "Rejected"}
        with pytest.raises(CallError, match="Not"):
            await csms.ask("GetInstalledCertificateIds", certificateType="ManufacturerRootCertificate")
        with pytest.raises(CallError):
            await csms.ask("Reset", type="Lukewarm")


async def test_it_unlocks_and_ends_what_runs(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        assert await csms.ask("UnlockConnector", connectorId=1) == {"status": "Unlocked"}
        await station.start(1, id_tag="CARD-1")
        assert await csms.ask("UnlockConnector", connectorId=1) == {"status": "Unlocked"}
        stop = await csms.wait_for_call("StopTransaction")
        assert stop["reason"] == "UnlockCommand"
        await csms.wait_for(lambda: csms.statuses(1)[-2:] == ["Finishing", "Available"])


async def test_it_sends_what_it_is_triggered_to(csms: Csms, spec: StationSpec) -> None:
    async with Station(replace(spec, meter_interval=3600), url=csms.url, backoff=FAST) as station:
        for message in ("Heartbeat", "DiagnosticsStatusNotification", "FirmwareStatusNotification"):
            assert await csms.ask("TriggerMessage", requestedMessage=message) == {"status": "Accepted"}
            await csms.wait_for_call(message)
        await csms.ask("TriggerMessage", requestedMessage="MeterValues", connectorId=2)
        outside = await csms.wait_for_call("MeterValues")
        await station.start(2, id_tag="CARD-1")
        await csms.ask("TriggerMessage", requestedMessage="MeterValues", connectorId=2)
        inside = await csms.wait_for_call("MeterValues", count=2)
        await csms.ask("TriggerMessage", requestedMessage="MeterValues")
        await csms.wait_for_call("MeterValues", count=4)
    assert "transactionId" not in outside
    assert inside["transactionId"] == 101
    assert inside["meterValue"][0]["sampledValue"][0]["context"] == "Trigger"
    assert csms.seen("DiagnosticsStatusNotification") == csms.seen("FirmwareStatusNotification") == [{"status": "Idle"}]


async def test_it_becomes_unavailable_at_once_or_after_the_transaction(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        assert await csms.ask("ChangeAvailability", connectorId=2, type="Inoperative") == {"status": "Accepted"}
        await csms.wait_for(lambda: csms.statuses(2)[-1] == "Unavailable")
        assert await csms.ask("ChangeAvailability", connectorId=0, type="Inoperative") == {"status": "Scheduled"}
        await csms.wait_for(lambda: csms.statuses(0)[-1] == "Unavailable")
        assert station.status(1) == "Charging"
        await station.stop(1)
        await csms.wait_for(lambda: csms.statuses(1)[-1] == "Unavailable")
        station.unplug(1)
        assert await csms.ask("RemoteStartTransaction", idTag="APP-1", connectorId=1) == {"status": "Rejected"}
        await csms.ask("Reset", type="Hard")
        await csms.wait_for_call("BootNotification", count=2)
        await csms.wait_for(lambda: csms.statuses(1)[-2:] == ["Unavailable"] * 2)
        assert await csms.ask("ChangeAvailability", connectorId=0, type="Operative") == {"status": "Accepted"}
        await csms.wait_for(lambda: [csms.statuses(n)[-1] for n in (0, 1, 2)] == ["Available"] * 3)
        assert await csms.ask("ChangeAvailability", connectorId=7, type="Operative") == {"status": "Rejected"}
