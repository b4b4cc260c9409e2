"""A service card's charge costs nothing and holds nothing, whatever has a price at its connector."""

from decimal import Decimal

import pytest

from accounts.models import IdTag, User
from billing import ledger, tariffs
from billing.models import Hold, Transfer
from billing.pricing import Terms
from charging import lifecycle, limits, settlement
from charging.models import Reservation, Session
from charging.models.session import State
from charging.tests.world import NOW, World, company, minutes, per_kwh
from stations.models import Station

SERVICE = IdTag.Kind.SERVICE


def terms_of(session: Session) -> Terms:
    assert session.price_terms is not None
    return tariffs.thaw_terms(session.price_terms)


def owing(world: World) -> User:
    """Somebody who may not charge for money."""
    driver = world.driver("10.00")
    ledger.capture(wallet=world.wallet(driver), subject="x", revision=0, net=Decimal(11), tax=Decimal(0), at=NOW)
    return driver


@pytest.mark.parametrize("owner", ["nobody", "driver", "owing", "company"])
def test_it_starts_for_nothing_and_holds_nothing(world: World, owner: str) -> None:
    driver = {"driver": world.driver, "owing": lambda: owing(world)}.get(owner, lambda: None)()
    world.card(driver, kind=SERVICE, company=company() if owner == "company" else None)
    began = world.begin("CARD-1")
    assert (began.status, began.session.findings) == ("Accepted", [])
    terms = terms_of(began.session)
    assert (terms.level, terms.currency, [rule.price for rule in terms.rules]) == ("service", "KGS", [Decimal(0)])
    assert not Hold.objects.filter(subject=began.session.subject).exists()


def test_it_is_not_stopped_and_costs_nothing_in_the_end(world: World) -> None:
    world.card(None, kind=SERVICE)
    session = world.begin("CARD-1").session
    world.read(session, 26_500, at=NOW + minutes(30))
    [looked] = limits.touched(session_ids=[session.pk], at=NOW + minutes(30))
    assert (looked.cost, looked.stop) == (Decimal(0), False)
    world.end(session, 26_500, at=NOW + minutes(60))
    settled = settlement.settle(session_id=session.pk, at=NOW + minutes(61))
    assert settled is not None
    session.refresh_from_db()
    assert (settled.total, session.state, session.findings) == (Decimal(0), State.SETTLED, [])
    assert not Transfer.objects.filter(subject=session.subject).exists()


def test_it_starts_where_nothing_has_a_price(world: World) -> None:
    Station.objects.filter(pk=world.station.pk).update(tariff_plan=None)
    world.card(None, kind=SERVICE)
    assert world.begin("CARD-1").session.findings == []


def test_it_costs_nothing_when_only_its_stop_came(world: World) -> None:
    world.card(None, kind=SERVICE)
    session = lifecycle.end_unstarted(
        station=world.station,
        connector=world.one,
        tag="CARD-1",
        started_at=NOW,
        stopped_at=NOW + minutes(30),
        meter_start_wh=0,
        meter_stop_wh=5000,
        reason="Local",
        received_at=NOW + minutes(31),
    )
    assert terms_of(session).level == "service"


def test_it_costs_nothing_where_its_reservation_is_used_from_the_app(world: World) -> None:
    driver = world.driver("0")
    card = world.card(driver, kind=SERVICE)
    Reservation.objects.create(
        station=world.station,
        connector=world.one,
        id_tag=card,
        driver=driver,
        state=Reservation.State.ACTIVE,
        until=NOW + minutes(60),
        asked_at=NOW,
    )
    session = world.request(driver)
    assert (session.id_tag, terms_of(session).level) == (card, "service")
    assert not Hold.objects.exists()


def test_it_is_its_kind_that_makes_it_free(world: World) -> None:
    world.price(per_kwh("15"))
    world.card(world.driver())
    assert terms_of(world.begin("CARD-1").session).level == "station"
