"""What settled sessions would cost by other prices: looked at first, then moved as differences."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing import ledger, tariffs
from billing.models import ClientTariff, Receipt, TariffPlan, TariffRule, TariffVersion
from billing.models.tariffs import Dimension
from charging import repricing, settlement
from charging.models import Decision, Session, Settlement
from charging.repricing import Difference
from charging.tests.world import NOW, World, minutes, per_kwh, rule
from drivepower.core.refusals import Refusal

LATER = NOW + timedelta(days=3)


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


def charged(world: World, driver: User, energy_wh: int = 25_500) -> Session:
    """An hour at the connector, settled."""
    session = world.charging(driver)
    world.end(session, 1000 + energy_wh, at=after(60))
    world.say(world.one, "Available", at=after(60))
    settlement.settle(session_id=session.pk, at=after(61))
    return Session.objects.get(pk=session.pk)


def publish(world: World, *rules: TariffRule, plan: TariffPlan | None = None, **version: Any) -> TariffVersion:
    """The next version of the station's plan, or of another one, made afterwards and in force since before."""
    return tariffs.publish_version(
        plan=plan or world.plan, rules=rules, in_force_from=NOW - minutes(60), at=LATER, **version
    )


def plan(*, version: TariffVersion | None = None) -> list[Difference]:
    """What every session would cost."""
    return repricing.plan(sessions=Session.objects.all(), version=version, at=LATER)


def apply(difference: Difference, *, reason: str = "Wrong price") -> Settlement:
    """Let it move."""
    assert repricing.apply(difference=difference, by="staff:x", reason=reason, at=LATER) is None
    return difference.session.settlements.latest("revision")


def test_it_says_what_a_session_would_cost_and_changes_nothing(world: World) -> None:
    """25.5 kWh at 15.00 = 382.50; at 14.00 and a fee of 10.00: 357.00 + 10.00 = 367.00; 15.50 less."""
    driver = world.driver("1000.00")
    session = charged(world, driver)
    [found] = plan(version=publish(world, per_kwh("14"), rule(Dimension.SESSION_FEE, "10")))
    assert (found.session, found.revision, found.is_one) == (session, 0, True)
    assert (found.gross, found.price.gross, found.more) == (Decimal("382.50"), Decimal(367), Decimal("-15.50"))
    assert world.wallet(driver).balance == Decimal("617.50")
    assert Settlement.objects.count() == Receipt.objects.count() == 1


@pytest.mark.parametrize(("days", "percent", "tax"), [(1, 12, "38.25"), (-1, 14, "43.84")])
def test_a_tax_that_came_after_the_charge_is_not_put_on_it(world: World, days: int, percent: int, tax: str) -> None:
    """A price that was made under the new tax, for a charge of before the change and one of after it."""
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("15")], at=NOW - minutes(90), tax_percent=Decimal(12))
    tariffs.change_tax(
        name="VAT",
        percent=Decimal(14),
        included=True,
        in_force_from=NOW + timedelta(days=days),
        by="staff:x",
        reason="Law",
        at=NOW - timedelta(days=2),
    )
    charged(world, world.driver("1000.00"))
    later = tariffs.publish_version(plan=world.plan, rules=[per_kwh("14")], at=LATER, tax_percent=Decimal(14))
    [found] = plan(version=later)
    # 25.5 kWh at 14.00 = 357.00, which holds the tax.
    assert (found.price.gross, found.price.tax) == (Decimal(357), Decimal(tax))
    assert found.terms.tax_percent == percent


def test_it_gives_back_what_was_too_much(world: World) -> None:
    driver = world.driver("1000.00")
    session = charged(world, driver)
    [found] = plan(version=publish(world, per_kwh("14")))
    settled = apply(found)
    # 25.5 kWh at 14.00 = 357.00
    assert (settled.verdict, settled.revision, settled.total) == ("repriced", 1, Decimal(357))
    assert world.wallet(driver).balance == Decimal(643)
    assert Receipt.objects.get(kind="correction").gross == Decimal("-25.50")
    decision = Decision.objects.get()
    assert (decision.session, decision.verb, decision.reason) == (session, "reprice", "Wrong price")
    assert ledger.check_books() == []


def test_it_charges_what_was_too_little(world: World) -> None:
    driver = world.driver("1000.00")
    charged(world, driver)
    [found] = plan(version=publish(world, per_kwh("16")))
    apply(found)
    # 25.5 kWh at 16.00 = 408.00
    assert world.wallet(driver).balance == Decimal(592)
    assert ledger.check_books() == []


def test_it_finds_nothing_left_to_change_afterwards(world: World) -> None:
    charged(world, world.driver())
    version = publish(world, per_kwh("14"))
    apply(plan(version=version)[0])
    [again] = plan(version=version)
    assert (again.revision, again.is_one, again.more) == (1, False, Decimal(0))


def test_it_prices_by_what_the_tables_say_of_the_start_today(world: World) -> None:
    """A version that should have been in force from that morning on was entered three days late."""
    charged(world, world.driver())
    assert [found.is_one for found in plan()] == [False]
    publish(world, per_kwh("12"))
    [found] = plan()
    # 25.5 kWh at 12.00 = 306.00
    assert (found.price.gross, found.terms.level) == (Decimal(306), "station")


def test_it_takes_what_is_agreed_with_a_client_by_now(world: World) -> None:
    driver = world.driver()
    charged(world, driver)
    ClientTariff.objects.create(user=driver, rate_per_kwh=Decimal(10), currency="KGS", valid_from=NOW - minutes(1))
    [found] = plan()
    assert (found.price.gross, found.terms.level) == (Decimal(255), "client")


def test_it_leaves_clients_to_their_own_prices(world: World) -> None:
    driver = world.driver()
    own = TariffPlan.objects.create(name="Agreed")
    first = publish(world, per_kwh("10"), plan=own)
    ClientTariff.objects.create(user=driver, plan=own, valid_from=NOW - minutes(1))
    charged(world, driver)
    assert first.plan == own
    assert plan(version=publish(world, per_kwh("20"))) == []
    [found] = plan(version=publish(world, per_kwh("11"), plan=own))
    assert found.price.gross == Decimal("280.50")


def test_it_leaves_service_cards_alone(world: World) -> None:
    world.card(value="TECH", kind="service")
    session = world.begin("TECH").session
    world.end(session, 9000, at=after(60))
    settlement.settle(session_id=session.pk, at=after(61))
    assert plan(version=publish(world, per_kwh("20"))) == []
    assert [found.is_one for found in plan()] == [False]


def test_it_leaves_out_other_currencies_and_versions_that_price_nothing_there(world: World) -> None:
    charged(world, world.driver())
    euros = TariffPlan.objects.create(name="Euros", currency="EUR")
    assert plan(version=publish(world, per_kwh("1"), plan=euros)) == []
    assert plan(version=publish(world, per_kwh("1", connector_type="chademo"))) == []


def test_it_leaves_out_what_is_not_settled(world: World) -> None:
    session = charged(world, world.driver())
    Session.objects.filter(pk=session.pk).update(state="review")
    assert plan() == []


def test_it_keeps_the_discount_that_held(world: World) -> None:
    """10 % off: 25.5 kWh at 13.50 = 344.25; by the new version at 12.60 = 321.30."""
    driver = world.driver()
    ClientTariff.objects.create(user=driver, discount_percent=10, valid_from=NOW - minutes(1))
    charged(world, driver)
    [found] = plan(version=publish(world, per_kwh("14")))
    assert (found.gross, found.price.gross) == (Decimal("344.25"), Decimal("321.30"))


def test_it_sees_that_only_the_tax_is_another(world: World) -> None:
    """382.50 with 12 % inside: 40.98 of it."""
    charged(world, world.driver())
    [found] = plan(version=publish(world, per_kwh("15"), tax_percent=Decimal(12)))
    assert (found.is_one, found.more, found.price.tax) == (True, Decimal(0), Decimal("40.98"))


def test_it_prices_how_long_the_car_stood_there(world: World) -> None:
    """Idle from minute 60 to 100, 10 of them free: 30 at 2.00."""
    session = world.charging(world.driver())
    world.end(session, 26_500, at=after(60))
    world.say(world.one, "Finishing", at=after(60))
    world.say(world.one, "Available", at=after(100))
    settlement.settle(session_id=session.pk, at=after(101))
    [found] = plan(version=publish(world, per_kwh("15"), rule(Dimension.PARKING_FEE, "2")))
    assert found.more == Decimal(60)


def test_it_refuses_a_difference_that_somebody_was_faster_than(world: World) -> None:
    charged(world, world.driver())
    [found] = plan(version=publish(world, per_kwh("14")))
    apply(found)
    with pytest.raises(Refusal) as refused:
        apply(found)
    assert refused.value.code == "session_moved"
    assert Settlement.objects.count() == 2


def test_it_refuses_to_move_money_without_a_reason(world: World) -> None:
    charged(world, world.driver())
    [found] = plan(version=publish(world, per_kwh("14")))
    with pytest.raises(Refusal) as refused:
        apply(found, reason=" ")
    assert refused.value.code == "reason_missing"


def test_it_asks_no_more_for_many_sessions_than_for_one(world: World) -> None:
    version = publish(world, per_kwh("14"), rule(Dimension.PARKING_FEE, "2"))
    asked = []
    for _ in range(3):
        charged(world, world.driver())
        world.one.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            plan(version=version)
        asked.append(len(queries))
    assert asked[0] == asked[2] <= 10
