"""A driver's start: what is held and limited, what is refused and kept, what the station is asked."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from accounts.models import IdTag, Membership
from billing import ledger
from billing.models import Hold
from billing.models.tariffs import Dimension
from charging.models import Session
from charging.tests.world import NOW, World, minutes, per_kwh, rule
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from stations.models import Command, ConnectorState, Station


def refused(world: World, driver: Any, **asked: Any) -> Refusal:
    """The refusal of such a start."""
    with pytest.raises(Refusal) as caught:
        world.request(driver, **asked)
    return caught.value


def kept(refusal: Refusal) -> Session:
    """The FAILED session that a refused start left."""
    session = Session.objects.get(public_id=refusal.details["session_id"])
    assert (session.state, session.failure) == (Session.State.FAILED, refusal.code)
    assert session.holds_connector is False
    assert not Hold.objects.filter(subject=session.subject).exists()
    return session


def test_it_requests_holds_and_asks_the_station(world: World) -> None:
    driver = world.driver("1000.00")
    session = world.request(driver, energy_wh=25_500)
    assert (session.state, session.holds_connector) == (Session.State.REQUESTED, True)
    assert session.expires_at == NOW + timedelta(seconds=settings.START_TIMEOUT_SECONDS)
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.held, wallet.available) == (Decimal(1000), Decimal("382.50"), Decimal("617.50"))
    command = Command.objects.get()
    assert (command.intent, command.payload) == ("start_charging", {"connector": 1, "id_tag": session.tag})
    assert (command.subject, command.effect) == (session.subject, Command.Effect.EXPECTED)
    assert command.asked_by == f"driver:{driver.public_id}"


def test_it_gives_each_session_a_tag_of_its_own(world: World) -> None:
    driver = world.driver(phone="+996700123456")
    session = world.request(driver)
    assert len(session.tag) == 20
    assert session.tag.isascii()
    assert session.tag.isalnum()
    assert session.tag == session.tag.upper()
    tag = IdTag.objects.get()
    assert (tag.kind, tag.user, tag.value) == (IdTag.Kind.VIRTUAL, driver, session.tag)


@pytest.mark.parametrize(
    ("asked", "held", "kind"),
    [
        ({"energy_wh": 20_000, "amount": Decimal(500)}, "360.00", "energy"),
        ({"energy_wh": 20_000, "amount": Decimal(100)}, "100.00", "energy"),
        ({"amount": Decimal("123.45")}, "123.45", "amount"),
        ({"energy_wh": 20_000}, "360.00", "energy"),
        ({}, "220.00", ""),
    ],
)
def test_it_holds_by_the_table(world: World, asked: dict[str, Any], held: str, kind: str) -> None:
    """15.00 a kWh, 1.00 a minute for the estimated hour, 20.00 a session (the step of 200 does not hold minutes)."""
    hour_fee = rule(Dimension.PER_MINUTE, "0.6667")
    world.price(per_kwh("15.00"), hour_fee, rule(Dimension.SESSION_FEE, "20.00"))
    driver = world.driver("1000.00")
    session = world.request(driver, **asked)
    assert world.wallet(driver).held == Decimal(held)
    assert session.limit_kind == kind
    assert (session.limit_energy_wh, session.limit_amount) == (asked.get("energy_wh"), asked.get("amount"))


@pytest.mark.parametrize(("balance", "held"), [("150.00", "150.00"), ("10.00", "10.00"), ("5000.00", "200.00")])
def test_it_holds_what_there_is_without_a_limit(world: World, balance: str, held: str) -> None:
    driver = world.driver(balance)
    world.request(driver)
    assert world.wallet(driver).held == Decimal(held)


def test_it_holds_nothing_where_nothing_has_a_price(world: World) -> None:
    world.price(per_kwh("0"))
    driver = world.driver("0")
    session = world.request(driver, amount=Decimal(50))
    assert session.state == Session.State.REQUESTED
    assert not Hold.objects.exists()


def test_it_holds_less_for_a_member(world: World) -> None:
    gold = Membership.objects.create(name="Gold", discount_percent=10)
    driver = world.driver(membership=gold)
    world.request(driver, energy_wh=10_000)
    assert world.wallet(driver).held == Decimal("135.00")


@pytest.mark.parametrize(
    ("balance", "asked", "code"),
    [
        ("0", {"amount": Decimal(50)}, "zero_balance"),
        ("0", {"energy_wh": 1000}, "zero_balance"),
        ("0", {}, "zero_balance"),
        ("9.99", {}, "insufficient_balance"),
        ("49.99", {"amount": Decimal(50)}, "amount_exceeds_balance"),
        ("382.49", {"energy_wh": 25_500}, "insufficient_balance"),
    ],
)
def test_it_refuses_what_the_wallet_cannot_bear(world: World, balance: str, asked: dict[str, Any], code: str) -> None:
    driver = world.driver(balance)
    refusal = refused(world, driver, **asked)
    assert refusal.code == code
    session = kept(refusal)
    assert (session.limit_energy_wh, session.limit_amount) == (asked.get("energy_wh"), asked.get("amount"))
    assert world.wallet(driver).held == 0
    assert not IdTag.objects.exists()
    assert not Command.objects.exists()


def test_it_refuses_a_driver_who_owes_even_where_charging_is_free(world: World) -> None:
    driver = world.driver("10.00")
    ledger.capture(wallet=world.wallet(driver), subject="x", revision=0, net=Decimal(11), tax=Decimal(0), at=NOW)
    assert kept(refused(world, driver)).failure == "debt_open"
    world.price(per_kwh("0"))
    assert refused(world, driver).code == "debt_open"


@pytest.mark.parametrize(
    ("barred", "code"),
    [({"is_active": False}, "account_blocked"), ({"deletion_requested_at": NOW}, "account_deletion_pending")],
)
def test_it_refuses_a_driver_who_may_not_charge(world: World, barred: dict[str, Any], code: str) -> None:
    assert kept(refused(world, world.driver(**barred))).failure == code


def test_it_refuses_a_second_session_of_a_driver(world: World) -> None:
    driver = world.driver()
    world.request(driver)
    assert kept(refused(world, driver, connector=2)).failure == "session_already_active"


def test_it_lets_a_driver_start_again_after_the_first_has_ended(world: World) -> None:
    driver = world.driver()
    session = world.charging(driver)
    world.end(session, 2000, at=NOW + minutes(10))
    assert world.request(driver, at=NOW + minutes(11)).state == Session.State.REQUESTED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"gateway": None}, "station_offline"),
        ({"gateway": None, "connected_at": None}, "station_never_connected"),
        ({"service_state": Station.ServiceState.OUT_OF_SERVICE}, "station_unavailable"),
        ({"registration": Station.Registration.PENDING}, "station_unavailable"),
    ],
)
def test_it_refuses_a_station_that_cannot_start(world: World, changes: dict[str, Any], code: str) -> None:
    Station.objects.filter(pk=world.station.pk).update(**changes)
    world.station.refresh_from_db()
    assert kept(refused(world, world.driver())).failure == code


def test_it_refuses_a_station_whose_servers_lease_is_over(world: World) -> None:
    later = NOW + timedelta(days=31)
    assert refused(world, world.driver(), at=later).code == "station_offline"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("Available", None),
        ("Preparing", None),
        ("Charging", "connector_occupied"),
        ("SuspendedEV", "connector_occupied"),
        ("Finishing", "connector_occupied"),
        ("Reserved", "connector_occupied"),
        ("Faulted", "station_unavailable"),
        ("Unavailable", "station_unavailable"),
    ],
)
def test_it_starts_only_at_a_free_connector(world: World, status: str, code: str | None) -> None:
    world.say(world.one, status)
    if code is None:
        assert world.request(world.driver()).state == Session.State.REQUESTED
    else:
        assert kept(refused(world, world.driver())).failure == code


def test_it_refuses_a_connector_of_a_faulted_station(world: World) -> None:
    ConnectorState.objects.create(station=world.station, number=0, status="Faulted", effective_at=NOW, received_at=NOW)
    assert refused(world, world.driver()).code == "station_unavailable"


def test_it_refuses_a_connector_that_never_said_how_it_is(world: World) -> None:
    ConnectorState.objects.all().delete()
    assert refused(world, world.driver()).code == "station_unavailable"


def test_it_refuses_a_connector_that_somebody_has_requested(world: World) -> None:
    world.request(world.driver())
    assert kept(refused(world, world.driver())).failure == "connector_occupied"


def test_it_refuses_a_connector_that_the_station_does_not_have(world: World) -> None:
    refusal = refused(world, world.driver(), connector=3)
    assert (refusal.code, refusal.details) == ("connector_not_found", {})
    assert not Session.objects.exists()


def test_it_asks_which_connector_where_several_fit(world: World) -> None:
    refusal = refused(world, world.driver(), connector=None)
    assert refusal.code == "connector_required"
    assert [choice["connector_id"] for choice in refusal.details["choices"]] == [1, 2]
    assert not Session.objects.exists()


def test_it_takes_the_only_connector_that_fits(world: World) -> None:
    world.say(world.one, "Charging")
    assert world.request(world.driver(), connector=None).connector == world.two


def test_it_says_why_no_connector_fits(world: World) -> None:
    world.say(world.one, "Charging")
    world.say(world.two, "Faulted")
    assert kept(refused(world, world.driver(), connector=None)).failure == "connector_occupied"


def test_it_refuses_a_connector_without_a_price_and_tells_somebody(world: World) -> None:
    Station.objects.filter(pk=world.station.pk).update(tariff_plan=None)
    world.station.refresh_from_db()
    assert kept(refused(world, world.driver())).failure == "no_price"
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == ("no_price", "station:BSK-01")


def test_it_freezes_the_price(world: World) -> None:
    session = world.request(world.driver(), energy_wh=1000)
    world.price(per_kwh("99.00"))
    session.refresh_from_db()
    assert session.price_terms is not None
    assert [one["price"] for one in session.price_terms.document["rules"]] == ["15.0000"]
