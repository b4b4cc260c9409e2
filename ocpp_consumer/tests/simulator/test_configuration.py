from ocpp_consumer.simulator import Station, StationSpec
from ocpp_consumer.simulator.configuration import Configuration
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms


async def test_it_lists_its_keys(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        answer = await csms.ask("GetConfiguration")
        keys = {entry["key"]: entry for entry in answer["configurationKey"]}
        assert keys["NumberOfConnectors"] == {"key": "NumberOfConnectors", "readonly": True, "value": "2"}
        assert keys["HeartbeatInterval"] == {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        assert "value" not in keys["AuthorizationKey"]
        assert "unknownKey" not in answer
        answer = await csms.ask("GetConfiguration", key=["heartbeatinterval", "Nonsense"])
        assert [entry["key"] for entry in answer["configurationKey"]] == ["HeartbeatInterval"]
        assert answer["unknownKey"] == ["Nonsense"]


async def test_it_changes_only_what_may_be_changed(csms: Csms, spec: StationSpec) -> None:
    cases = [
        ("MeterValueSampleInterval", "60", "Accepted"),
        ("MeterValueSampleInterval", "-1", "Rejected"),
        ("MeterValueSampleInterval", "soon", "Rejected"),
        ("MeterValuesSampledData", "SoC,Energy.Active.Import.Register", "Accepted"),
        ("MeterValuesSampledData", "SoC,Happiness", "Rejected"),
        ("LocalPreAuthorize", "TRUE", "Accepted"),
        ("LocalPreAuthorize", "yes", "Rejected"),
        ("NumberOfConnectors", "5", "Rejected"),
        ("AuthorizationKey", "short", "Rejected"),
        ("WebSocketPingInterval", "30", "RebootRequired"),
        ("Nonsense", "1", "NotSupported"),
    ]
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        for key, value, status in cases:
            assert await csms.ask("ChangeConfiguration", key=key, value=value) == {"status": status}, (key, value)
        assert station.configuration.meter_seconds == 60
        assert station.configuration.text("NumberOfConnectors") == "2"


async def test_it_follows_a_new_heartbeat_interval_at_once(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        await csms.ask("ChangeConfiguration", key="HeartbeatInterval", value="1")
        await csms.wait_for_call("Heartbeat")


async def test_it_reads_meters_at_the_stroke_of_the_clock(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        await csms.ask("ChangeConfiguration", key="ClockAlignedDataInterval", value="1")
        await csms.wait_for_call("MeterValues", count=2)
    both = csms.seen("MeterValues")
    assert {payload["connectorId"] for payload in both} == {1, 2}
    assert both[0]["meterValue"][0]["sampledValue"] == [
        {
            "value": "1000",
            "context": "Sample.Clock",
            "measurand": "Energy.Active.Import.Register",
            "unit": "Wh",
            "location": "Outlet",
        }
    ]


async def test_it_answers_vendor_messages(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        assert await csms.ask("DataTransfer", vendorId="Nobody") == {"status": "UnknownVendorId"}
        assert await csms.ask("DataTransfer", vendorId="Acme", messageId="?") == {"status": "UnknownMessageId"}
        answer = await csms.ask("DataTransfer", vendorId="Acme", messageId="Echo", data="hello")
        assert answer == {"status": "Accepted", "data": "hello"}


def test_it_rounds_a_fine_meter_interval_up_for_the_key() -> None:
    configuration = Configuration(StationSpec(identity="DP-0001", meter_interval=0.1))
    assert (configuration.text("MeterValueSampleInterval"), configuration.meter_seconds) == ("1", 0.1)
