"""A charge is stopped from the driver's page."""

import pytest

from accounts.models import Note
from charging.models import Session
from charging.tests.world import World
from drivepower.portal.tests.driver.calls import browser, page, press
from drivepower.portal.tests.making import staff, superuser
from stations.models import Command

pytestmark = pytest.mark.django_db


def test_it_asks_the_station_once(world: World) -> None:
    driver, client = world.driver(), browser(staff("Support"))
    session = world.charging(driver)
    for _ in range(2):
        assert press(client, driver, "stop", session.public_id).status_code == 302
    session.refresh_from_db()
    assert (session.state, session.stop_cause) == ("stopping", "operator")
    assert Command.objects.filter(intent="stop_charging").count() == 1
    assert f"The station was asked to stop charge #{session.pk}." in client.get(page(driver)).content.decode()
    assert Note.objects.count() == 1


def test_it_takes_back_a_start(world: World) -> None:
    driver = world.driver()
    session = world.request(driver)
    press(browser(superuser()), driver, "stop", session.public_id)
    session.refresh_from_db()
    assert (session.state, session.failure) == ("failed", "start_cancelled")
    assert Note.objects.get().text.startswith(f"Start #{session.pk} was taken back.")


def test_it_leaves_what_has_ended(world: World) -> None:
    driver, client = world.driver(), browser(superuser())
    session = world.charging(driver)
    Session.objects.filter(pk=session.pk).update(state="failed", failure="x", holds_connector=False)
    press(client, driver, "stop", session.public_id)
    assert f"Charge #{session.pk} had ended already." in client.get(page(driver)).content.decode()
    assert not Command.objects.filter(intent="stop_charging").exists()


@pytest.mark.parametrize("row", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_it_stops_nothing_that_is_not_theirs(world: World, row: str) -> None:
    driver = world.driver()
    other = world.charging(world.driver())
    answer = press(browser(superuser()), driver, "stop", row or other.public_id)
    assert answer.context["form"].non_field_errors() == ["It is not on this page any more: load it again."]
    other.refresh_from_db()
    assert other.state == "active"


def test_finance_stops_nothing(world: World) -> None:
    driver = world.driver()
    session = world.charging(driver)
    assert press(browser(staff("Finance")), driver, "stop", session.public_id).status_code == 403
