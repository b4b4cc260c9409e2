"""Secrets in every slot of the wire: none of them is in any table, nor in what a server logs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.faults.conftest import Starter
from ocpp_consumer.tests.server import basic, eventually, in_db, make_station, talking
from ocpp_consumer.v16 import door
from stations.models import Command, Station

CANARY = "c0ffee5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0ff"
URL = f"ftp://user:{CANARY}@files.example.org/up"

FROM_STATION: list[Any] = [
    [2, "1", "DataTransfer", {"vendorId": "x", "data": f'{{"password": "{CANARY}"}}'}],
    [2, "2", "DataTransfer", {"vendorId": "x", "data": f"AuthorizationKey={CANARY}"}],
    [2, "3", "DataTransfer", {"vendorId": "x", "data": URL}],
    [2, "4", "DataTransfer", {"vendorId": "x", "data": {"nested": [{"token": CANARY}]}}],
    [2, "5", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M", "password": CANARY}],
    [2, "6", "SecurityEventNotification", {"type": "x", "timestamp": "never", "techInfo": f"secret: {CANARY}"}],
    [2, "7", "StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available", "info": URL}],
    [2, "8", "Unheard", {"key": "AuthorizationKey", "value": CANARY}],
    [2, "9", "Heartbeat", {"key": "AuthorizationKey", "value": CANARY}, "too many"],
    [2, "10", "StopTransaction", {"transactionId": {"password": CANARY}, "meterStop": [URL]}],
    [3, "11", {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": CANARY}]}],
    [4, "12", "InternalError", f"AuthorizationKey: {CANARY}", {"password": CANARY}],
    f'[2,"13","DataTransfer",{{"key":"AuthorizationKey","value":"{CANARY}"',
]


def ask(station: Station, action: str, payload: dict[str, Any]) -> Command:
    """As an operator does."""
    at = timezone.now()
    fresh = Station.objects.select_related("gateway").get(pk=station.pk)
    return door.ask(
        station=fresh,
        action=action,
        payload=payload,
        asked_by="operator",
        at=at,
        expires_at=at + timedelta(seconds=20),
        force=True,
    )


async def test_it_keeps_and_logs_no_secret(start: Starter, log: Path) -> None:
    gateway = start(LOG_LEVEL="DEBUG").wait_until_up()
    station, key = await in_db(make_station)()
    secrets = {CANARY, key}
    async with talking(gateway, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        for frame in FROM_STATION:
            await talk.send(frame)
            if isinstance(frame, list) and frame[0] == 2:
                assert (await talk.hear())[1] == frame[1]
        await talk.ask("Heartbeat", {}, message_id="last")
        shown = {"key": "AuthorizationKey", "readonly": False, "value": CANARY}
        for action, payload, answer in (
            ("ChangeConfiguration", {"key": "AuthorizationKey", "value": ""}, {"status": "Accepted", "data": shown}),
            ("GetConfiguration", {}, {"configurationKey": [shown], "unknownKey": []}),
            ("DataTransfer", {"vendorId": "x"}, {"status": "Accepted", "data": f"{URL} password={CANARY}"}),
        ):
            command = await in_db(ask)(station, action, payload)
            call = await talk.hear()
            assert call[2] == action
            secrets |= {call[3]["value"]} if action == "ChangeConfiguration" else set()
            await talk.send([3, call[1], answer])
            answered = Command.objects.filter(pk=command.pk, state=Command.State.ACCEPTED)
            await eventually(answered.exists, f"{action} is answered")
        assert await talk.ask("Heartbeat", {})
    assert await in_db(Frame.objects.filter(direction="in").count)() == len(FROM_STATION) + 5
    assert len(secrets) == 3
    logged = log.read_text()
    for secret in secrets:
        assert await in_db(tables_with)(secret) == []
        assert secret not in logged
    assert await in_db(tables_with)("CP 1") == ["stations_station", "portal_change"]


def tables_with(text: str) -> list[str]:
    """Every table of ours in which a row, written as text, holds these words."""
    found = []
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in apps.get_models()):
            cursor.execute(f'SELECT 1 FROM "{table}" AS line WHERE strpos(line::text, %s) > 0 LIMIT 1', [text])  # noqa: S608  # our names
            found += [table] if cursor.fetchone() else []
    return found
