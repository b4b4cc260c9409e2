from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from billing.models import Receipt, ReceiptLine
from billing.pricing import Price, price
from billing.receipts import give_receipt
from billing.tests.making import NOON, rule, straight, terms, wallet_with
from billing.tests.threads import at_once

TERMS = terms(rule("per_kwh", "15"), rule("session_fee", "20"), tax_percent=Decimal(12))


def charge(wh: int = 25_500) -> Price:
    return price(TERMS, straight(NOON, 40, wh))


def give(subject: str, *, at: datetime = NOON, wh: int = 25_500) -> Receipt:
    return give_receipt(wallet=None, subject=subject, price=charge(wh), terms=TERMS, at=at)


@pytest.mark.django_db
def test_it_writes_down_the_price() -> None:
    # 382.50 + 20.00 = 402.50; tax in it: 40.98 + 2.14 = 43.12
    wallet = wallet_with("0")
    receipt = give_receipt(wallet=wallet, subject="session:1", price=charge(), terms=TERMS, at=NOON)
    assert receipt.full_number == "DP-2026-000001"
    assert (receipt.kind, receipt.corrects, receipt.wallet, receipt.made_at) == ("sale", None, wallet, NOON)
    assert (receipt.net, receipt.tax, receipt.gross) == (Decimal("359.38"), Decimal("43.12"), Decimal("402.50"))
    assert (receipt.currency, receipt.tax_name, receipt.tax_percent) == ("KGS", "VAT", Decimal(12))
    lines = ReceiptLine.objects.filter(receipt=receipt)
    assert [f"{line.position} {line.dimension} {line.quantity:.0f} {line.unit} {line.gross:.2f}" for line in lines] == [
        "1 per_kwh 25500 Wh 382.50",
        "2 session_fee 1 pc 20.00",
    ]
    assert sum(line.gross for line in lines) == receipt.gross


@pytest.mark.django_db
def test_it_corrects_the_receipt_that_the_subject_has() -> None:
    first = give("session:1")
    second = give("session:1", wh=26_000)
    third = give("session:1", wh=27_000)
    assert [(one.kind, one.corrects) for one in (first, second, third)] == [
        ("sale", None),
        ("correction", first),
        ("correction", second),
    ]
    assert [one.number for one in (first, second, third)] == [1, 2, 3]


@pytest.mark.django_db
def test_it_begins_a_new_year_on_the_sellers_clock() -> None:
    give("session:1", at=datetime(2026, 12, 31, 17, 59, tzinfo=UTC))
    new_year = give("session:2", at=datetime(2026, 12, 31, 18, 0, tzinfo=UTC))  # midnight in Bishkek
    assert new_year.full_number == "DP-2027-000001"


@pytest.mark.django_db
def test_it_loses_no_number_when_a_settlement_is_rolled_back() -> None:
    give("session:1")
    with transaction.atomic():
        assert give("session:2").number == 2
        transaction.set_rollback(True)
    assert give("session:3").number == 2


@pytest.mark.django_db
def test_it_keeps_one_sale_per_subject_in_the_table() -> None:
    receipt = give("session:1")
    receipt.pk, receipt.number = None, 77
    receipt.public_id = wallet_with("0").public_id
    with pytest.raises(IntegrityError, match="subject_has_one_receipt_of_sale"), transaction.atomic():
        receipt.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_it_leaves_no_gap_and_no_double_when_many_settle_at_once() -> None:
    def settle(number: int) -> int:
        with transaction.atomic():
            receipt = give(f"session:{number}")
            if number % 3 == 0:
                transaction.set_rollback(True)
                return 0
        return receipt.number

    numbers = at_once(*[partial(settle, number) for number in range(1, 19)])
    assert sorted(number for number in numbers if number) == list(range(1, 13))
