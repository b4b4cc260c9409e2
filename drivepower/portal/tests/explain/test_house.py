"""What the house itself did around a charge: work, new prices, pauses of new charges; by who may see it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from billing import tariffs
from billing.models import TariffPlan
from charging.tests.world import World, minutes, per_kwh
from drivepower.core import switches
from drivepower.core.acting import acting
from drivepower.portal.explain.house import EVERYWHERE, House, Turned, Work
from drivepower.portal.explain.sentences import house
from drivepower.portal.tests.companies import host_of, populate
from drivepower.portal.tests.explain.making import T, reader
from drivepower.portal.tests.explain.making import minutes as minute
from drivepower.portal.tests.explain.meanwhile import boss, running, told_of_station, told_to
from drivepower.portal.tests.explain.pages import browser, count_of, page_of, time_of
from drivepower.portal.tests.making import staff
from stations import maintenance
from stations.models import Location, Maintenance

TOLD = {
    "planned": "Owen planned work at connector 1 from ",
    "begun": "Owen began work at connector 1: «New cable».",
    "done": "Owen finished the work at connector 1: «New cable».",
    "price": "New prices: version 2 of the tariff plan «Plain» holds from here on.",
    "by": "It was published by Owen. Reason: Winter",
    "everywhere": "Owen paused new charges everywhere.",
    "why": "Fire drill",
    "here": "Owen paused new charges at this place.",
}
WORK, PRICES = {"planned", "begun", "done"}, {"price", "by"}
PAUSES = set(TOLD) - WORK - PRICES
RUSSIAN = (
    "Начаты работы на коннекторе 1 (Owen): «New cable».",
    "действует версия 2 тарифного плана «Plain»",
    "Новые зарядки приостановлены везде (Owen).",
)


@pytest.fixture
def as_ever() -> Iterator[None]:
    """Switches are asked about anew before and after."""
    switches.forget()
    yield
    switches.forget()


def act(world: World, by: User) -> None:
    """Owen works, publishes a price and pauses new charges, here and everywhere."""
    at, name = timezone.now() - minutes(5), f"staff:{by.public_id}"
    work = Maintenance.objects.create(
        station=world.station, number=1, what="New cable", made_by=name, made_at=at, mutes_alerts=False
    )
    other = Maintenance.objects.create(station=world.station, number=2, what="Other side", made_by=name, made_at=at)
    with acting(name):
        for one in (work, other):
            maintenance.begin(work=one, at=timezone.now())
        maintenance.finish(work=work, said={}, at=timezone.now())
        Location.objects.filter(stations=world.station).update(starts_paused=True)
        switches.turn(name=switches.STARTS, is_on=False, note="Fire drill", by=name, at=timezone.now())
    for plan in (world.plan, TariffPlan.objects.create(name="Nobody's", is_default=True)):
        tariffs.publish_version(plan=plan, rules=[per_kwh("20")], at=at, made_by=name, reason="Winter")


@pytest.mark.django_db
@pytest.mark.usefixtures("as_ever")
@pytest.mark.parametrize(
    ("role", "sees"), [("Support", set(TOLD)), ("Finance", PRICES | PAUSES), ("Technician", WORK | PAUSES)]
)
def test_each_role_reads_what_it_may(world: World, role: str, sees: set[str]) -> None:
    session, person = running(world), staff(role)
    act(world, boss())
    page = told_to(person, session)
    assert {what for what, words in TOLD.items() if words in page} == sees
    assert "Other side" not in page
    assert "Nobody&#x27;s" not in page
    of_station = told_of_station(person, session)
    assert {what for what, words in TOLD.items() if words in of_station} == sees
    works = "Work was under way at the station: «Other side», «New cable»."
    assert (works in of_station) == (role != "Finance")
    assert "New charges were paused: who charged went on" in of_station


@pytest.mark.django_db
@pytest.mark.usefixtures("as_ever")
def test_it_is_told_in_russian(world: World) -> None:
    session = running(world)
    act(world, boss())
    page = told_to(staff("Support"), session, language="ru")
    assert [words for words in RUSSIAN if words not in page] == []


@pytest.mark.django_db
def test_a_pause_from_before_is_told_as_it_held(world: World) -> None:
    session, now = running(world), timezone.now()
    with acting(f"staff:{boss().public_id}"):
        Location.objects.filter(stations=world.station).update(starts_paused=True)
    later = {"since": (now + minutes(60)).isoformat(), "until": (now + minutes(90)).isoformat()}
    page = browser(staff("Finance")).get(time_of(session.station, **later)).text
    assert "New charges were paused at this place since" in page
    Location.objects.filter(stations=world.station).update(starts_paused=False)
    assert "were paused" not in browser(User.objects.get(name="Finance")).get(time_of(session.station, **later)).text


@pytest.mark.django_db
@pytest.mark.usefixtures("as_ever")
def test_staff_of_a_company_read_of_work_at_their_place_and_no_names(world: World) -> None:
    ours, session = populate(world, "OURS"), running(world)
    Location.objects.filter(stations=world.station).update(host=ours)
    act(world, boss())
    page = told_of_station(host_of(ours), session)
    assert "the operator began work at connector 1: «New cable»." in page
    assert [words for words in ("Owen", "New prices", "paused new charges") if words in page] == []


@pytest.mark.django_db
def test_it_asks_as_often_for_much_work_as_for_little(world: World) -> None:
    session, client = running(world), browser(staff("Support"))
    name, now = f"staff:{boss().public_id}", timezone.now()
    counts = []
    for times in (1, 8):
        for n in range(times):
            work = Maintenance.objects.create(station=world.station, what=f"Work {n}", made_by=name, made_at=now)
            maintenance.begin(work=work, at=now)
            since = now - timedelta(seconds=n)
            tariffs.publish_version(plan=world.plan, rules=[per_kwh("20")], at=now, in_force_from=since)
        client.get(page_of(session))
        counts.append(count_of(client, page_of(session)))
    assert counts[0] == counts[1]


def test_it_tells_of_work_as_far_as_it_is_known() -> None:
    fields = {"what": "Meter", "made_by": "staff:x", "made_at": minute(-60), "mutes_alerts": True}
    planned = Maintenance(pk=1, **fields, starts_at=minute(60), sets_inoperative=False)
    known = {"planner": "Sam"}
    planned.__dict__.update(known)
    held = Maintenance(
        pk=2, **fields, starts_at=minute(-30), ends_at=minute(10), state="under_way", sets_inoperative=True
    )
    held.__dict__.update(known)
    by_task = Turned(minute(5), "under_way", "task:stations.maintenance", None)
    scheduled = Maintenance(pk=3, **fields, state="cancelled", ended_at=minute(20), number=2)
    scheduled.__dict__.update(known)
    found = House(works=[Work(planned, []), Work(held, []), Work(scheduled, [by_task])])
    said = [(one.at, one.text, one.detail) for one in house.moments(found, reader(), (T, minute(30)), {})]
    silent = "Nobody is told of its alerts meanwhile."
    out = f"Meanwhile it is set out of operation: nobody can charge there. {silent}"
    assert said == [
        (T, "Work at the station was under way since 17:30:00: «Meter», by Sam.", out),
        (minute(10), "The time that was planned for the work «Meter» was over.", ""),
        (minute(5), "Work at connector 2 began: «Meter». It was planned by Sam.", silent),
        (minute(20), "The work «Meter» was called off.", ""),
    ]
    early = house.moments(found, reader(), (minute(-70), minute(-50)), {})
    assert {one.text for one in early} == {
        "Sam planned work at the station from 19:00:00 on: «Meter».",
        "Sam planned work at the station from 17:30:00 on: «Meter».",
        "Sam planned work at connector 2: «Meter».",
    }


def test_it_tells_each_turn_of_a_pause_once() -> None:
    turns = [
        Turned(minute(-9), "off", "staff:x", "Sam", "Storm"),
        Turned(minute(3), "off", "staff:x", "Sam", "Storm, still"),
        Turned(minute(6), "on", "staff:y", "Kim"),
    ]
    found = house.moments(House(pauses={EVERYWHERE: turns}), reader(), (T, minute(30)), {})
    assert sorted((one.at, one.text, one.detail) for one in found) == [
        (T, "New charges were paused everywhere since 17:51:00, by Sam.", "Storm"),
        (minute(6), "Kim let new charges begin again everywhere.", ""),
    ]
