"""StartTransaction: always a session, the same Start always the same one (ocpp16.md ST1 to ST8)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import IdTag, Membership
from billing import ledger
from billing.models import Hold
from charging import review
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, company, minutes, per_kwh
from stations.models import Command, Connector, Station, StationSeen

DAWN = datetime(1970, 1, 1, tzinfo=UTC)


def test_it_binds_the_session_that_was_requested(world: World) -> None:
    asked = world.request(world.driver(), energy_wh=10_000)
    began = world.begin(asked.tag.lower(), at=NOW + minutes(1), meter_start_wh=5000)
    assert (began.session.pk, began.status, began.expiry, began.parent) == (asked.pk, "Accepted", None, "")
    session = Session.objects.get()
    assert (session.state, session.ocpp_id, session.meter_start_wh) == (State.ACTIVE, str(asked.pk), 5000)
    assert (session.started_at, session.asked_by) == (NOW + minutes(1), Session.AskedBy.APP)
    assert session.holds_connector is True
    assert session.findings == []
    assert Command.objects.get().effect == Command.Effect.SEEN


def test_it_binds_a_session_that_starts_at_another_connector(world: World) -> None:
    asked = world.request(world.driver(), connector=1)
    world.begin(asked.tag, connector=world.two)
    session = Session.objects.get()
    assert (session.connector, session.holds_connector) == (world.two, True)
    assert world.request(world.driver(), connector=1).state == State.REQUESTED


def test_it_tells_the_station_of_a_driver_who_was_blocked_meanwhile(world: World) -> None:
    driver = world.driver()
    asked = world.request(driver)
    driver.is_active = False
    driver.save(update_fields=["is_active"])
    began = world.begin(asked.tag)
    assert began.status == "Blocked"
    assert (began.session.state, began.session.findings) == (State.ACTIVE, [review.UNAUTHORIZED])


def test_it_makes_a_session_for_a_card(world: World) -> None:
    driver = world.driver("150.00")
    world.card(driver, value="CARD-1", group="FAMILY", expires_at=NOW + minutes(60))
    began = world.begin("card-1")
    assert (began.status, began.expiry, began.parent) == ("Accepted", NOW + minutes(60), "FAMILY")
    session = began.session
    assert (session.state, session.asked_by, session.driver) == (State.ACTIVE, Session.AskedBy.CARD, driver)
    assert (session.tag, session.ocpp_id, session.limit_kind) == ("card-1", str(session.pk), "")
    assert session.price_terms is not None
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.held) == (Decimal(150), Decimal(150))


def test_it_lets_a_company_pay_for_its_card(world: World) -> None:
    fleet = company()
    wallet = ledger.wallet_of(company=fleet, currency="KGS")
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(5000), reference="t", at=NOW)
    driver = world.driver("0")
    world.card(driver, company=fleet)
    began = world.begin("CARD-1")
    assert (began.status, began.session.company, began.session.driver) == ("Accepted", fleet, driver)
    assert Hold.objects.get().wallet == wallet


def test_it_gives_a_member_the_discount(world: World) -> None:
    gold = Membership.objects.create(name="Gold", discount_percent=10)
    world.card(world.driver(membership=gold))
    terms = world.begin("CARD-1").session.price_terms
    assert terms is not None
    assert Decimal(terms.document["discount_percent"]) == 10


@pytest.mark.parametrize(
    ("card", "status"),
    [
        (None, "Invalid"),
        ({"blocked": True}, "Blocked"),
        ({"expires_at": NOW - minutes(1)}, "Expired"),
    ],
)
def test_it_records_a_start_that_nobody_may_make(world: World, card: dict[str, Any] | None, status: str) -> None:
    if card is not None:
        world.card(world.driver(), **card)
    began = world.begin("CARD-1")
    assert began.status == status
    assert began.session.pk > 0
    assert (began.session.state, began.session.findings) == (State.ACTIVE, [review.UNAUTHORIZED])
    assert began.session.tag == "CARD-1"
    assert not Hold.objects.exists()


def test_it_calls_a_second_session_of_a_card_concurrent(world: World) -> None:
    world.card(world.driver())
    first = world.begin("CARD-1")
    second = world.begin("CARD-1", at=NOW + minutes(1), connector=world.two)
    assert second.status == "ConcurrentTx"
    assert first.session.pk != second.session.pk
    assert second.session.findings == [review.UNAUTHORIZED]


@pytest.mark.parametrize("balance", ["0", "9.99"])
def test_it_blocks_a_card_without_money(world: World, balance: str) -> None:
    world.card(world.driver(balance))
    began = world.begin("CARD-1")
    assert began.status == "Blocked"
    assert set(began.session.findings) == {review.UNAUTHORIZED, review.NO_HOLD}


def test_it_records_a_card_start_without_a_price(world: World) -> None:
    Station.objects.filter(pk=world.station.pk).update(tariff_plan=None)
    world.station.refresh_from_db()
    world.one.refresh_from_db()
    world.card(world.driver())
    began = world.begin("CARD-1")
    assert (began.status, began.session.findings, began.session.price_terms) == ("Accepted", [review.NO_PRICE], None)


def test_it_holds_nothing_for_a_card_where_nothing_has_a_price(world: World) -> None:
    world.price(per_kwh("0"))
    world.card(world.driver("0"))
    assert world.begin("CARD-1").status == "Accepted"
    assert not Hold.objects.exists()


def test_it_answers_the_same_start_with_the_same_session(world: World) -> None:
    """A station repeats a Start whose answer was lost, with a new message id (situations 1 and 2)."""
    world.card(world.driver(), group="FAMILY")
    first = world.begin("CARD-1")
    again = world.begin("card-1", received_at=NOW + minutes(30))
    assert again == first
    assert again.session.start_received_at == NOW
    assert Session.objects.count() == Hold.objects.count() == 1


def test_it_answers_a_refused_start_the_same_again(world: World) -> None:
    assert world.begin("NOBODY").status == "Invalid"
    world.card(world.driver(), value="NOBODY")
    assert world.begin("NOBODY").status == "Invalid"
    assert Session.objects.count() == 1


def test_it_answers_the_same_start_after_its_session_has_ended(world: World) -> None:
    world.card(world.driver())
    first = world.begin("CARD-1")
    world.end(first.session, 2000, at=NOW + minutes(5))
    again = world.begin("CARD-1", received_at=NOW + minutes(9))
    assert (again.session.pk, again.status) == (first.session.pk, "Accepted")
    assert again.session.state == State.ENDED


@pytest.mark.parametrize(
    "other", [{"tag": "CARD-2"}, {"meter_start_wh": 1001}, {"at": NOW + minutes(1)}, {"connector": 2}]
)
def test_it_takes_a_start_that_differs_for_another(world: World, other: dict[str, Any]) -> None:
    world.card(world.driver(), sessions_at_once=9)
    world.card(world.driver(), value="CARD-2")
    said: dict[str, Any] = {"tag": "CARD-1", "at": NOW, "connector": 1, "meter_start_wh": 1000}
    world.begin("CARD-1")
    said |= other
    connector = world.two if said.pop("connector") == 2 else world.one
    world.begin(connector=connector, **said)
    assert Session.objects.count() == 2


def clockless(world: World, *, received: int) -> Session:
    """A Start of a station that says 1970 and meter 0 of every car."""
    at = NOW + minutes(received)
    return world.begin("CARD-1", at=at, timestamp=DAWN, meter_start_wh=0).session


def test_it_tells_cars_apart_at_a_station_without_a_clock(world: World) -> None:
    world.card(world.driver("5000.00"))
    first = clockless(world, received=0)
    assert clockless(world, received=1).pk == first.pk  # still open: a repetition
    world.end(first, 500, at=NOW + minutes(2))
    second = clockless(world, received=3)
    assert second.pk != first.pk
    assert clockless(world, received=4).pk == second.pk
    world.end(second, 500, at=NOW + minutes(5))
    StationSeen.objects.create(station=world.station, last_frame_at=NOW, boot_count=7)
    third = clockless(world, received=6)
    world.end(third, 500, at=NOW + minutes(7))
    fourth = clockless(world, received=8)
    assert len({first.pk, second.pk, third.pk, fourth.pk}) == 4
    assert first.findings == [review.CLOCK]
    assert third.started_at == NOW + minutes(6)


def test_it_fails_somebody_elses_request_for_the_connector(world: World) -> None:
    waiting = world.driver()
    asked = world.request(waiting)
    world.card(world.driver())
    began = world.begin("CARD-1")
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == (State.FAILED, "connector_taken")
    assert world.wallet(waiting).held == 0
    assert IdTag.objects.get(value=asked.tag).blocked is True
    assert began.session.holds_connector is True


def test_it_ends_an_older_session_of_the_connector(world: World) -> None:
    """A station that forgot its transaction starts another (situation 7 on the wire)."""
    older = world.charging(world.driver())
    world.read(older, 4000, at=NOW + minutes(10))
    world.card(world.driver())
    newer = world.begin("CARD-1", at=NOW + minutes(20), meter_start_wh=4100).session
    older.refresh_from_db()
    assert (older.state, older.inferred, older.stop_reason) == (State.ENDED, True, "NextStart")
    assert (older.meter_stop_wh, older.billed_energy_wh, older.stopped_at) == (4000, 3000, NOW + minutes(10))
    assert older.findings == [review.INFERRED]
    assert (newer.holds_connector, older.holds_connector) == (True, False)


def test_it_takes_a_start_from_the_past_without_the_connector(world: World) -> None:
    """An offline Start, sent after a newer one is open (situation 16)."""
    running = world.charging(world.driver())
    world.card(world.driver())
    past = world.begin("CARD-1", at=NOW - minutes(90), received_at=NOW + minutes(5)).session
    running.refresh_from_db()
    assert (running.state, running.holds_connector) == (State.ACTIVE, True)
    assert (past.state, past.holds_connector, past.started_at) == (State.ACTIVE, False, NOW - minutes(90))
    assert past.findings == []


def test_it_leaves_a_request_alone_when_a_start_is_about_the_past(world: World) -> None:
    asked = world.request(world.driver())
    world.card(world.driver())
    past = world.begin("CARD-1", at=NOW - minutes(90), received_at=NOW + minutes(1)).session
    asked.refresh_from_db()
    assert (asked.state, past.holds_connector) == (State.REQUESTED, False)


def test_it_prices_a_start_from_the_past_as_of_then(world: World) -> None:
    world.price(per_kwh("15.00"))
    world.card(world.driver())
    past = world.begin("CARD-1", at=NOW - minutes(90), received_at=NOW)
    assert past.session.started_at == NOW - minutes(90)
    assert past.session.price_terms is not None


def test_it_flags_a_start_at_connector_zero(world: World) -> None:
    world.card(world.driver())
    zero = Connector.objects.create(station=world.station, number=0)
    began = world.begin("CARD-1", connector=zero)
    assert (began.status, began.session.findings) == ("Accepted", [review.CONNECTOR_ZERO])


def test_it_does_not_take_a_used_up_tag_again(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=NOW + minutes(5))
    again = world.begin(session.tag, at=NOW + minutes(10))
    assert again.status == "Blocked"
    assert again.session.pk != session.pk
    assert again.session.findings == [review.UNAUTHORIZED]


def test_it_does_not_bind_a_request_of_another_station(world: World) -> None:
    asked = world.request(world.driver())
    other = Station.objects.create(code="BSK-02", identity="station-two", tariff_plan=world.plan)
    connector = Connector.objects.create(station=other, number=1)
    world.station = other
    began = world.begin(asked.tag, connector=connector)
    asked.refresh_from_db()
    assert (began.status, asked.state) == ("Invalid", State.REQUESTED)


@pytest.mark.parametrize("meter_start_wh", [10**30, -(10**30)])
def test_it_makes_a_session_of_any_register(world: World, meter_start_wh: int) -> None:
    world.card(world.driver())
    began = world.begin("CARD-1", meter_start_wh=meter_start_wh)
    assert (began.session.meter_start_wh, began.session.findings) == (0, [review.ODD_METER])
    assert world.begin("CARD-1", meter_start_wh=meter_start_wh) == began


def test_it_doubts_a_register_below_zero(world: World) -> None:
    world.card(world.driver(), value="CARD-1")
    began = world.begin("CARD-1", meter_start_wh=-5)
    assert (began.session.meter_start_wh, began.session.findings) == (-5, [review.ODD_METER])


@pytest.mark.parametrize("tag", ["", "\x00", "\ud83d", "x" * 500])
def test_it_makes_a_session_of_any_tag(world: World, tag: str) -> None:
    began = world.begin(tag)
    assert (began.status, began.session.state) == ("Invalid", State.ACTIVE)
    assert world.begin(tag) == began
