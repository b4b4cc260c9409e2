"""The start page as each role sees it."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import DutyChoice, User
from charging.tests.world import NOW, World
from drivepower.core import alerts
from drivepower.portal.tests.making import staff, superuser
from drivepower.portal.theme import NAVIGATION

HOSTILE = "<script>alert(1)</script>"


def page_of(person: User) -> str:
    """The start page that this person is shown."""
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 200
    return answer.content.decode()


def tiles_of(page: str) -> list[str]:
    """The keys of the numbers in its tiles."""
    return re.findall(r'class="tile-value"[^>]*><span data-live="(\w+)"', page)


def links_of(page: str) -> set[str]:
    """Where its menu leads."""
    menu = page[page.index('id="nav-sidebar-apps"') : page.index('id="start"')] if "nav-sidebar-apps" in page else ""
    return set(re.findall(r'<a href="/admin/(\w+/\w+/[^"]*)"', menu))


NETWORK = ["stations_online", "connectors_faulted"]
SESSIONS = ["charging", "sessions_today", "energy_today"]
LAST = ["first_success", "utilisation", "alerts", "reviews"]


@pytest.mark.parametrize(
    ("role", "tiles"),
    [
        ("Owner", [*NETWORK, *SESSIONS, "revenue_today", *LAST]),
        ("Operator", [*NETWORK, *SESSIONS, "revenue_today", *LAST]),
        ("Support", [*NETWORK, *SESSIONS, "revenue_today", *LAST]),
        ("Finance", [*NETWORK, *SESSIONS, "revenue_today", *LAST]),
        ("Technician", [*NETWORK, *SESSIONS, "first_success", "alerts", "reviews"]),
        ("Site host", [*NETWORK, *SESSIONS, "first_success", "reviews"]),
        ("Fleet manager", [*SESSIONS, "revenue_today", "first_success", "reviews"]),
    ],
)
def test_it_shows_each_role_its_own_figures(world: World, role: str, tiles: list[str]) -> None:
    page = page_of(staff(role))

    assert tiles_of(page) == tiles
    assert "data-stream" in page


def test_it_shows_a_technician_no_money_and_no_driver(world: World) -> None:
    world.charging(world.driver(name="Aizada"))

    assert "Aizada" in page_of(staff("Operator"))
    page = page_of(staff("Technician"))
    assert "BSK-01" in page
    assert "Aizada" not in page
    assert "revenue" not in page.lower()


def test_it_shows_a_host_nothing_of_the_network(world: World) -> None:
    page = page_of(staff("Site host"))

    assert "BSK-01" not in page
    assert re.findall(r'data-live="(?:stations|connectors|sessions_today)">([^<]*)<', page) == ["0"] * 3


def test_it_asks_who_you_are_first(db: None) -> None:
    answer = Client().get(reverse("admin:index"))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_it_leads_only_where_one_may_go(world: World) -> None:
    client = Client()
    for role in ("Operator", "Finance", "Technician"):
        person = staff(role)
        client.force_login(person)
        links = links_of(page_of(person))
        assert links
        assert {client.get(f"/admin/{link}").status_code for link in links} == {200}, role


def test_it_leads_everywhere_for_those_who_may_do_everything(world: World) -> None:
    links = {str(item["link"]) for group in NAVIGATION for item in group["items"]}
    lists = {link.removeprefix("/admin/") for link in links if re.match(r"/admin/\w+/\w+/", link)}

    assert len(lists) > 50
    assert lists <= {html.unescape(link) for link in links_of(page_of(superuser()))}


def test_its_tiles_open_the_rows_that_they_count(world: World) -> None:
    alerts.open_alert(kind="gone", subject="a", text="It is over", at=NOW)
    alerts.resolve_alert(kind="gone", subject="a", at=NOW)
    alerts.open_alert(kind="here", subject="b", text="It lasts", at=NOW)
    client = Client()
    client.force_login(superuser())
    page = client.get("/admin/").content.decode()

    tiles = re.findall(r'<a class="tile-link" href="([^"]+)"', page)
    assert tiles
    for address in tiles:
        assert client.get(html.unescape(address)).status_code == 200
    shown = client.get(re.findall(r'href="(/admin/core/alert/\?[^"]+)"', page)[0]).content.decode()
    assert "It lasts" in shown
    assert "It is over" not in shown


def test_it_shows_what_stations_and_people_wrote_as_text(world: World) -> None:
    world.charging(world.driver(name=HOSTILE))
    alerts.open_alert(kind="test", subject=HOSTILE, text=HOSTILE, at=NOW)
    world.station.location.name = {"en": f"</script>{HOSTILE}"}  # type: ignore[union-attr]  # the world's has one
    world.station.location.save(update_fields=["name"])  # type: ignore[union-attr]  # the same

    page = page_of(superuser())

    assert HOSTILE not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_it_loads_nothing_from_elsewhere(world: World) -> None:
    page = page_of(superuser())

    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert addresses
    assert [address for address in addresses if address and not address.startswith(("/", "#", "?"))] == []


def test_it_says_in_which_zone_its_times_are(world: World) -> None:
    assert "Asia/Bishkek (UTC+06:00)" in page_of(superuser())


def test_it_speaks_the_browsers_language(world: World) -> None:
    world.station.location.name = {"en": "Square", "ru": "Площадь"}  # type: ignore[union-attr]  # the world's has one
    world.station.location.save(update_fields=["name"])  # type: ignore[union-attr]  # the same
    client = Client(headers={"accept-language": "ru"})
    client.force_login(superuser())

    assert "Площадь" in client.get("/admin/").content.decode()


def test_it_says_that_nobody_is_on_duty_until_somebody_is(world: World) -> None:
    said, rota, owner = "Nobody is on duty: owners are told", "/admin/accounts/dutyshift/", Client()
    owner.force_login(superuser())
    addresses = ["/admin/", "/admin/core/alert/"]
    assert all(said in owner.get(page).text for page in addresses)
    assert f'underline" href="{rota}"' in owner.get("/admin/").text
    support = page_of(staff("Support"))
    assert said in support
    assert f'underline" href="{rota}"' not in support
    assert said not in page_of(staff("Site host"))
    DutyChoice.objects.create(person=staff("Operator"), ways=["mail"], is_always=True)
    assert all(said not in owner.get(page).text for page in addresses)
