from dataclasses import replace
from pathlib import Path

from ocpp_consumer.simulator import Memory, Station, StationSpec, Voice
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms


async def test_it_ends_what_ran_before_with_the_register_it_had(csms: Csms, spec: StationSpec, tmp_path: Path) -> None:
    memory = Memory.of(tmp_path, "DP/1")
    async with Station(spec, url=csms.url, backoff=FAST, memory=memory) as station:
        before = await station.start(1, id_tag="CARD-1")
        await station.wait_for(lambda s: before.energy_wh > 0)
    async with Station(spec, url=csms.url, backoff=FAST, memory=memory) as station:
        stop = await csms.wait_for_call("StopTransaction")
        assert station.connectors[1].meter.register_wh == stop["meterStop"]
        assert station.status(1) == "Available"
        after = await station.start(1, id_tag="CARD-1")
    assert (stop["transactionId"], stop["reason"]) == (101, "PowerLoss")
    assert stop["meterStop"] >= before.meter_start + before.energy_wh
    assert after.meter_start == stop["meterStop"]


async def test_it_sends_after_a_restart_what_it_could_not_send(csms: Csms, spec: StationSpec, tmp_path: Path) -> None:
    memory = Memory.of(tmp_path, "DP/1")
    async with Station(replace(spec, meter_interval=3600), url=csms.url, backoff=FAST, memory=memory) as station:
        station.configuration.learn("AllowOfflineTxForUnknownId", "true")
        await station.go_offline()
        await station.start(1, id_tag="CARD-1", wants_wh=50)
        await station.wait_for(lambda s: s.status(1) == "SuspendedEV")
        stopped = await station.stop(1)
    assert csms.seen("StartTransaction") == []
    async with Station(spec, url=csms.url, backoff=FAST, memory=memory) as station:
        assert station.queued == 0
        assert station.transactions[0].id == 101
    (start,), (stop,) = csms.seen("StartTransaction"), csms.seen("StopTransaction")
    assert (start["meterStart"], stop["meterStop"], stop["transactionId"]) == (1_000, 1_050, 101)
    assert stop["reason"] == stopped.reason == "Local"


async def test_it_begins_anew_when_its_memory_is_broken(csms: Csms, spec: StationSpec, tmp_path: Path) -> None:
    (tmp_path / "DP-0001.json").write_text('{"registers": 5')
    lines: list[str] = []
    voice = Voice(lines.append, quiet=True)
    async with Station(spec, url=csms.url, backoff=FAST, voice=voice, memory=Memory.of(tmp_path, "DP-0001")) as station:
        assert station.connectors[1].meter.register_wh == 1_000
    assert any("memory cannot be read" in line for line in lines)
