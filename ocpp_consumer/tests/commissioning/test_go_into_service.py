"""A station from its box into service: a simulated one over its socket, an installer with a link at the page."""

import json
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone

from accounts.models import IdTag
from billing.models import Transfer
from charging.models import Session
from ocpp_consumer.clocks import behind
from ocpp_consumer.simulator import Backoff, ConnectorSpec, StationSpec
from ocpp_consumer.simulator import Station as Simulated
from ocpp_consumer.tests.server import Server, basic, eventually, in_db, talking
from stations.commissioning import installers
from stations.models import Command, Commissioning, ConfigurationTemplate, Connector, SecurityEvent, Station
from stations.tests.world import location, plan

IDENTITY = "BOX 7"
HOSTILE = "<script>window.DPX7Q=1</script>"


class Phone:
    """An installer's browser at the page of one station."""

    def __init__(self, token: str, code: str) -> None:
        self.client, self.address = Client(), f"/commission/{token}/{code}"

    def _do(self, act: str, **said: Any) -> Any:
        return self.client.post(self.address, {"act": act, **said})

    async def do(self, act: str, **said: Any) -> Any:
        """Press a button."""
        return await in_db(self._do)(act, **said)

    async def steps(self) -> dict[str, bool]:
        """Which steps the page shows as done."""
        answer = await in_db(self.client.get)(f"{self.address}/now")
        return {step["name"]: step["is_done"] for step in answer.json()["steps"]}

    async def sees(self, name: str) -> None:
        """Wait until a step is done."""

        def is_done() -> bool:
            steps = self.client.get(f"{self.address}/now").json()["steps"]
            return any(step["name"] == name and step["is_done"] for step in steps)

        await eventually(is_done, f"the step {name}")


def box() -> tuple[Station, str]:
    """A planned station with one connector, a template that it does not fit, a price, and a link for its installer."""
    plan("Standard", ("per_kwh", "15.00"))
    made = Station.objects.create(
        code="BSK-07",
        identity=IDENTITY,
        location=location(),
        service_state=Station.ServiceState.PLANNED,
        is_public=False,
    )
    Connector.objects.create(station=made, number=1, type="CCS2", max_power_w=36_000)
    ConfigurationTemplate.objects.create(name="House", wanted={"MeterValueSampleInterval": "1"})
    at = timezone.now()
    _, token = installers.make(
        name="Installers Ltd", stations=[made], expires_at=at + timedelta(days=1), by="staff:1", at=at
    )
    return made, token


@pytest.fixture
async def phone(server: Server) -> Phone:
    """The installer before a station that has not been switched on yet."""
    made, token = await in_db(box)()
    return Phone(token, made.code)


def simulated(server: Server, key: str) -> Simulated:
    """The station itself, with a vendor's name that nobody should believe."""
    spec = StationSpec(
        identity=IDENTITY,
        password=key,
        vendor=HOSTILE[:20],
        connectors=(ConnectorSpec(number=1, type="CCS2", max_power_w=36_000, curve="constant"),),
        meter_interval=0.1,
        speed=200,
        step_seconds=0.0,
    )
    return Simulated(spec, url=f"{server.url}/ocpp", backoff=Backoff(first=0.02, most=0.05))


def everything() -> str:
    """Every row of every table, as text."""
    rows = [row for model in apps.get_models() for row in model._default_manager.all()]
    return str(serializers.serialize("json", rows, ensure_ascii=False))


async def test_it_goes_from_the_box_into_service(
    server: Server, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await phone.do("make_key", sure="1")
    [key] = re.findall(r'id="key-text"[^>]*>([0-9a-f]{40})<', answer.text)
    async with simulated(server, key):
        for name in ("connected", "boot", "clock", "connectors"):
            await phone.sees(name)
        assert (await phone.steps())["template"] is False
        assert (await phone.do("finish")).status_code == 409
        assert (await phone.do("apply_template")).status_code == 302
        await phone.sees("template")
        assert (await phone.do("start_test", connector="1")).status_code == 302
        await eventually(lambda: Session.objects.filter(state="active", meter__energy_wh__gt=0).exists(), "energy")
        assert (await phone.do("stop_test")).status_code == 302
        await phone.sees("test_charge")
        assert await in_db(lambda: Station.objects.get().service_state)() == "commissioning"
        assert (await phone.do("finish")).status_code == 302
    await in_db(look_at_the_end)(phone, key, caplog.text)


def look_at_the_end(phone: Phone, key: str, log: str) -> None:
    made, row = Station.objects.get(), Commissioning.objects.get()
    assert (made.service_state, made.is_public, row.state) == ("in_service", False, "done")
    assert row.steps.keys() == {"connected", "boot", "clock", "connectors", "template", "test_charge"}
    assert re.fullmatch(r"installer:[0-9a-f-]{36}", row.ended_by)
    by_hand = Command.objects.exclude(asked_by__startswith="rule:")
    assert set(by_hand.values_list("intent", flat=True)) >= {"set_configuration", "start_charging", "stop_charging"}
    assert set(by_hand.values_list("asked_by", flat=True)) == {row.ended_by}
    assert {row.ended_by in detail for detail in events("KeyIssued")} == {True}
    session, tag = Session.objects.get(), IdTag.objects.get()
    assert (tag.kind, tag.allowed_places, session.id_tag) == ("service", ["BSK-07"], tag)
    assert not Transfer.objects.exists()
    assert key not in everything()
    assert key not in log
    page = phone.client.get(phone.address)
    assert key not in page.text
    assert HOSTILE[:20] not in page.text
    assert page.client.cookies == {}


def events(kind: str) -> list[str]:
    """The details of the events of a kind."""
    return list(SecurityEvent.objects.filter(type=kind).values_list("detail", flat=True))


async def test_it_measures_the_clock_by_what_the_station_says(server: Server, phone: Phone) -> None:
    answer = await phone.do("make_key", sure="1")
    [key] = re.findall(r'id="key-text"[^>]*>([0-9a-f]{40})<', answer.text)
    begun = timezone.now() - timedelta(minutes=1)
    made = await in_db(Station.objects.get)()
    assert await in_db(behind)(station=made, since=begun) is None
    async with simulated(server, key):
        await phone.sees("clock")
    offset = await in_db(behind)(station=made, since=begun)
    assert abs(offset) < timedelta(seconds=60)


@pytest.mark.parametrize(("minutes", "word"), [(10, "behind"), (-10, "ahead")], ids=["behind", "ahead"])
async def test_it_waits_for_a_clock_that_is_off(server: Server, phone: Phone, minutes: int, word: str) -> None:
    answer = await phone.do("make_key", sure="1")
    [key] = re.findall(r'id="key-text"[^>]*>([0-9a-f]{40})<', answer.text)
    async with talking(server, "/ocpp/BOX%207", headers=basic(IDENTITY, key)) as talk:
        said = (timezone.now() - timedelta(minutes=minutes)).isoformat()
        status = {"connectorId": 1, "status": "Available", "errorCode": "NoError", "timestamp": said}
        await talk.ask("StatusNotification", status)
        await phone.sees("connectors")
        answer = await in_db(phone.client.get)(f"{phone.address}/now")
    told = json.dumps(answer.json())
    assert (await phone.steps())["clock"] is False
    assert re.search(rf"(5[5-9]|6[0-4])\d s {word}", told)
