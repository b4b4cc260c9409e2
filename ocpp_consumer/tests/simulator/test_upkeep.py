from datetime import UTC, datetime

import pytest

from ocpp_consumer.simulator import Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms


def steps(csms: Csms, action: str) -> list[str]:
    return [payload["status"] for payload in csms.seen(action)]


async def test_it_updates_its_firmware_when_nobody_charges(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        at = datetime.now(UTC).isoformat()
        assert await csms.ask("UpdateFirmware", location="https://files.example/f.bin", retrieveDate=at) == {}
        await csms.wait_for(lambda: "Downloaded" in steps(csms, "FirmwareStatusNotification"))
        for _ in range(20):
            await csms.ask("GetLocalListVersion")
        assert station.status(1) == "Charging"
        assert "Installing" not in steps(csms, "FirmwareStatusNotification")
        await station.stop(1)
        await csms.wait_for(lambda: "Installed" in steps(csms, "FirmwareStatusNotification"))
    assert steps(csms, "FirmwareStatusNotification") == ["Downloading", "Downloaded", "Installing", "Installed"]
    assert len(csms.seen("BootNotification")) == 2


async def test_it_tells_when_there_is_nothing_to_download(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        await csms.ask("UpdateFirmware", location="nowhere", retrieveDate="2020-01-01T00:00:00Z")
        await csms.wait_for(lambda: steps(csms, "FirmwareStatusNotification")[-1:] == ["DownloadFailed"])


@pytest.mark.parametrize(("location", "end"), [("ftp://files.example/in/", "Uploaded"), ("nowhere", "UploadFailed")])
async def test_it_uploads_diagnostics(csms: Csms, spec: StationSpec, location: str, end: str) -> None:
    async with Station(spec, url=csms.url, backoff=FAST):
        answer = await csms.ask("GetDiagnostics", location=location, startTime="2020-01-01T00:00:00Z")
        assert answer["fileName"].endswith(".zip")
        await csms.wait_for(lambda: steps(csms, "DiagnosticsStatusNotification") == ["Uploading", end])
