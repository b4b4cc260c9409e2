"""A Start after we had given up: re-bound and held for again, or recorded and stopped (situation 17)."""

from decimal import Decimal

import pytest

from accounts.models import IdTag
from billing import ledger
from billing.models import Hold
from charging import lifecycle, reservations, review, sweeps
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal
from stations.models import Command


def given_up(world: World) -> Session:
    """A session whose Start did not come in time."""
    session = world.request(world.driver("100.00"), amount=Decimal("60.00"))
    sweeps.fail_expired_starts(at=NOW + minutes(3))
    session.refresh_from_db()
    assert (session.state, session.failure) == (State.FAILED, "start_timeout")
    assert session.driver is not None
    assert world.wallet(session.driver).held == 0
    return session


def test_it_binds_and_holds_again(world: World) -> None:
    asked = given_up(world)
    assert asked.driver is not None
    began = world.begin(asked.tag, at=NOW + minutes(4))
    assert (began.session.pk, began.status) == (asked.pk, "Accepted")
    session = Session.objects.get()
    assert (session.state, session.failure, session.failure_text) == (State.ACTIVE, "", "")
    assert (session.limit_amount, session.findings, session.holds_connector) == (Decimal(60), [], True)
    assert world.wallet(asked.driver).held == Decimal(60)
    assert sorted(Hold.objects.values_list("reference", "state")) == [
        (f"session:{asked.pk}:1", "released"),
        (f"session:{asked.pk}:2", "active"),
    ]
    assert IdTag.objects.get().blocked is False


def test_it_answers_the_same_late_start_the_same(world: World) -> None:
    asked = given_up(world)
    first = world.begin(asked.tag, at=NOW + minutes(4))
    again = world.begin(asked.tag, at=NOW + minutes(4), received_at=NOW + minutes(5))
    assert again == first
    assert Hold.objects.count() == 2


def test_it_does_not_take_the_place_of_the_drivers_next_session(world: World) -> None:
    asked = given_up(world)
    assert asked.driver is not None
    following = world.request(asked.driver, connector=2, amount=Decimal(30), at=NOW + minutes(4))
    began = world.begin(asked.tag, at=NOW + minutes(5))
    assert (began.status, began.session.asked_by) == ("Accepted", Session.AskedBy.CARD)
    assert world.wallet(asked.driver).held == Decimal(90)
    world.begin(following.tag, at=NOW + minutes(6), connector=world.two)
    assert Session.objects.filter(state=State.ACTIVE).count() == 2


def test_it_records_and_stops_when_the_money_has_gone(world: World) -> None:
    asked = given_up(world)
    assert asked.driver is not None
    wallet = world.wallet(asked.driver)
    ledger.adjust(wallet=wallet, amount=Decimal(-50), reference="a", made_by="", reason="", at=NOW)
    began = world.begin(asked.tag, at=NOW + minutes(4))
    assert began.status == "Blocked"
    session = Session.objects.get()
    assert (session.state, session.stop_cause, session.findings) == (State.STOPPING, "reserve", [review.NO_HOLD])
    stop = Command.objects.get(intent="stop_charging")
    assert (stop.payload, stop.asked_by) == ({"ocpp_id": str(session.pk)}, "rule:late_start")
    assert world.begin(asked.tag, at=NOW + minutes(4), received_at=NOW + minutes(9)).status == "Blocked"


def test_it_stops_a_start_that_its_driver_had_cancelled(world: World) -> None:
    asked = world.request(world.driver())
    lifecycle.request_stop(session=asked, asked_by="driver:x", cause="driver", at=NOW)
    began = world.begin(asked.tag, at=NOW + minutes(1))
    session = Session.objects.get()
    assert (began.status, session.state, session.stop_cause) == ("Blocked", State.STOPPING, "driver")
    assert session.findings == []


def test_it_binds_a_rejected_start_that_comes_all_the_same(world: World) -> None:
    """The station answers Rejected and starts (section 5 of product.md)."""
    asked = world.request(world.driver())
    lifecycle.note_start_answer(session_id=asked.pk, accepted=False, code="Rejected", at=NOW)
    assert world.begin(asked.tag, at=NOW + minutes(1)).status == "Accepted"
    assert Session.objects.get().state == State.ACTIVE


def test_it_never_binds_a_start_that_was_refused(world: World) -> None:
    """A refused start has no tag, so that nothing can bind to it."""
    with pytest.raises(Refusal):
        world.request(world.driver("0"))
    world.begin("", at=NOW)
    assert sorted(Session.objects.values_list("state", flat=True)) == ["active", "failed"]


def test_it_does_not_revive_what_a_newer_session_has_used_the_tag_for(world: World) -> None:
    """A reservation's tag was tried, failed, and then charged with: it is used up."""
    driver = world.driver()
    reservation = reservations.reserve(
        station=world.station,
        connector=world.one,
        tag="",
        parent="",
        driver=driver,
        until=NOW + minutes(60),
        asked_by="x",
        at=NOW,
    )
    first = world.request(driver)
    lifecycle.fail_start(session=first, code="start_rejected", text="no", at=NOW)
    second = world.request(driver, at=NOW + minutes(1))
    assert world.begin(reservation.tag, at=NOW + minutes(2)).session == second
    world.end(second, 3000, at=NOW + minutes(30), ocpp_id=str(second.pk))
    third = world.begin(reservation.tag, at=NOW + minutes(40), meter_start_wh=3000)
    assert (third.status, third.session.findings) == ("Blocked", [review.UNAUTHORIZED])
    first.refresh_from_db()
    assert first.state == State.FAILED
    assert IdTag.objects.get().blocked is True
