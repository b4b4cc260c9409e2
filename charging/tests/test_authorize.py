"""One answer for a tag, wherever it is shown (ocpp16.md A1 to A4)."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import IdTag
from billing import ledger
from charging.authorization import authorize
from charging.models import Session
from charging.tests.world import NOW, World, company, minutes
from stations.models import Station


def status(world: World, tag: str, *, starting: bool = False) -> str:
    """What the station is told."""
    return authorize(tag=tag, station=world.station, at=NOW, starting=starting).status


def test_it_accepts_a_card_whatever_its_case(world: World) -> None:
    world.card(world.driver(), value="AbCd01", group="FAMILY", expires_at=NOW + minutes(5))
    verdict = authorize(tag="aBcD01", station=world.station, at=NOW)
    assert (verdict.status, verdict.parent, verdict.expiry) == ("Accepted", "FAMILY", NOW + minutes(5))


@pytest.mark.parametrize("tag", ["", "nobody", "\x00", "\ud800", "x" * 300])
def test_it_knows_no_unknown_tag(world: World, tag: str) -> None:
    assert status(world, tag) == "Invalid"


def test_it_refuses_a_blocked_card(world: World) -> None:
    world.card(world.driver(), blocked=True)
    assert status(world, "CARD-1") == "Blocked"


def test_it_refuses_an_expired_card_from_that_moment_on(world: World) -> None:
    card = world.card(world.driver(), expires_at=NOW)
    assert status(world, "CARD-1") == "Expired"
    IdTag.objects.filter(pk=card.pk).update(expires_at=NOW + minutes(1))
    assert status(world, "CARD-1") == "Accepted"


@pytest.mark.parametrize("barred", [{"is_active": False}, {"deletion_requested_at": NOW}])
def test_it_refuses_the_card_of_a_driver_who_may_not_charge(world: World, barred: dict[str, Any]) -> None:
    world.card(world.driver(**barred))
    assert status(world, "CARD-1") == "Blocked"


def test_it_refuses_the_card_of_a_driver_who_owes(world: World) -> None:
    driver = world.driver("10.00")
    world.card(driver)
    assert status(world, "CARD-1") == "Accepted"
    ledger.capture(wallet=world.wallet(driver), subject="x", revision=0, net=Decimal(11), tax=Decimal(0), at=NOW)
    assert status(world, "CARD-1") == "Blocked"


def test_it_refuses_a_card_for_which_nobody_pays(world: World) -> None:
    world.card(value="LOST")
    assert status(world, "LOST") == "Invalid"
    world.card(value="FLEET", company=company())
    world.card(value="TECH", kind=IdTag.Kind.SERVICE)
    assert status(world, "FLEET") == "Accepted"
    assert status(world, "TECH") == "Accepted"


def test_it_says_concurrent_to_a_start_alone(world: World) -> None:
    world.card(world.driver())
    world.begin("CARD-1", at=NOW - minutes(5))
    assert status(world, "CARD-1") == "Accepted"
    assert status(world, "CARD-1", starting=True) == "ConcurrentTx"


def test_it_lets_a_card_start_as_often_at_once_as_it_may(world: World) -> None:
    world.card(world.driver(), sessions_at_once=2)
    world.begin("CARD-1", at=NOW - minutes(5))
    assert status(world, "CARD-1", starting=True) == "Accepted"
    world.begin("CARD-1", at=NOW - minutes(4), connector=world.two)
    assert status(world, "CARD-1", starting=True) == "ConcurrentTx"


def test_it_does_not_count_what_began_later(world: World) -> None:
    world.card(world.driver())
    world.begin("CARD-1", at=NOW + minutes(5), received_at=NOW + minutes(5))
    assert status(world, "CARD-1", starting=True) == "Accepted"


def test_it_takes_a_sessions_own_tag_at_its_station_alone(world: World) -> None:
    session = world.request(world.driver())
    assert isinstance(session, Session)
    assert status(world, session.tag) == "Accepted"
    other = Station.objects.create(code="BSK-02", identity="station-two")
    verdict = authorize(tag=session.tag, station=other, at=NOW)
    assert verdict.status == "Invalid"
    assert authorize(tag=session.tag, station=world.station, at=NOW).expiry is None
