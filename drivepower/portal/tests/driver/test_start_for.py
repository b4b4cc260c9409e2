"""A charge is started for a driver, once, by who may."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Note
from charging.models import Session
from charging.tests.world import World
from drivepower.portal.tests.driver.calls import browser, page, press
from drivepower.portal.tests.making import staff, superuser
from stations.models import Command, Gateway

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(world: World) -> None:
    """The station is there today, too."""
    Gateway.objects.update(renewed_at=timezone.now())
    for one in (world.one, world.two):
        world.say(one, "Available", at=timezone.now())


def test_it_asks_the_station_and_says_so(world: World) -> None:
    driver, person = world.driver(), staff("Support")
    client = browser(person)
    answer = press(client, driver, "start", station=world.station.code.lower(), connector="1")
    assert answer.status_code == 302
    session = Session.objects.get(driver=driver)
    assert (session.state, session.asked_by) == ("requested", "operator")
    assert Command.objects.get(intent="start_charging").asked_by == f"staff:{person.public_id}"
    assert "A start was asked for at BSK-01." in client.get(page(driver)).content.decode()
    note = Note.objects.get()
    assert (note.user, note.text) == (driver, "A start was asked for at BSK-01. Reason: They asked")


@pytest.mark.parametrize(
    ("limit", "value", "energy", "amount"),
    [("energy", "12.5", 12_500, None), ("amount", "150", None, Decimal(150)), ("", "", None, None)],
)
def test_it_goes_up_to_a_limit(world: World, limit: str, value: str, energy: int | None, amount: Decimal) -> None:
    driver = world.driver()
    press(browser(superuser()), driver, "start", station="BSK-01", connector="1", limit=limit, value=value)
    session = Session.objects.get(driver=driver)
    assert (session.limit_energy_wh, session.limit_amount) == (energy, amount)


@pytest.mark.parametrize(
    "said",
    [{"limit": "energy"}, {"value": "5"}, {"limit": "energy", "value": "-1"}, {"reason": ""}, {"connector": "x"}],
)
def test_it_asks_again_for_what_makes_no_sense(world: World, said: dict[str, str]) -> None:
    driver = world.driver()
    answer = press(browser(superuser()), driver, "start", **{"station": "BSK-01", "connector": "1", **said})
    assert answer.status_code == 200
    assert 'class="station-dialog"' in answer.content.decode()
    assert not Session.objects.exists()


def test_two_presses_start_once(world: World) -> None:
    driver, client = world.driver(), browser(superuser())
    for _ in range(2):
        assert press(client, driver, "start", station="BSK-01", connector="1").status_code == 302
    assert Session.objects.filter(driver=driver).count() == 1
    assert Note.objects.count() == 1


def test_a_refused_start_is_kept_and_said_and_can_be_asked_for_again(world: World) -> None:
    driver, client = world.driver("0"), browser(superuser())
    answer = press(client, driver, "start", station="BSK-01", connector="1")
    assert answer.status_code == 200
    form = answer.context["form"]
    assert form.non_field_errors()
    assert Session.objects.get(driver=driver).state == "failed"
    again = press(client, driver, "start", station="BSK-01", connector="1")
    assert again.context["form"].non_field_errors() == form.non_field_errors()
    assert Session.objects.filter(driver=driver).count() == 1
    press(client, driver, "start", station="BSK-01", connector="1", key=form["key"].value())
    assert Session.objects.filter(driver=driver).count() == 2


def test_an_unknown_station_is_said(world: World) -> None:
    answer = press(browser(superuser()), world.driver(), "start", station="NOWHERE", connector="1")
    assert answer.context["form"].non_field_errors() == ["There is no such station."]


@pytest.mark.parametrize(("role", "status"), [("Operator", 302), ("Finance", 403), ("Technician", 403)])
def test_each_role_may_what_it_may(world: World, role: str, status: int) -> None:
    driver = world.driver()
    assert press(browser(staff(role)), driver, "start", station="BSK-01", connector="1").status_code == status
    assert Session.objects.exists() is (status == 302)
