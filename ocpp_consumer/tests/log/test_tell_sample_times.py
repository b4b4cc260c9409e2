"""Each sample is told by its own time, in the zone of the place, and marked where it came long after."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.log.test_decode import FIELDS, anything
from ocpp_consumer.v16.decoded import samples
from ocpp_consumer.v16.decoded.samples import Sampled
from stations.tests import world

BISHKEK = ZoneInfo("Asia/Bishkek")
CAME = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def entry(at: Any, watt_hours: int) -> dict[str, Any]:
    return {"timestamp": at, "sampledValue": [{"value": str(watt_hours)}]}


def call(action: str, payload: Any) -> str:
    return json.dumps([2, "1", action, payload])


def told(text: str, *, language: str = "en") -> list[Sampled]:
    with translation.override(language):
        return samples.of(text, received_at=CAME, zone=BISHKEK)


REPLAYED = [entry("2026-11-20T12:00:00Z", 1000), entry("2026-11-20T15:29:30Z", 9000)]


def test_each_sample_has_its_own_time_in_the_zone_of_the_place() -> None:
    assert told(call("MeterValues", {"connectorId": 1, "meterValue": REPLAYED})) == [
        Sampled("20 Nov 2026 18:00:00", "3 hours, 30 minutes before it came", "1 kWh"),
        Sampled("20 Nov 2026 21:29:30", "", "9 kWh"),
    ]


def test_what_a_stop_brings_along_is_told_too() -> None:
    found = told(call("StopTransaction", {"transactionId": 7, "transactionData": REPLAYED[:1]}))
    assert [one.at for one in found] == ["20 Nov 2026 18:00:00"]


@pytest.mark.parametrize(
    ("at", "gap"),
    [
        ("2026-11-20T15:29:00Z", ""),
        ("2026-11-20T15:28:59Z", "1 minute before it came"),
        ("2026-11-20T15:31:00Z", ""),
        ("2026-11-20T15:32:01Z", "2 minutes after it came"),
        ("yesterday", "no time that can be read"),
        (None, "no time that can be read"),
    ],
)
def test_it_is_marked_beyond_a_minute(at: Any, gap: str) -> None:
    (found,) = told(call("MeterValues", {"meterValue": [entry(at, 1)]}))
    assert found.gap == gap


def test_it_speaks_russian() -> None:
    first, _second = told(call("MeterValues", {"meterValue": REPLAYED}), language="ru")
    assert first.gap == "до получения: 3 часа, 30 минут"


def test_very_many_are_counted() -> None:
    found = told(call("MeterValues", {"meterValue": REPLAYED * 30}))
    assert (len(found), found[-1].said) == (samples.MOST + 1, "10 more samples")


@settings(max_examples=200, deadline=None)
@given(payload=st.dictionaries(st.sampled_from(FIELDS), anything), inside=st.lists(anything, max_size=3))
def test_no_payload_makes_it_fail(payload: dict[str, Any], inside: list[Any]) -> None:
    for said in (payload, {"meterValue": [payload]}, {"meterValue": inside}):
        told(call("MeterValues", said))


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["conversation", "frames"])
def test_the_log_shows_them(client: Client, view: str) -> None:
    client.force_login(User.objects.create_superuser(email="staff@example.com", password="a good password"))
    one = world.station(at=world.location(time_zone="Asia/Almaty"))
    row = {"station": one, "epoch": 1, "direction": "in", "message_type": 2, "action": "MeterValues"}
    late, soon = (call("MeterValues", {"connectorId": 1, "meterValue": part}) for part in (REPLAYED, REPLAYED[1:]))
    Frame.objects.create(**row, message_id="1", received_at=CAME, text=late)
    Frame.objects.create(**row, message_id="2", received_at=CAME + timedelta(seconds=20), text=soon)

    page = client.get("/admin/ocpp_consumer/frame/", {"view": view, "since": "2026-11-20T00:00"}).text

    assert "measured 20 Nov 2026 17:00:00 – 20 Nov 2026 20:29:30" in page
    assert "measured 20 Nov 2026 20:29:30" in page
    assert page.count('data-cell="gap">3 hours, 30 minutes before it came</b>') == 1
    assert page.count("<time>20 Nov 2026 20:29:30</time>") == 2
