"""Shares of hosts, from charges that were really settled."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import Company, IdTag
from billing import ledger
from billing.models import HostAgreement, HostStatement, Receipt, Transfer, Wallet
from billing.models.tariffs import Dimension
from billing.tests.threads import at_once
from charging import settlement
from charging.hosts import make_host_statements
from charging.models import Session
from charging.tasks import make_monthly_host_statements
from charging.tests.settling import accepted, after, ended
from charging.tests.world import NOW, World, rule
from stations.models import Location

MONTH = date(NOW.year, NOW.month, 1)


def months_on(count: int) -> date:
    number = MONTH.month - 1 + count
    return date(MONTH.year + number // 12, number % 12 + 1, 1)


def begins(count: int) -> datetime:
    """The beginning of a month in Bishkek, so many months after this one."""
    month = months_on(count)
    return datetime(month.year, month.month, 1, tzinfo=UTC) - timedelta(hours=6)


@pytest.fixture
def host(world: World) -> Company:
    """Whose the one location is: 20 % of what is earned there without tax, and 1.25 per kWh."""
    host = Company.objects.create(name="Host", kind=Company.Kind.HOST)
    Location.objects.update(host=host)
    agree(host)
    return host


def agree(host: Company, **fields: Any) -> HostAgreement:
    usual = {"currency": "KGS", "share_percent": 20, "per_kwh": Decimal("1.25"), "valid_from": MONTH}
    return HostAgreement.objects.create(company=host, made_by="staff:1", made_at=NOW, **(usual | fields))


def charged(world: World, energy_wh: int = 25_500) -> Session:
    """25.5 kWh at 15.00 = 382.50, unless told otherwise; settled in this month."""
    session = ended(world, world.driver("5000"), energy_wh)
    settlement.settle(session_id=session.pk, at=after(200))
    session.refresh_from_db()
    return session


def guessed(world: World) -> Session:
    """30 minutes at 10.00 a minute; its Stop never came, and a person took the last reading for it, in this month."""
    world.price(rule(Dimension.PER_MINUTE, "10.00"))
    return accepted(world, world.driver("5000"), 20_000)


def stopped_late(world: World, session: Session, at: datetime) -> None:
    """Its Stop comes after all: it was 27 minutes, 30.00 less."""
    world.end(session, 21_000, at=after(27))
    settlement.settle(session_id=session.pk, at=at)


def stated(count: int = 0) -> HostStatement:
    make_host_statements(month=months_on(count), at=begins(count + 1))
    return HostStatement.objects.get(month=months_on(count))


@pytest.mark.django_db
def test_it_gives_the_share_of_a_month(world: World, host: Company) -> None:
    charged(world)
    statement = stated()
    # 382.50 without a tax: 76.50, and 25.5 kWh × 1.25 = 31.875; 108.375 half up.
    assert (statement.sessions, statement.energy_wh, statement.gross) == (1, 25_500, Decimal("382.50"))
    assert statement.net + statement.tax == statement.gross
    expected = (statement.net * 20 / 100 + Decimal("31.875")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert statement.share == expected
    assert statement.transfer
    assert (statement.transfer.kind, statement.transfer.amount) == ("share", expected)
    assert Wallet.objects.get(company=host).balance == expected
    assert ledger.check_books() == []


@pytest.mark.django_db
def test_it_makes_each_once_and_those_that_were_missed(world: World, host: Company) -> None:
    charged(world)
    assert make_host_statements(month=months_on(2), at=begins(3)) == 3
    assert make_host_statements(month=months_on(2), at=begins(3)) == 0
    assert [(one.month, bool(one.share)) for one in HostStatement.objects.order_by("month")] == [
        (months_on(0), True),
        (months_on(1), False),
        (months_on(2), False),
    ]


@pytest.mark.django_db
def test_it_waits_for_the_end_of_the_month(world: World, host: Company) -> None:
    with pytest.raises(ValueError, match="is not over"):
        make_host_statements(month=MONTH, at=begins(1) - timedelta(microseconds=1))


@pytest.mark.django_db
def test_it_takes_the_agreement_of_the_place_before_that_of_the_company(world: World, host: Company) -> None:
    agree(host, place=Location.objects.get().code, share_percent=50, per_kwh=0)
    charged(world)
    statement = stated()
    assert statement.share == (statement.net / 2).quantize(Decimal("0.01"), "ROUND_HALF_UP")


@pytest.mark.django_db
def test_it_takes_the_agreement_that_is_in_force_in_the_month(world: World, host: Company) -> None:
    charged(world)
    HostAgreement.objects.update(valid_until=months_on(1))
    second = agree(host, share_percent=30, valid_from=months_on(1))
    make_host_statements(month=months_on(1), at=begins(2))
    agreements = [one.agreement_id for one in HostStatement.objects.order_by("month")]
    assert agreements == [HostAgreement.objects.exclude(pk=second.pk).get().pk, second.pk]
    HostAgreement.objects.filter(pk=second.pk).update(valid_until=months_on(2))
    assert make_host_statements(month=months_on(2), at=begins(3)) == 0


@pytest.mark.django_db
def test_it_leaves_out_the_house_s_own_charges_and_other_places(world: World, host: Company) -> None:
    session = charged(world)
    IdTag.objects.filter(sessions=session.pk).update(kind=IdTag.Kind.SERVICE)
    assert (stated().sessions, stated().share) == (0, 0)


@pytest.mark.django_db
def test_it_leaves_out_other_places(world: World, host: Company) -> None:
    charged(world)
    other = Location.objects.create(code="OTHER", latitude="42.8", longitude="74.6", host=host)
    make_host_statements(month=MONTH, at=begins(1))
    assert [one.sessions for one in HostStatement.objects.filter(place=other.code)] == [0]
    assert HostStatement.objects.count() == 2


@pytest.mark.django_db
def test_what_is_corrected_later_is_in_the_next_one(world: World, host: Company) -> None:
    session = guessed(world)
    first = stated()
    stopped_late(world, session, begins(1) + timedelta(days=2))
    second = stated(1)
    assert (first.gross, second.gross, second.sessions) == (300, -30, 0)
    receipts = Receipt.objects.all()
    assert first.net + second.net == sum(receipt.net for receipt in receipts)
    assert first.gross + second.gross == sum(receipt.gross for receipt in receipts)
    assert second.share < 0
    assert second.transfer
    assert Wallet.objects.get(company=host).balance == first.share + second.share
    assert ledger.check_books() == []


@pytest.mark.django_db
def test_what_was_booked_late_for_a_month_is_in_the_next_one(world: World, host: Company) -> None:
    first = stated()
    charged(world)  # dated in the month that is stated already
    assert first.sessions == 0
    assert [stated(1).sessions, stated(2).sessions] == [1, 0]


@pytest.mark.django_db
def test_it_carries_on_what_the_wallet_cannot_bear(world: World, host: Company) -> None:
    session = guessed(world)
    first = stated()
    wallet = Wallet.objects.get(company=host)
    gone = {"reference": "out", "made_by": "staff:1", "reason": "r"}
    ledger.adjust(wallet=wallet, amount=-wallet.balance, at=begins(1), **gone)
    stopped_late(world, session, begins(1) + timedelta(days=2))
    second = stated(1)
    lost = second.carried
    assert (second.share, second.transfer) == (0, None)
    assert -first.share < lost < 0
    third = stated(2)
    assert (third.brought, third.carried, third.share) == (lost, lost, 0)
    ledger.adjust(wallet=wallet, amount=Decimal(5000), reference="a", made_by="staff:1", reason="r", at=begins(3))
    fourth = stated(3)
    assert (fourth.brought, fourth.share, fourth.carried) == (lost, lost, 0)
    assert ledger.check_books() == []


@pytest.mark.django_db
def test_it_never_changes_one(world: World, host: Company) -> None:
    stated()
    wrongs: list[Callable[[], Any]] = [
        partial(HostStatement.objects.update, sessions=9),
        HostStatement.objects.all().delete,
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            wrong()


@pytest.mark.django_db
def test_the_task_makes_last_months(world: World, host: Company) -> None:
    charged(world)
    with time_machine.travel(begins(1) + timedelta(hours=2), tick=False):
        make_monthly_host_statements()
        make_monthly_host_statements()
    assert HostStatement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_when_two_workers_make_them_at_once(world: World, host: Company) -> None:
    charged(world)
    made = at_once(*[partial(make_host_statements, month=MONTH, at=begins(1))] * 3)
    assert (sum(made), HostStatement.objects.count()) == (1, 1)
    assert Transfer.objects.filter(kind="share").count() == 1
