"""Each number of the start page leads to the list that holds just the rows that it counts."""

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import IdTag
from charging import lifecycle, rollups, settlement
from charging.models import Session
from charging.tests.world import World, minutes
from drivepower.core import alerts
from drivepower.core.tests.zones import midday
from drivepower.portal.tests.making import superuser
from stations.conditions import Condition
from stations.models import Connector, Gateway, Location, Station

LINK = r'<a (?:class="tile-link" )?href="([^"]+)">(?:(?!</a>).)*?data-live="(\w+)">([^<]*)<'


@pytest.fixture
def client(db: None) -> Client:
    """Somebody who may open everything."""
    client = Client()
    client.force_login(superuser())
    return client


@pytest.fixture
def noon(world: World, settings: Any) -> datetime:
    """Now, which is the middle of the day in the portal's zone, a network in it, and something wrong in each way."""
    now = timezone.now()
    settings.DEFAULT_LOCATION_TIME_ZONE = zone = midday(now)
    Location.objects.update(time_zone=zone)
    Gateway.objects.update(renewed_at=now + timedelta(days=1))
    world.station.refresh_from_db()
    world.one.refresh_from_db()
    world.two.refresh_from_db()
    populate(world, now)
    rollups.roll_up(at=now)
    return now


def populate(world: World, now: datetime) -> None:
    """Charges of today, of last week, of nobody and of the service, failed tries; stations and cards in want."""
    for number, ago in enumerate((timedelta(hours=3), timedelta(hours=2), timedelta(days=7, hours=1))):
        session = world.charging(world.driver(), at=now - ago)
        world.end(session, 3_000 + number, at=now - ago + minutes(20))
        settlement.settle(session_id=session.pk, at=now - ago + minutes(30))
    driver = world.driver()
    for after in (0, 2):
        failed = world.request(driver, at=now - minutes(90 - after))
        lifecycle.fail_start(session=failed, code="start_timeout", text="No.", at=now - minutes(89 - after))
    world.card(value="TECH", kind=IdTag.Kind.SERVICE)
    service = world.begin("TECH", at=now - minutes(70)).session
    world.end(service, 2_000, at=now - minutes(60))
    doubtful = world.charging(world.driver(), at=now - minutes(50))
    world.end(doubtful, 90_000_000, at=now - minutes(40))
    settlement.settle(session_id=doubtful.pk, at=now - minutes(30))
    world.charging(world.driver(), at=now - minutes(10))
    Session.objects.create(
        station=world.station,
        connector=world.two,
        asked_by="card",
        state="ended",
        started_at=now - minutes(30),
        stopped_at=now,
    )
    lacking(world, now)


def lacking(world: World, now: datetime) -> None:
    """Stations and cards."""
    world.card(None, value="LOST")
    world.say(world.two, "Faulted", at=now - minutes(5))
    station_of("NO-PLACE", key_hash="x")
    station_of("NO-KEY", tariff_plan=world.plan, location=world.station.location)
    station_of("RETIRED", service_state=Station.ServiceState.RETIRED)
    alerts.open_alert(kind="x", subject="a", text="Look", at=now)
    alerts.open_alert(kind="x", subject="b", text="Look", at=now)
    alerts.resolve_alert(kind="x", subject="b", at=now)


def station_of(code: str, **fields: Any) -> None:
    """A station with one connector."""
    Connector.objects.create(station=Station.objects.create(code=code, identity=f"id-{code}", **fields), number=1)


# What of the page counts no rows of the list behind it, by what the list must hold.
OTHERS = {"energy_today": "sessions_today", "revenue_today": "receipts", "first_success": "first_failures"}


def test_each_number_is_that_of_the_list_behind_it(client: Client, world: World, noon: datetime) -> None:
    page = client.get("/admin/").content.decode()
    texts = dict(re.findall(r'data-live="(\w+)">([^<]*)<', page))
    texts["receipts"] = "2"
    found = re.findall(LINK, page, re.DOTALL)

    told = {}
    for address, key, _text in found:
        answer = client.get(html.unescape(address))
        assert answer.status_code == 200, (key, address, answer.headers.get("Location"))
        told[key] = counted = len(answer.context["cl"].result_list)
        if key != "utilisation":
            assert str(counted) == texts[OTHERS.get(key, key)], (key, address)

    assert {"stations_online", "connectors_faulted", "charging", "sessions_today", "revenue_today"} <= set(told)
    assert {f"connectors_{condition}" for condition in Condition} <= set(told)
    assert {"without_price", "without_place", "without_key", "of_nobody", "cards_of_nobody"} <= set(told)
    assert all(texts[key] not in ("0", "–") for key in ("charging", "first_failures", "without_key", "of_nobody"))
    assert texts["sessions_today"] == "4"
