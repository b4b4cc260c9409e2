from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import adjustments
from billing.closing.spans import of_days, of_month
from billing.closing.sums import taxed
from billing.closing.taxes import Report, report
from billing.models import ReceiptLine, Transfer
from billing.tests.months import APRIL, APRIL_BEGINS, BY, MARCH, TENTH, charge, correct
from billing.tests.test_make_statements import fleet

pytestmark = pytest.mark.django_db


def rows(found: Report) -> list[tuple[str, ...]]:
    return [
        (f"{one.name} {one.percent}", *[f"{part.tax:.2f} of {part.gross:.2f}" for part in (one.sales, one.corrections)])
        for one in found.rows
    ]


def test_it_tells_sales_and_corrections_apart_by_tax() -> None:
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    correct(wallet, 20_000, "session:1", TENTH)
    correct(wallet, 20_000, "session:1", TENTH, revision=2, percent=14)
    found = report(of_month(MARCH))
    assert rows(found) == [
        ("VAT 12.00", "64.29 of 600.00", "-64.29 of -600.00"),
        ("VAT 14.00", "0.00 of 0.00", "36.84 of 300.00"),
    ]
    assert [(proof.receipts, proof.account, proof.difference) for proof in found.proofs] == [
        (Decimal("36.84"), Decimal("36.84"), Decimal(0))
    ]
    assert sum((one.total.gross for one in found.rows), Decimal(0)) == 300


def test_it_counts_what_was_given_back_by_hand() -> None:
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    charged = Transfer.objects.get(kind="capture")
    adjustments.ask_refund(transfer=charged, amount=Decimal(100), reason="r", asked_by=BY, at=APRIL_BEGINS)
    april = report(of_month(APRIL))
    assert rows(april) == [("VAT 12.00", "0.00 of 0.00", "-10.72 of -100.00")]
    assert [proof.difference for proof in april.proofs] == [0]


def test_it_cuts_days_on_the_sellers_clock() -> None:
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", APRIL_BEGINS - timedelta(microseconds=1))
    charge(wallet, 20_000, "session:2", APRIL_BEGINS)
    last, first = date(2026, 3, 31), date(2026, 4, 1)
    gross = [[row.sales.gross for row in report(of_days(*days)).rows] for days in [(last, last), (first, first)]]
    assert gross == [[600], [300]]
    assert [row.sales.gross for row in report(of_days(last, first)).rows] == [900]


def test_it_shows_a_difference() -> None:
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    house = Transfer.objects.get(kind="tax")
    Transfer.objects.create(
        source=house.source, target=house.target, amount=1, kind="tax", subject="x", reference="x", made_at=TENTH
    )
    [proof] = report(of_month(MARCH)).proofs
    assert (proof.receipts, proof.account, proof.difference) == (Decimal("64.29"), Decimal("65.29"), Decimal(-1))


def test_it_is_empty_where_nothing_was_sold() -> None:
    assert report(of_month(MARCH)) == Report([], [])


REVISIONS = st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 20), st.integers(0, 50)), min_size=1, max_size=5)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(revisions=REVISIONS)
def test_receipts_and_transfers_agree_whatever_is_corrected(revisions: Sequence[tuple[int, int, int]]) -> None:
    with transaction.atomic():
        wallet, at = fleet("50000"), TENTH
        charge(wallet, 40_000, "session:1", at)
        for number, (wh, percent, days) in enumerate(revisions, start=1):
            at += timedelta(days=days)
            correct(wallet, wh, "session:1", at, revision=number, percent=percent)
        for month in range(3, 10):
            assert [one.difference for one in report(of_month(date(2026, month, 1))).proofs if one.difference] == []
        transaction.set_rollback(True)


def test_it_is_what_the_lines_of_all_receipts_say() -> None:
    """Sales are summed by receipt, since each has one tax; a promo code and a second tax change nothing about it."""
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    charge(wallet, 10_000, "session:2", TENTH)
    correct(wallet, 20_000, "session:1", TENTH, percent=14)
    correct(wallet, 30_000, "session:2", TENTH)
    keys = ("receipt__kind", "tax_percent")
    lines = ReceiptLine.objects.order_by().values_list(*keys).annotate(Sum("net"), Sum("tax"), Sum("gross"))
    found = [(one.kind, one.percent, one.net, one.tax, one.gross) for one in taxed(of_month(MARCH))]
    assert sorted(found) == sorted(lines)
    assert len(found) == 3
