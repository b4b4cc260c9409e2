"""The start page of staff of a company: their stations, their fleet's charges, and nothing of anybody else's."""

import html
import re
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Company, User
from billing import ledger
from charging import rollups, settlement
from charging.models import Session
from charging.tests.world import NOW, World, minutes, top_up
from drivepower.core.models import Event
from drivepower.core.tests.zones import midday
from drivepower.portal import figures
from drivepower.portal.figures import Figures, Scope
from drivepower.portal.figures.hours import take_hours
from drivepower.portal.sections import own_sections_of
from drivepower.portal.tests.companies import FOREIGN, OURS, populate
from drivepower.portal.tests.test_start_links import LINK
from stations.models import Gateway, Location, Station

ZONE = ZoneInfo("Asia/Bishkek")
ROLES = ("Site host", "Fleet manager")


@pytest.fixture
def companies(world: World) -> dict[str, Company]:
    """Ours and another one."""
    return {name: populate(world, name) for name in (OURS, FOREIGN)}


def member(role: str, company: Company) -> User:
    """Staff of that company in that role."""
    person = User.objects.create_user(
        email=f"{role.replace(' ', '.')}.{company.pk}@example.com", name=role, role=User.Role.STAFF, company=company
    )
    person.groups.add(Group.objects.get(name=role))
    return person


def browser(person: User) -> Client:
    """Theirs."""
    client = Client()
    client.force_login(person)
    return client


def page_of(person: User) -> str:
    """What they are shown first."""
    answer = browser(person).get(reverse("admin:index"))
    assert answer.status_code == 200
    return answer.content.decode()


def charge(world: World, company: Company | None, energy_wh: int, *, at: datetime) -> Session:
    """Somebody charges at the world's station by a card, of that company, and it is paid."""
    card = world.card(world.driver(company=company), value=uuid.uuid4().hex[:20].upper(), company=company)
    session = world.begin(card.value, at=at - minutes(30)).session
    world.end(session, 1000 + energy_wh, at=at)
    settlement.settle(session_id=session.pk, at=at)
    return Session.objects.get(pk=session.pk)


def take(person: User | None, *, at: datetime = NOW) -> Figures:
    """Their figures of the test's moment."""
    return figures.take(at=at, zone=ZONE, scope=Scope(person))


def test_a_host_sees_their_stations_and_a_fleet_its_charges(companies: dict[str, Company]) -> None:
    host, fleet = (page_of(member(role, companies[OURS])) for role in ROLES)

    assert re.findall(r'tile-value"[^>]*><span data-live="(\w+)"', host) == [
        *("stations_online", "connectors_faulted", "charging", "sessions_today", "energy_today"),
        *("first_success", "reviews"),
    ]
    assert "OURS-01" in host
    assert "Revenue" not in host
    assert "Paid today" in fleet
    assert "stations_online" not in fleet


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_others_shows_through(world: World, companies: dict[str, Company], role: str) -> None:
    world.charging(world.driver(name="FOREIGN stranger"))

    page = page_of(member(role, companies[OURS]))

    assert "FOREIGN" not in page
    assert "alert" not in {part.partition(":")[0] for part in re.findall(r'data-live="(\w+)"', page)}


def test_a_company_has_its_own_numbers(world: World, companies: dict[str, Company]) -> None:
    ours, theirs = (member("Site host", companies[name]) for name in (OURS, FOREIGN))
    Location.objects.filter(stations=world.station).update(host=companies[FOREIGN])
    charge(world, companies[OURS], 3_000, at=NOW - timedelta(days=2))
    charge(world, None, 5_000, at=NOW - timedelta(days=2, hours=1))
    rollups.roll_up(at=NOW)

    found = {name: take(person) for name, person in (("ours", ours), ("theirs", theirs), ("all", None))}

    day = {name: one.days[-3] for name, one in found.items()}
    assert [day[name].energy_wh for name in ("ours", "theirs", "all")] == [3_000, 8_000, 8_000]
    assert [day[name].sessions for name in ("ours", "theirs", "all")] == [1, 2, 2]
    assert [day[name].attempts for name in ("ours", "theirs", "all")] == [1, 2, 2]
    assert found["ours"].network.stations == 1
    assert found["theirs"].network.stations == 2


def test_a_fleet_has_the_days_hours_and_money_of_its_charges(world: World) -> None:
    company = Company.objects.create(name="Fleet", kind=Company.Kind.FLEET)
    top_up(ledger.wallet_of(company=company, currency="KGS"), "500")
    charge(world, company, 4_000, at=NOW - timedelta(hours=2))
    charge(world, None, 9_000, at=NOW - timedelta(hours=1))
    manager = member("Fleet manager", company)

    found = take(manager)

    assert (found.today.sessions, found.today.energy_wh) == (1, 4_000)
    assert sum(hour.energy_wh for hour in take_hours(at=NOW, running=found.running, scope=found.scope)) == 4_000
    assert found.today.revenue == {"KGS": Decimal("60.00")}
    assert found.network.stations == 0
    assert found.attention.alerts == 0


def test_who_charges_is_told_of_own_people_alone(world: World, companies: dict[str, Company]) -> None:
    Location.objects.filter(stations=world.station).update(host=companies[OURS])
    world.charging(world.driver(name="Aizada"))

    (car,) = take(member("Site host", companies[OURS])).charging.cars

    assert (car.station, car.driver, car.company, car.tag) == ("BSK-01", "", "", "")
    assert take(None).charging.cars[0].driver == "Aizada"


def test_the_ticker_tells_what_is_of_the_company(companies: dict[str, Company]) -> None:
    ours = companies[OURS]
    Event.objects.all().delete()
    for number, fields in enumerate(({"host": ours.public_id}, {"company": ours.public_id}, {})):
        Event.objects.create(kind="session.started", subject="x", station=f"S{number}", at=NOW, **fields)

    assert [one.station for one in take(member("Site host", ours)).ticker] == ["S1", "S0"]


def test_alerts_are_the_houses(companies: dict[str, Company]) -> None:
    person = member("Site host", companies[OURS])
    person.groups.add(Group.objects.get(name="Owner"))

    assert "alerts" not in own_sections_of(User.objects.get(pk=person.pk))
    assert "FOREIGN" not in page_of(person)


@pytest.mark.parametrize("role", ROLES)
def test_each_number_is_that_of_the_list_behind_it(
    world: World, companies: dict[str, Company], settings: Any, role: str
) -> None:
    now = timezone.now()
    settings.DEFAULT_LOCATION_TIME_ZONE = zone = midday(now)
    Location.objects.update(time_zone=zone)
    Gateway.objects.update(renewed_at=now + timedelta(days=1))
    Location.objects.filter(stations=world.station).update(host=companies[OURS])
    charge(world, companies[OURS], 2_000, at=now - minutes(1))
    charge(world, None, 2_000, at=now - minutes(40))
    rollups.roll_up(at=now)
    client = browser(member(role, companies[OURS]))
    page = client.get("/admin/").content.decode()
    texts = dict(re.findall(r'data-live="(\w+)">([^<]*)<', page))

    found = re.findall(LINK, page, re.DOTALL)
    assert "sessions_today" in {key for _address, key, _text in found}
    for address, key, _text in found:
        answer = client.get(html.unescape(address))
        assert answer.status_code == 200, (key, address, answer.headers.get("Location"))
        if key not in ("energy_today", "revenue_today", "first_success"):
            assert str(len(answer.context["cl"].result_list)) == texts[key], key
    assert texts["sessions_today"] != "0"


@pytest.mark.parametrize("role", ROLES)
def test_it_asks_the_same_number_of_queries_whatever_there_is(
    world: World, companies: dict[str, Company], role: str
) -> None:
    client = browser(member(role, companies[OURS]))
    client.get("/admin/")
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get("/admin/")
        counts.append(len(asked))
        place = Location.objects.get(code="OURS-PLACE")
        Station.objects.create(code=f"MORE-{number}", identity=f"more-{number}", location=place)
        charge(world, companies[OURS], 1_000, at=timezone.now())
    assert counts[0] == counts[1]
