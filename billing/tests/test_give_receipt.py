from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from billing.models import Receipt, ReceiptLine, Wallet
from billing.pricing import Price, Terms, price
from billing.receipts import give_receipt
from billing.tests.making import NOON, rule, straight, terms, wallet_with
from billing.tests.threads import at_once

TERMS = terms(rule("per_kwh", "15"), rule("session_fee", "20"), tax_percent=Decimal(12))
NEW_TAX = terms(rule("per_kwh", "15"), rule("session_fee", "20"), tax_percent=Decimal(14))


def charge(wh: int = 25_500, given: Terms = TERMS) -> Price:
    return price(given, straight(NOON, 40, wh))


def give(
    subject: str = "session:1",
    *,
    wallet: Wallet | None = None,
    at: datetime = NOON,
    wh: int = 25_500,
    given: Terms = TERMS,
    kept: Decimal = Decimal(0),
) -> Receipt:
    return give_receipt(
        wallet=wallet,
        subject=subject,
        about="Bishkek, Chui 1",
        price=charge(wh, given),
        terms=given,
        at=at,
        reason="",
        kept=kept,
    )


def lines_of(receipt: Receipt) -> list[str]:
    lines = ReceiptLine.objects.filter(receipt=receipt)
    return [f"{one.position} {one.dimension} {one.quantity:.0f} {one.unit} {one.gross:.2f}" for one in lines]


@pytest.mark.django_db
def test_it_writes_down_the_price() -> None:
    # 382.50 + 20.00 = 402.50; tax in it: 40.98 + 2.14 = 43.12
    wallet = wallet_with("0")
    receipt = give(wallet=wallet)
    assert receipt.full_number == "DP-2026-000001"
    assert (receipt.kind, receipt.corrects, receipt.wallet, receipt.made_at) == ("sale", None, wallet, NOON)
    assert (receipt.net, receipt.tax, receipt.gross) == (Decimal("359.38"), Decimal("43.12"), Decimal("402.50"))
    assert receipt.subject_gross == receipt.gross
    assert (receipt.currency, receipt.tax_name, receipt.tax_percent) == ("KGS", "VAT", Decimal(12))
    assert (receipt.about, receipt.time_zone) == ("Bishkek, Chui 1", "Asia/Bishkek")
    assert lines_of(receipt) == ["1 per_kwh 25500 Wh 382.50", "2 session_fee 1 pc 20.00"]
    assert set(receipt.lines.values_list("tax_percent", flat=True)) == {Decimal(12)}


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

    numbers = at_once(*[partial(settle, number) for number in range(1, 21)])
    assert sorted(number for number in numbers if number) == list(range(1, 15))


@pytest.mark.django_db(transaction=True)
def test_it_corrects_one_after_the_other_when_two_come_at_once() -> None:
    give()
    at_once(partial(give, wh=26_000), partial(give, wh=27_000))
    last = Receipt.objects.latest("id")
    assert last.gross + sum(one.gross for one in Receipt.objects.exclude(pk=last.pk)) == last.subject_gross
    assert Receipt.objects.filter(corrections=None).count() == 1  # a chain, not a tree
    assert last.subject_gross in (charge(26_000).gross, charge(27_000).gross)
