"""Numbers beside the links of the sidebar say what waits, to those whom it is for."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from charging.tests.world import NOW, World
from drivepower.core.alerts import open_alert
from drivepower.core.models import Alert
from drivepower.portal import badges
from drivepower.portal.tests.companies import FOREIGN, OURS, host_of, populate
from drivepower.portal.tests.making import staff, superuser
from stations.models import Report

BADGES = "/admin/badges.json"
ALERTS = "/admin/core/alert/"
REPORTS = "/admin/stations/report/"


@pytest.fixture(autouse=True)
def fresh(db: None) -> Iterator[None]:
    """Nothing is kept from another test: keys of people come again when a test's are taken back."""
    cache.clear()
    yield
    cache.clear()


def badges_of(person: User) -> dict[str, dict[str, str]]:
    client = Client()
    client.force_login(person)
    found: dict[str, dict[str, str]] = client.get(BADGES).json()["badges"]
    return found


def test_it_counts_what_nobody_has_taken(world: World) -> None:
    for number in range(3):
        open_alert(kind="x", subject=f"station:{number}", text="x", at=NOW)
    Alert.objects.filter(subject="station:0").update(acknowledged_at=NOW, acknowledged_by="staff:x")

    assert badges_of(superuser())[ALERTS] == {"count": "2", "colour": "danger"}


def test_it_shows_no_zeros(world: World) -> None:
    assert badges_of(superuser()) == {}


def test_it_counts_no_further_than_anybody_works(world: World) -> None:
    Alert.objects.bulk_create(
        Alert(kind="x", subject=str(number), text="x", opened_at=NOW, last_at=NOW) for number in range(120)
    )

    assert badges_of(superuser())[ALERTS]["count"] == "99+"


def test_it_tells_each_role_what_it_may_open(world: World) -> None:
    populate(world, OURS)

    for role in ("Owner", "Operator", "Support", "Finance", "Technician"):
        person = staff(role)
        client = Client()
        client.force_login(person)
        for address in badges_of(person):
            assert client.get(address, follow=True).status_code == 200, (role, address)


def test_it_counts_for_a_company_what_is_its_own(world: World) -> None:
    ours, _foreign = populate(world, OURS), populate(world, FOREIGN)

    found = badges_of(host_of(ours))

    assert Report.objects.count() == 2
    assert found[REPORTS]["count"] == "1"
    assert ALERTS not in found


def test_it_asks_the_database_once_for_each_number_and_then_not_at_all(world: World) -> None:
    client = Client()
    client.force_login(superuser())
    with CaptureQueriesContext(connection) as first:
        client.get(BADGES)
    with CaptureQueriesContext(connection) as second:
        client.get(BADGES)

    assert len(first) - len(second) == len(badges.BADGES)


def test_its_numbers_stand_beside_links_of_the_sidebar(world: World) -> None:
    client = Client()
    client.force_login(superuser())
    page = client.get("/admin/").text

    assert [badge.page for badge in badges.BADGES if f'href="{badge.address}"' not in page] == []
    assert f'data-badges="{BADGES}"' in page


def test_it_asks_who_you_are(db: None) -> None:
    assert Client().get(BADGES).status_code == 302
