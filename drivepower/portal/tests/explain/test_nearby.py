"""Charges that came close to one another: each page tells its own as important, a station's page tells them all."""

from typing import Any

import pytest
from django.utils import timezone

from charging.models import Session
from charging.tests.settling import after
from charging.tests.world import World, minutes
from drivepower.portal.explain import Moment, of_session, of_station
from drivepower.portal.tests.explain.pages import browser, page_of
from drivepower.portal.tests.explain.pages import charged as paid
from drivepower.portal.tests.explain.stories.telling import superuser_once
from drivepower.portal.tests.making import superuser
from ocpp_consumer.models import Frame
from stations.models import ConnectionSpan

pytestmark = pytest.mark.django_db


def charged(world: World, begins: float, ends: float) -> Session:
    """A charge of somebody at the first connector, from then until then, in minutes."""
    session = world.charging(world.driver("5000"), at=after(begins))
    world.say(world.one, "Charging", at=after(begins))
    world.end(session, 3000, at=after(ends))
    world.say(world.one, "Finishing", at=after(ends))
    world.say(world.one, "Available", at=after(ends + 0.5))
    session.refresh_from_db()
    return session


def of_hardware(session: Session) -> list[Moment]:
    """What its page tells of the hardware."""
    found = of_session(session, person=superuser_once(), at=after(60)).moments
    return [one for one in found if one.kind in ("status", "connection") or "booted" in one.text]


def booted(world: World, at: float) -> None:
    """The station boots, and comes back."""
    said: dict[str, Any] = {"direction": "in", "message_type": 2, "message_id": f"{at}", "received_at": after(at)}
    text = '[2,"1","BootNotification",{}]'
    Frame.objects.create(station=world.station, epoch=1, action="BootNotification", text=text, **said)
    epoch = 100 + ConnectionSpan.objects.count()
    ConnectionSpan.objects.create(station=world.station, epoch=epoch, since=after(at), until=after(at + 0.1))


def test_what_other_charges_of_its_connector_did_is_told_as_less(world: World) -> None:
    charged(world, 0, 4)
    session = charged(world, 8, 9)
    charged(world, 12, 16)
    for at in (3, 8.5, 13):
        booted(world, at)
    told = of_hardware(session)
    important = {one.at for one in told if one.is_key}
    assert {one.at for one in told} > {after(3), after(4), after(8), after(8.5), after(9), after(12), after(13)}
    assert important
    assert min(important) >= after(8)
    assert max(important) <= after(9.5)
    assert after(8.5) in important


def test_all_is_important_where_nobody_charges_next_to_it(world: World) -> None:
    session = charged(world, 8, 9)
    for at in (5, 20):
        booted(world, at)
    assert {after(5), after(8), after(9), after(20)} <= {one.at for one in of_hardware(session) if one.is_key}


def test_a_charge_that_runs_cuts_off_nothing_of_one_that_could_not_start_beside_it(world: World) -> None:
    session = charged(world, 0, 30)
    beside = {"station": world.station, "connector": world.one, "asked_by": "app", "state": "failed"}
    failed = Session.objects.create(requested_at=after(10), failure="connector_busy", **beside)
    booted(world, 11)
    for one in (session, failed):
        assert after(11) in {moment.at for moment in of_hardware(one) if moment.is_key}


def test_a_stations_page_tells_of_a_charge_that_covers_its_whole_time(world: World) -> None:
    session = charged(world, 0, 120)
    found = of_station(world.station, since=after(30), until=after(90), person=superuser(), at=after(200))
    assert [str(one.value) for one in found.head if str(one.name) == "Charges"] == ["1"]
    [told] = [one for one in found.moments if one.link.endswith(f"{session.public_id}/")]
    assert told.text.startswith(f"{session}: It had been charging at connector 1 since ")
    assert (told.at, told.is_key) == (after(30), True)


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [(-30, -1, "0"), (-30, 5, "1"), (5, 10, "1"), (5, 40, "1"), (31, 40, "0")],
    ids=["before", "its begin", "within", "its end", "after"],
)
def test_a_stations_page_counts_the_charges_of_its_time(world: World, since: int, until: int, count: str) -> None:
    charged(world, 0, 30)
    found = of_station(world.station, since=after(since), until=after(until), person=superuser(), at=after(200))
    assert [str(one.value) for one in found.head if str(one.name) == "Charges"] == [count]


def test_a_page_opens_while_the_next_charge_runs(world: World) -> None:
    first = paid(world)
    world.charging(world.driver("5000"), at=timezone.now() - minutes(10))
    assert browser(superuser()).get(page_of(first)).status_code == 200
