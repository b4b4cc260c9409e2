"""A charge in the way of a driver's leaving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import leaving
from accounts.models import User
from charging.models import Session
from charging.tests.app import App
from charging.tests.world import NOW, World

pytestmark = pytest.mark.django_db
PATH = "/api/v1/account/delete-request"


def test_who_charges_stops_first(world: World) -> None:
    driver = world.driver()
    world.charging(driver)
    status, told = App(driver).post(PATH)
    assert (status, told["error"]) == (409, "session_already_active")
    assert App(world.driver()).post(PATH)[0] == 200


@pytest.mark.parametrize("state", ["ended", "review"])
def test_what_may_still_cost_something_keeps_them(world: World, state: str) -> None:
    driver = world.driver()
    session = world.charging(driver)
    Session.objects.filter(pk=session.pk).update(state=state, holds_connector=False, stopped_at=NOW)
    User.objects.filter(pk=driver.pk).update(deletion_requested_at=timezone.now())
    found = [one.check(driver) for one in leaving.obstacles if not one.when_asked]
    assert "session_already_active" in {refusal.code for refusal in found if refusal}
    assert leaving.let_go(at=timezone.now() + timedelta(days=15)) == 0
