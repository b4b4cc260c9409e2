"""What a card may take a day holds for all of its charges together, and for those that an app starts with it."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from accounts.models import IdTag, User
from charging import access, lifecycle
from charging.models import Session
from charging.tests.test_races import race
from charging.tests.test_reserve import active
from charging.tests.world import NOW, World, minutes

DAY: dict[str, Any] = {"day_limit_wh": 10_000, "sessions_at_once": 2}


def reserved(world: World, **fields: Any) -> tuple[User, IdTag]:
    """A driver for whose card connector 1 is kept."""
    driver = world.driver()
    card = world.card(driver, **(DAY | fields))
    active(world, driver=driver)
    return driver, card


def test_what_an_open_charge_may_still_take_is_taken(world: World) -> None:
    card = world.card(world.driver(), day_limit_wh=10_000, month_limit_wh=15_000, sessions_at_once=2)
    first = world.begin("CARD-1").session
    second = world.begin("CARD-1", connector=world.two, at=NOW + minutes(5))
    assert (first.limit_energy_wh, second.session.limit_energy_wh, second.status) == (10_000, 0, "Blocked")
    assert access.rest(card, station=world.station, at=NOW + timedelta(days=1)).energy_wh == 5000
    world.end(first, 4000, at=NOW + minutes(10))
    world.end(second.session, 1000, at=NOW + minutes(10))
    assert access.rest(card, station=world.station, at=NOW + minutes(11)).energy_wh == 7000


def test_two_starts_at_once_share_what_is_left(shared_world: World) -> None:
    world = shared_world
    world.card(world.driver(), **DAY)
    for number in range(5):
        at = NOW + timedelta(days=number)
        both = [partial(world.begin, "CARD-1", connector=one, at=at) for one in (world.one, world.two)]
        began = race(*both)
        assert sorted(one.session.limit_energy_wh for one in began) == [0, 10_000]
        for one in began:
            world.end(one.session, 1000, at=at + minutes(5))


def test_a_start_in_the_app_and_one_with_the_card_share_what_is_left(shared_world: World) -> None:
    world = shared_world
    driver, _ = reserved(world)
    race(partial(world.request, driver), partial(world.begin, "CARD-1", connector=world.two))
    limits = Session.objects.exclude(state="failed").values_list("limit_energy_wh", flat=True)
    assert sorted(str(limit) for limit in limits) in (["0", "10000"], ["10000"])


def test_a_reserved_card_has_its_limit_in_the_app_too(world: World) -> None:
    driver, _ = reserved(world, day_limit_amount=100)
    session = world.request(driver)
    assert (session.tag, session.limit_kind) == ("CARD-1", "energy")
    assert (session.limit_energy_wh, session.limit_amount) == (10_000, Decimal(100))


def test_what_was_asked_for_counts_where_it_is_less(world: World) -> None:
    driver, _ = reserved(world)
    session = world.request(driver, energy_wh=6000, soc=80)
    assert (session.limit_energy_wh, session.limit_amount, session.limit_soc) == (6000, None, 80)


def test_a_charge_of_the_card_that_comes_to_light_meanwhile_counts(world: World) -> None:
    driver, _ = reserved(world)
    asked = world.request(driver, at=NOW + minutes(5))
    lifecycle.end_unstarted(
        station=world.station,
        connector=world.two,
        tag="CARD-1",
        started_at=NOW - minutes(40),
        stopped_at=NOW - minutes(10),
        meter_start_wh=1000,
        meter_stop_wh=4000,
        reason="",
        received_at=NOW + minutes(5),
    )
    session = world.begin("CARD-1", at=NOW + minutes(6)).session
    assert session.pk == asked.pk
    session.refresh_from_db()
    assert session.limit_energy_wh == 7000
