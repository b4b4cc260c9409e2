"""Whoever and an hour in the box: what they charged then comes first, with the way to what happened."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Company, User
from charging.models import Session
from charging.tests.world import World
from drivepower.portal.search import hours
from drivepower.portal.tests.driver.calls import browser, page
from drivepower.portal.tests.explain.pages import page_of
from drivepower.portal.tests.making import staff, superuser

pytestmark = pytest.mark.django_db
JSON = "/admin/find.json"
BISHKEK = ZoneInfo("Asia/Bishkek")
AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)  # 20:00 in Bishkek


def found(client: Any, text: str) -> list[dict[str, Any]]:
    """What the box answers."""
    answer: list[dict[str, Any]] = client.get(JSON, {"q": text}).json()["found"]
    return answer


def evening(days: int = 1) -> datetime:
    """18:40 in Bishkek, so many days ago."""
    return datetime.combine(timezone.now().astimezone(BISHKEK).date() - timedelta(days=days), time(18, 40), BISHKEK)


def tried(world: World, driver: User, at: datetime, **fields: Any) -> Session:
    """A refused start at that time, or what the fields say."""
    usual: dict[str, Any] = {"state": "failed", "failure": "start_timeout", "requested_at": at, "created_at": at}
    return Session.objects.create(
        station=world.station, connector=world.one, driver=driver, asked_by="app", **usual | fields
    )


@pytest.mark.parametrize(
    ("text", "who", "moment"),
    [
        ("0555123456 18:40", "0555123456", "2026-11-21T18:40"),
        ("+996 555 12-34-56 18:40", "+996 555 12-34-56", "2026-11-21T18:40"),
        ("18:40 0555123456", "0555123456", "2026-11-21T18:40"),
        ("0555123456 21:40", "0555123456", "2026-11-20T21:40"),
        ("0555123456 20.11 18:40", "0555123456", "2026-11-20T18:40"),
        ("0555123456 20.11. 18:40", "0555123456", "2026-11-20T18:40"),
        ("0555123456 20.11.2025 18:40", "0555123456", "2025-11-20T18:40"),
        ("0555123456 20.11.25 9:05", "0555123456", "2025-11-20T09:05"),
        ("0555123456 22.11 18:40", "0555123456", "2025-11-22T18:40"),
        ("0555123456 2026-11-19 18:40", "0555123456", "2026-11-19T18:40"),
        ("Aizada 18:40", "Aizada", "2026-11-21T18:40"),
        ("0555123456 18:40:07", "0555123456", "2026-11-21T18:40"),
        ("0555123456 31.02 18:40", "0555123456", None),
        ("0555123456 31.13 18:40", "0555123456", None),
    ],
)
def test_it_reads_who_and_when(text: str, who: str, moment: str | None) -> None:
    hour = hours.read(text)
    assert hour is not None
    assert hour.who == who
    wanted = datetime.fromisoformat(moment).replace(tzinfo=BISHKEK) if moment else None
    assert hour.moment(BISHKEK, at=AT) == wanted


@pytest.mark.parametrize("text", ["18:40", "04:A1:B2:C3", "04:12:34:56", "0555123456", "", "99:99 x", "0555.12.34.56"])
def test_it_reads_no_hour_where_none_is(text: str) -> None:
    assert hours.read(text) is None


@pytest.mark.parametrize("text", ["0555123456", "+996 555 12-34-56", "123456", "00996555123456"])
def test_the_nearest_is_the_first_hit_with_its_explanation(world: World, text: str) -> None:
    driver = world.driver(name="Aizada", phone="+996555123456")
    tried(world, driver, evening() - timedelta(minutes=90))
    near = tried(world, driver, evening() + timedelta(minutes=3))
    tried(world, driver, evening() + timedelta(minutes=80))
    day = f"{evening():%d.%m}"
    first = found(browser(staff("Support")), f"{text} {day} 18:40")[0]["rows"]
    assert first[0]["address"] == page_of(near)
    assert first[0]["title"] == f"Explain #{near.pk}"
    assert first[0]["detail"].endswith("· Nothing began in time: the start was given up.")
    assert first[-1]["address"].startswith(page(driver))


def test_an_hour_within_a_charge_is_nearest(world: World) -> None:
    driver = world.driver(phone="+996555123456")
    begun = evening() - timedelta(hours=1)
    times = {"requested_at": begun, "started_at": begun, "stopped_at": evening() + timedelta(hours=1)}
    long = tried(world, driver, begun, state="settled", failure="", **times)
    tried(world, driver, evening() + timedelta(minutes=2))
    rows = found(browser(superuser()), f"0555123456 {evening():%d.%m} 18:40")[0]["rows"]
    assert rows[0]["address"] == page_of(long)


def test_the_person_is_found_beside_it(world: World) -> None:
    driver = world.driver(name="Aizada", phone="+996555123456")
    addresses = [row["address"] for kind in found(browser(superuser()), "0555123456 18:40") for row in kind["rows"]]
    assert page(driver) in addresses


def test_who_may_not_read_explanations_gets_the_charge(world: World) -> None:
    driver = world.driver(phone="+996555123456")
    near = tried(world, driver, evening())
    person = staff("Finance")
    person.groups.get().permissions.remove(Permission.objects.get(codename="view_frame"))
    rows = found(browser(person), f"0555123456 {evening():%d.%m} 18:40")[0]["rows"]
    assert rows[0]["address"] == f"/admin/charging/session/{near.pk}/change/"


def test_a_fleet_finds_nothing_of_others(world: World) -> None:
    person = staff("Fleet manager")
    driver = world.driver(phone="+996555123456", company=Company.objects.create(name="Other"))
    tried(world, driver, evening())
    assert found(browser(person), f"0555123456 {evening():%d.%m} 18:40") == []


def test_a_card_leads_to_its_driver(world: World) -> None:
    driver = world.driver(name="Aizada")
    world.card(driver, value="04A1B2C3D4E580")
    rows = next(kind for kind in found(browser(superuser()), "04A1B2C3D4E580") if kind["icon"] == "badge")["rows"]
    assert [row["address"] for row in rows][1] == page(driver)


def test_it_asks_as_often_for_many_charges_as_for_one(world: World) -> None:
    driver, client = world.driver(phone="+996555123456"), browser(superuser())

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            found(client, "0555123456 18:40")
        return len(asked)

    tried(world, driver, evening())
    few = cost()
    for days in range(20):
        tried(world, driver, evening(days))
    assert cost() == few
