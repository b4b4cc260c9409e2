from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Company
from billing import ledger
from billing.models import Receipt, Statement, Transfer, Wallet
from billing.pricing import price
from billing.receipts import give_receipt
from billing.statements import make_statements
from billing.tests.making import give, rule, straight, terms, wallet_with
from billing.tests.threads import at_once

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
# Midnight in Bishkek is 18:00 UTC of the day before.
APRIL_BEGINS = datetime(2026, 3, 31, 18, tzinfo=UTC)
MAY_BEGINS = datetime(2026, 4, 30, 18, tzinfo=UTC)
TENTH = datetime(2026, 3, 10, 6, tzinfo=UTC)
BY = {"made_by": "staff:1", "reason": "asked for"}


def fleet(limit: str = "1000") -> Wallet:
    wallet = ledger.wallet_of(company=Company.objects.create(name=f"Fleet {Company.objects.count()}"), currency="KGS")
    ledger.set_credit_limit(wallet=wallet, limit=Decimal(limit), at=TENTH)
    return wallet


def charge(wallet: Wallet, wh: int, subject: str, at: datetime) -> Receipt:
    """That much energy at 15.00 with 12 % tax in it, captured and receipted."""
    given = terms(rule("per_kwh", "15"), tax_percent=Decimal(12))
    made = price(given, straight(at - timedelta(hours=1), 40, wh))
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=made.net, tax=made.tax, at=at)
    return give_receipt(wallet=wallet, subject=subject, about="BSK-01", price=made, terms=given, at=at)


def charge_of(subject: str) -> Transfer:
    return Transfer.objects.get(subject=subject, kind=Transfer.Kind.CAPTURE)


def brief(statement: Statement) -> list[str]:
    names = ("opening", "charged", "refunded", "paid", "other", "closing", "owed")
    return [f"{getattr(statement, name):.2f}" for name in names]


@pytest.mark.django_db
def test_it_says_what_a_company_has_to_pay() -> None:
    # On credit: 40 kWh = 600.00 and 20 kWh = 300.00 in March; 100.00 of the first given back; 500.00 paid.
    wallet = fleet()
    first = charge(wallet, 40_000, "session:1", TENTH)
    second = charge(wallet, 20_000, "session:2", TENTH + timedelta(days=1))
    transfer = charge_of("session:1")
    ledger.refund(transfer=transfer, amount=Decimal(100), reference="r:1", at=TENTH + timedelta(days=2), **BY)
    give(wallet, "500", at=TENTH + timedelta(days=3))
    assert make_statements(month=MARCH, at=APRIL_BEGINS) == 1
    statement = Statement.objects.get()
    assert (statement.wallet, statement.month, statement.made_at) == (wallet, MARCH, APRIL_BEGINS)
    assert brief(statement) == ["0.00", "900.00", "100.00", "500.00", "0.00", "-300.00", "0.00"]
    assert statement.tax == first.tax + second.tax == Decimal("96.43")
    assert statement.lines == [
        {
            "id": str(receipt.public_id),
            "number": receipt.full_number,
            "kind": "sale",
            "made_at": receipt.made_at.isoformat(),
            "about": "BSK-01",
            "energy_wh": energy,
            "net": f"{receipt.net:.2f}",
            "tax": f"{receipt.tax:.2f}",
            "gross": f"{receipt.gross:.2f}",
        }
        for receipt, energy in ((first, 40_000), (second, 20_000))
    ]


@pytest.mark.django_db
def test_it_counts_what_is_owed_beyond_the_credit_once() -> None:
    # 600.00 with a credit of 500.00: 100.00 are owed; 250.00 paid in April pay the debt, too.
    wallet = fleet("500")
    charge(wallet, 40_000, "session:1", TENTH)
    give(wallet, "250", at=APRIL_BEGINS + timedelta(days=3))
    make_statements(month=APRIL, at=MAY_BEGINS)
    march, april = Statement.objects.order_by("month")
    assert brief(march) == ["0.00", "600.00", "0.00", "0.00", "0.00", "-600.00", "100.00"]
    assert brief(april) == ["-600.00", "0.00", "0.00", "250.00", "0.00", "-350.00", "0.00"]


@pytest.mark.django_db
def test_it_cuts_months_on_the_networks_clock() -> None:
    wallet = fleet()
    charge(wallet, 10_000, "session:1", APRIL_BEGINS - timedelta(seconds=1))
    charge(wallet, 20_000, "session:2", APRIL_BEGINS)
    make_statements(month=date(2026, 4, 17), at=MAY_BEGINS)
    months = [(one.month, one.charged, len(one.lines)) for one in Statement.objects.order_by("month")]
    assert months == [(MARCH, Decimal(150), 1), (APRIL, Decimal(300), 1)]


@pytest.mark.django_db
def test_it_makes_each_once_and_those_that_were_missed() -> None:
    wallet = fleet()
    charge(wallet, 10_000, "session:1", TENTH)
    assert make_statements(month=date(2026, 5, 1), at=MAY_BEGINS + timedelta(days=40)) == 3
    assert make_statements(month=date(2026, 5, 1), at=MAY_BEGINS + timedelta(days=41)) == 0
    assert make_statements(month=MARCH, at=MAY_BEGINS) == 0
    assert list(Statement.objects.order_by("month").values_list("month__month", flat=True)) == [3, 4, 5]


@pytest.mark.django_db
def test_it_puts_what_was_booked_late_into_the_next_one() -> None:
    wallet = fleet()
    charge(wallet, 10_000, "session:1", TENTH)
    make_statements(month=MARCH, at=APRIL_BEGINS)
    late = charge(wallet, 20_000, "session:2", APRIL_BEGINS - timedelta(milliseconds=5))
    make_statements(month=APRIL, at=MAY_BEGINS)
    april = Statement.objects.get(month=APRIL)
    assert brief(april) == ["-150.00", "300.00", "0.00", "0.00", "0.00", "-450.00", "0.00"]
    assert [line["number"] for line in april.lines] == [late.full_number]


@pytest.mark.django_db
def test_it_makes_none_for_people_and_none_where_nothing_ever_moved() -> None:
    wallet_with("100")
    fleet()
    assert make_statements(month=MARCH, at=APRIL_BEGINS) == 0


@pytest.mark.django_db
def test_it_waits_for_the_end_of_the_month() -> None:
    with pytest.raises(ValueError, match="2026-03 is not over"):
        make_statements(month=MARCH, at=APRIL_BEGINS - timedelta(seconds=1))


@pytest.mark.django_db
def test_it_never_changes_one() -> None:
    charge(fleet(), 10_000, "session:1", TENTH)
    make_statements(month=MARCH, at=APRIL_BEGINS)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Statement.objects.update(tax=0)


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_when_two_workers_make_them_at_once() -> None:
    for number in range(3):
        charge(fleet(), 10_000, f"session:{number}", TENTH)
    made = at_once(*[partial(make_statements, month=MARCH, at=APRIL_BEGINS)] * 3)
    assert (sum(made), Statement.objects.count()) == (3, 3)
