"""Whatever is asked of a station and however it answers, no link and no password is written down anywhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.utils import timezone

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.asking.world import through_door
from ocpp_consumer.tests.hosted import asked, hosted, settled, token_of, told, visit
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from ocpp_consumer.v16 import door
from stations import files
from stations.models import DiagnosticsJob, Station
from stations.tests.hosts import Host, image

PASSWORD = "canary-of-an-ftp-server"


@pytest.fixture
def host(settings: Any, tmp_path: Path, transactional_db: None) -> Iterator[Host]:
    """The door of files."""
    with hosted(settings, tmp_path) as running:
        yield running


def everything() -> str:
    """Every row of every table, as text."""
    rows = [row for model in apps.get_models() for row in model._default_manager.all()]
    return str(serializers.serialize("json", rows, ensure_ascii=False))


async def test_it_writes_no_link_down(host: Host, talk: Talk, station: Station) -> None:
    tokens = []
    at: Any = {"asked_by": "staff:1", "at": timezone.now()}
    update = {"stations": [station], "image": await in_db(image)(), "retrieve_at": timezone.now()}
    [job] = await in_db(files.ask_firmware_update)(**update, **at)
    link = (await told(talk, "UpdateFirmware", {"status": "never seen " + "x" * 20}))["location"]
    tokens.append(token_of(link))
    await settled(job.command_id)
    diagnostics = await through_door(station, "GetDiagnostics", {})
    message_id, payload = await asked(talk, "GetDiagnostics")
    tokens.append(token_of(payload["location"]))
    await talk.send([3, message_id, {"fileName": f"{payload['location']}diag.zip"}])
    await settled(diagnostics.pk)
    log = await through_door(station, "GetLog", {"logType": "SecurityLog"})
    message_id, payload = await asked(talk, "GetLog")
    tokens.append(token_of(payload["log"]["remoteLocation"]))
    await talk.send([4, message_id, "InternalError", f"cannot reach {payload['log']['remoteLocation']}", {}])
    await settled(log.pk)
    for token in tokens:  # a station that complains tells us what we told it
        echoed = {"type": "InvalidMessages", "timestamp": now(), "techInfo": f"GET /files/firmware/{token.upper()} 404"}
        await talk.ask("SecurityEventNotification", echoed)
        await talk.ask("DataTransfer", {"vendorId": "Evio", "data": json.dumps({"url": f"\\/files\\/{token}"})})
    assert (await visit(link, "GET")).status_code == 200

    assert len({*tokens}) == 3
    await eventually(Frame.objects.filter(action="GetLog", direction="out").exists, "our own frames are stored")
    written = (await in_db(everything)()).casefold()
    assert "/files/firmware/***" in written
    assert [token for token in tokens if token in written] == []


async def test_it_writes_a_password_down_with_the_job_alone(host: Host, talk: Talk, station: Station) -> None:
    location = f"ftp://bob:{PASSWORD}@files.example.org/logs/"
    payload = {"logType": "SecurityLog", "log": {"remoteLocation": location}}
    command = await in_db(door.ask)(
        station=station, action="GetLog", payload=payload, asked_by="staff:1", at=timezone.now()
    )
    assert (await told(talk, "GetLog", {"status": "Accepted"}))["log"]["remoteLocation"] == location
    await settled(command.pk)
    await eventually(Frame.objects.filter(action="GetLog", direction="out").exists, "our own frames are stored")

    await in_db(DiagnosticsJob.objects.filter(location=location).update)(location="")

    assert PASSWORD not in await in_db(everything)()
