"""A promo code is taken with a start, given back with one that comes to nothing, and taken again by a late one."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.models import IdTag, User
from billing import tariffs
from billing.models import PromoCode, PromoUse
from charging import lifecycle, sweeps
from charging.models import Session
from charging.models.session import State
from charging.tests.app import App, go_live
from charging.tests.test_races import codes, race
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal

Use = PromoUse.State


@pytest.fixture
def code(db: None) -> PromoCode:
    """30.00 off, once."""
    return make_code()


def make_code(**fields: Any) -> PromoCode:
    usual = {"kind": "fixed", "value": Decimal(30), "valid_from": NOW - minutes(60), "uses_in_all": 1}
    return PromoCode.objects.create(code="SPRING", **(usual | fields))


def start(world: World, driver: User, **asked: Any) -> Session:
    return world.request(driver, promo_code="spring", **asked)


def states() -> dict[str, str]:
    return dict(PromoUse.objects.values_list("subject", "state"))


def promo_of(session: Session) -> str | None:
    session.refresh_from_db()
    assert session.price_terms is not None
    promo = tariffs.thaw_terms(session.price_terms).promo
    return promo.code if promo else None


def test_it_takes_the_code(world: World, code: PromoCode) -> None:
    """20 kWh at 15.00 less 30.00 is what is held."""
    driver = world.driver()
    session = start(world, driver, energy_wh=20_000)
    assert promo_of(session) == "SPRING"
    use = PromoUse.objects.get()
    assert (use.code, use.user, use.subject, use.state) == (code, driver, session.subject, Use.TAKEN)
    assert world.wallet(driver).held == Decimal("270.00")


def test_it_takes_none_without_being_asked(world: World, code: PromoCode) -> None:
    assert promo_of(world.request(world.driver())) is None
    assert states() == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "OTHER"},
        {"valid_until": NOW},
        {"is_active": False},
        {"currency": "USD"},
        {"currency": "USD", "kind": "percent", "most": 5},
        {"currency": "USD", "kind": "percent", "least_price": 5},
    ],
    ids=str,
)
def test_it_refuses_a_code_that_does_not_hold(world: World, code: PromoCode, fields: dict[str, Any]) -> None:
    PromoCode.objects.update(**fields)
    driver = world.driver()
    with pytest.raises(Refusal) as refused:
        start(world, driver)
    assert refused.value.code == "invalid_code"
    session = Session.objects.get(public_id=refused.value.details["session_id"])
    assert (session.state, session.failure) == (State.FAILED, "invalid_code")
    assert (states(), world.wallet(driver).held) == ({}, 0)


def test_it_refuses_a_code_that_is_used_up(world: World, code: PromoCode) -> None:
    first = start(world, world.driver())
    driver = world.driver()
    with pytest.raises(Refusal, match="used up"):
        start(world, driver, connector=2)
    assert (states(), world.wallet(driver).held) == ({first.subject: Use.TAKEN}, 0)


def test_it_takes_none_for_a_start_that_is_refused(world: World, code: PromoCode) -> None:
    with pytest.raises(Refusal) as refused:
        start(world, world.driver("0"))
    assert refused.value.code == "zero_balance"
    assert states() == {}


def test_it_gives_the_code_back_when_no_start_comes(world: World, code: PromoCode) -> None:
    session = start(world, world.driver())
    sweeps.fail_expired_starts(at=NOW + minutes(3))
    assert states() == {session.subject: Use.RETURNED}
    start(world, world.driver(), connector=2, at=NOW + minutes(4))


def test_it_gives_the_code_back_when_the_station_refuses(world: World, code: PromoCode) -> None:
    session = start(world, world.driver())
    lifecycle.note_start_answer(session_id=session.pk, accepted=False, code="Rejected", at=NOW)
    assert states() == {session.subject: Use.RETURNED}


def test_it_gives_the_code_back_when_the_driver_cancels(world: World, code: PromoCode) -> None:
    session = start(world, world.driver())
    lifecycle.request_stop(session=session, asked_by="driver:1", cause="driver", at=NOW)
    assert states() == {session.subject: Use.RETURNED}


def test_it_gives_the_code_back_when_somebody_else_was_first(world: World, code: PromoCode) -> None:
    session = start(world, world.driver())
    world.card(world.driver())
    world.begin("CARD-1", at=NOW + minutes(1))
    assert states() == {session.subject: Use.RETURNED}


def test_it_keeps_the_code_while_the_charge_runs(world: World, code: PromoCode) -> None:
    session = start(world, world.driver())
    world.begin(session.tag)
    sweeps.fail_expired_starts(at=NOW + minutes(30))
    assert states() == {session.subject: Use.TAKEN}


def test_it_takes_the_code_again_for_a_late_start(world: World, code: PromoCode) -> None:
    session = start(world, world.driver())
    sweeps.fail_expired_starts(at=NOW + minutes(3))
    began = world.begin(session.tag, at=NOW + minutes(4))
    assert (began.session.pk, began.status) == (session.pk, "Accepted")
    assert states() == {session.subject: Use.TAKEN}
    assert promo_of(session) == "SPRING"


def test_it_charges_a_late_start_without_a_code_that_is_used_up_by_then(world: World, code: PromoCode) -> None:
    session = start(world, world.driver())
    sweeps.fail_expired_starts(at=NOW + minutes(3))
    next_one = start(world, world.driver(), connector=2, at=NOW + minutes(4))
    began = world.begin(session.tag, at=NOW + minutes(5))
    assert (began.session.pk, began.status) == (session.pk, "Accepted")
    assert states() == {session.subject: Use.RETURNED, next_one.subject: Use.TAKEN}
    assert (promo_of(session), promo_of(next_one)) == (None, "SPRING")


def test_it_needs_no_money_where_the_code_leaves_nothing(world: World) -> None:
    make_code(kind="percent", value=Decimal(100))
    driver = world.driver("0")
    start(world, driver, energy_wh=20_000)
    assert world.wallet(driver).held == 0


def test_it_gives_the_last_one_to_one_of_those_who_start_at_once(shared_world: World) -> None:
    make_code()
    drivers = [shared_world.driver() for _ in range(2)]
    starts = [partial(start, shared_world, driver, connector=number) for number, driver in enumerate(drivers, 1)]
    assert codes(race(*starts)) == ["invalid_code"]
    assert list(states().values()) == [Use.TAKEN]
    assert sorted(shared_world.wallet(driver).held for driver in drivers) == [0, 200]


def test_it_comes_with_the_apps_start(world: World, code: PromoCode) -> None:
    driver = go_live(world).driver()
    status, body = App(driver).start(energy_kwh=20, promo_code="Spring")
    assert (status, body["estimated_cost"], body["reserved_amount"]) == (202, "270.00", "270.00")
    assert body["pricing"]["promo_code"] == "SPRING"
    status, body = App(world.driver()).start(connector_id=2, promo_code="Spring")
    assert (status, body["error"]) == (400, "invalid_code")


def test_it_takes_none_for_a_card(world: World, code: PromoCode) -> None:
    world.card(world.driver(), kind=IdTag.Kind.RFID)
    assert promo_of(world.begin("CARD-1").session) is None
