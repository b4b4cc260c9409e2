"""A driver, a card or all logins are kept out, and let in again, each with its reason among the notes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import logins
from accounts.models import Login, Note, User
from charging.tests.world import World
from drivepower.portal.tests.driver.calls import browser, page, press
from drivepower.portal.tests.making import staff, superuser

pytestmark = pytest.mark.django_db


def come_in(driver: User) -> None:
    """They log in on a telephone."""
    logins.come_in(user=driver, address="203.0.113.7", device="Phone", at=timezone.now() - timedelta(hours=1))


def test_a_driver_is_blocked_and_let_in_again(world: World) -> None:
    driver, client = world.driver(), browser(staff("Support"))
    come_in(driver)
    for _ in range(2):
        press(client, driver, "block")
    assert not User.objects.get(pk=driver.pk).is_active
    assert Login.objects.get(user=driver).why_ended == "blocked"
    assert "The driver is blocked." in client.get(page(driver)).content.decode()
    press(client, driver, "unblock")
    assert User.objects.get(pk=driver.pk).is_active
    kept = Note.objects.order_by("id").values_list("text", flat=True)
    assert list(kept) == [
        "The driver is blocked. Reason: They asked",
        "The driver is not blocked any more. Reason: They asked",
    ]


def test_a_card_is_blocked_and_let_in_again(world: World) -> None:
    driver, person = world.driver(), staff("Support")
    card, client = world.card(driver), browser(person)
    press(client, driver, "block_card", card.public_id)
    card.refresh_from_db()
    assert (card.blocked, card.blocked_by) == (True, f"staff:{person.public_id}")
    assert f"/unblock_card/?row={card.public_id}" in client.get(page(driver)).content.decode()
    press(client, driver, "unblock_card", card.public_id)
    card.refresh_from_db()
    assert (card.blocked, card.blocked_by) == (False, "")


def test_a_card_of_somebody_else_is_not_there(world: World) -> None:
    card = world.card(world.driver())
    answer = press(browser(superuser()), world.driver(), "block_card", card.public_id)
    assert answer.context["form"].non_field_errors()
    card.refresh_from_db()
    assert not card.blocked


def test_the_tag_of_one_charge_is_no_card(world: World) -> None:
    driver = world.driver()
    tag: Any = world.charging(driver).id_tag
    client = browser(superuser())
    assert tag.value not in client.get(page(driver)).content.decode()
    assert press(client, driver, "block_card", tag.public_id).context["form"].non_field_errors()


def test_all_logins_end(world: World) -> None:
    driver, client = world.driver(), browser(staff("Support"))
    come_in(driver)
    come_in(driver)
    press(client, driver, "end_logins")
    assert set(Login.objects.filter(user=driver).values_list("why_ended", flat=True)) == {"everywhere"}
    assert User.objects.get(pk=driver.pk).is_active
    assert Note.objects.get().text == "Logins ended: 2. Reason: They asked"


@pytest.mark.parametrize("act", ["block", "unblock", "block_card", "unblock_card", "end_logins"])
@pytest.mark.parametrize("role", ["Finance", "Fleet manager"])
def test_others_block_nobody(world: World, role: str, act: str) -> None:
    person = staff(role)
    driver = world.driver(company=person.company)
    card = world.card(driver)
    assert press(browser(person), driver, act, card.public_id).status_code == 403
    assert User.objects.get(pk=driver.pk).is_active


def test_a_reason_is_asked_for(world: World) -> None:
    driver = world.driver()
    assert press(browser(superuser()), driver, "block", reason=" ").status_code == 200
    assert User.objects.get(pk=driver.pk).is_active
