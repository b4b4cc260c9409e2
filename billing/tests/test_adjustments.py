"""Money moved by hand: small amounts at once, large ones by two people, each of them once."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from billing import adjustments, ledger
from billing.models import Adjustment, Receipt, Transfer, Wallet
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, balance_of_system, figures, rule, straight, terms, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
ASKER, SECOND = "staff:1", "staff:2"


def ask(wallet: Wallet, amount: str, reason: str = "a broken plug") -> Adjustment:
    return adjustments.ask_adjustment(wallet=wallet, amount=Decimal(amount), reason=reason, asked_by=ASKER, at=NOON)


def ask_refund(transfer: Transfer, amount: str) -> Adjustment:
    return adjustments.ask_refund(
        transfer=transfer, amount=Decimal(amount), reason="a broken plug", asked_by=ASKER, at=NOON
    )


def approve(asked: Adjustment, by: str = SECOND) -> Adjustment:
    return adjustments.approve(adjustment=asked, decided_by=by, at=NOON)


def refused(asked: Adjustment, by: str = SECOND) -> str:
    with pytest.raises(Refusal) as no:
        approve(asked, by)
    asked.refresh_from_db()
    return no.value.code


@pytest.fixture
def charge() -> Transfer:
    """25.5 kWh at 15.00: 382.50 with a receipt; 2,000.00 were there, and 1,500.00 more were charged before it."""
    wallet = wallet_with("2000")
    given = terms(rule("per_kwh", "15"), tax_percent=Decimal(12))
    bill = price(given, straight(NOON, 40, 25_500))
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=bill.net, tax=bill.tax, at=NOON)
    give_receipt(wallet=wallet, subject="session:1", about="", price=bill, terms=given, at=NOON)
    return Transfer.objects.get(kind="capture")


def test_it_books_a_small_amount_at_once() -> None:
    wallet = wallet_with("100")
    made = ask(wallet, "999.99")
    assert (made.state, made.needs_approval, made.decided_by) == ("booked", False, ASKER)
    assert made.transfer is not None
    assert (made.transfer.made_by, made.transfer.reason) == (ASKER, "a broken plug")
    assert figures(wallet) == ("1099.99", "0.00", "0.00")


@pytest.mark.parametrize("amount", ["1000", "-1000"])
def test_it_waits_for_a_second_person_above_the_threshold(amount: str) -> None:
    wallet = wallet_with("1500")
    asked = ask(wallet, amount)
    assert (asked.state, figures(wallet)[0]) == ("asked", "1500.00")
    approve(asked)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_at) == ("booked", SECOND, NOON)
    assert Decimal(figures(wallet)[0]) == 1500 + Decimal(amount)


def test_it_waits_for_every_amount_where_that_is_the_rule(settings: Settings) -> None:
    settings.APPROVAL_FROM = 0
    assert ask(wallet_with("0"), "0.01").state == "asked"


def test_it_waits_in_every_other_currency() -> None:
    wallet = wallet_with("0", currency="USD")
    approve(ask(wallet, "5"))
    assert figures(wallet) == ("5.00", "0.00", "0.00")
    assert balance_of_system("adjustments", "USD") == -5


def test_it_lets_nobody_approve_or_refuse_what_they_asked_for() -> None:
    asked = ask(wallet_with("0"), "5000")
    assert refused(asked, ASKER) == "access_denied"
    with pytest.raises(Refusal, match="second person"):
        adjustments.refuse(adjustment=asked, decided_by=ASKER, at=NOON)
    assert asked.state == "asked"


def test_it_decides_once() -> None:
    wallet = wallet_with("0")
    asked = ask(wallet, "5000")
    approve(asked)
    assert refused(asked, "staff:3") == "already_decided"
    with pytest.raises(Refusal):
        adjustments.refuse(adjustment=asked, decided_by=SECOND, at=NOON)
    assert figures(wallet) == ("5000.00", "0.00", "0.00")


def test_it_moves_nothing_that_was_refused() -> None:
    wallet = wallet_with("0")
    asked = ask(wallet, "5000")
    adjustments.refuse(adjustment=asked, decided_by=SECOND, at=NOON)
    assert refused(asked) == "already_decided"
    assert (asked.state, figures(wallet)[0]) == ("refused", "0.00")


def test_it_takes_no_more_than_is_free() -> None:
    wallet = wallet_with("100")
    with pytest.raises(Refusal) as no:
        ask(wallet, "-100.01")
    assert no.value.code == "insufficient_balance"
    asked = ask(wallet, "-1000")
    assert refused(asked) == "insufficient_balance"
    assert (asked.state, Adjustment.objects.count()) == ("asked", 1)


@pytest.mark.parametrize(("amount", "reason"), [("0", "x"), ("0.001", "x"), ("NaN", "x"), ("5", "  ")])
def test_it_needs_an_amount_and_a_reason(amount: str, reason: str) -> None:
    with pytest.raises(Refusal) as no:
        ask(wallet_with("0"), amount, reason)
    assert no.value.code == "invalid_parameters"


def test_it_adjusts_no_account_of_the_house() -> None:
    wallet_with("10")
    with pytest.raises(Refusal):
        ask(Wallet.objects.get(system="clearing:sandbox"), "5")


def test_it_refunds_with_a_receipt(charge: Transfer) -> None:
    """A reference system gives money back without a row in its ledger."""
    made = ask_refund(charge, "82.50")
    assert (made.state, figures(charge.source)[0]) == ("booked", "1700.00")
    receipt = Receipt.objects.get(kind="correction")
    assert (receipt.gross, receipt.tax, receipt.subject_gross) == (Decimal("-82.50"), Decimal("-8.84"), 300)
    assert made.transfer is not None
    assert (made.transfer.kind, made.transfer.reverses) == ("refund", charge)
    assert ledger.check_books() == []


def test_it_refuses_a_refund_that_is_more_than_is_left(charge: Transfer) -> None:
    ask_refund(charge, "300")
    with pytest.raises(Refusal, match=r"Only 82\.50 KGS"):
        ask_refund(charge, "82.51")
    assert Adjustment.objects.count() == 1


def test_it_refuses_in_words_what_does_not_fit_any_more(charge: Transfer, settings: Settings) -> None:
    settings.APPROVAL_FROM = 100
    waiting = ask_refund(charge, "300")
    again = ask_refund(charge, "300")
    approve(again)
    with pytest.raises(Refusal, match=r"Only 82\.50 KGS of the charge are left"):
        approve(waiting)
    waiting.refresh_from_db()
    assert waiting.state == "asked"
    assert figures(charge.source)[0] == "1917.50"
    assert Receipt.objects.filter(kind="correction").count() == 1


def test_it_refuses_to_refund_a_top_up() -> None:
    wallet_with("10")
    with pytest.raises(Refusal) as no:
        ask_refund(Transfer.objects.get(), "5")
    assert no.value.code == "not_refundable"
