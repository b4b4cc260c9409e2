from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, give, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def charged(wallet: Wallet, net: str, tax: str) -> Transfer:
    ledger.capture(wallet=wallet, subject="session:1", revision=1, net=Decimal(net), tax=Decimal(tax), at=NOON)
    return Transfer.objects.get(reference="session:1:r1:charge")


def refund(transfer: Transfer, amount: str, reference: str = "refund:1", *, by: str = "staff:1") -> ledger.Refunded:
    return ledger.refund(
        transfer=transfer,
        amount=Decimal(amount),
        reference=reference,
        made_by=by,
        reason="the connector was broken",
        at=NOON,
    )


def test_it_gives_everything_back_with_its_tax() -> None:
    wallet = wallet_with("100")
    refunded = refund(charged(wallet, "80", "8"), "88")
    made = refunded.transfer
    assert figures(wallet) == ("100.00", "0.00", "0.00")
    assert balance_of_system("revenue") == balance_of_system("tax") == 0
    assert (made.kind, made.made_by, made.reason) == ("refund", "staff:1", "the connector was broken")
    assert (refunded.net, refunded.tax) == (Decimal(80), Decimal(8))


def test_it_gives_back_parts_whose_tax_sums_to_the_whole() -> None:
    # tax 10.00 of 100.00: thirds of 33.33, 33.33 and 33.34 carry 3.33, 3.34 and 3.33 of it
    wallet = wallet_with("100")
    charge = charged(wallet, "90", "10")
    for number, part in enumerate(["33.33", "33.33", "33.34"]):
        refund(charge, part, f"refund:{number}")
    assert figures(wallet) == ("100.00", "0.00", "0.00")
    assert balance_of_system("revenue") == balance_of_system("tax") == 0
    taxes = Transfer.objects.filter(reference__startswith="refund:", kind="tax").order_by("id")
    assert [f"{row.amount:.2f}" for row in taxes] == ["3.33", "3.34", "3.33"]


def test_it_carries_only_the_tax_of_what_was_paid() -> None:
    # 110.00 with 10.00 tax, of which 55.00 were paid and 55.00 are owed: all that was paid carries half the tax
    wallet = wallet_with("55")
    refund(charged(wallet, "100", "10"), "55")
    assert balance_of_system("tax") == Decimal(5)


def test_it_pays_debts_with_what_comes_back() -> None:
    wallet = wallet_with("60")
    charge = charged(wallet, "100", "0")
    refund(charge, "50")
    assert figures(wallet) == ("10.00", "0.00", "0.00")


def test_it_refuses_more_than_is_left() -> None:
    wallet = wallet_with("100")
    charge = charged(wallet, "80", "0")
    refund(charge, "50")
    with pytest.raises(Refusal) as refused:
        refund(charge, "30.01", "refund:2")
    assert (refused.value.code, refused.value.details) == ("refund_exceeds_charge", {"left": "30.00"})
    assert figures(wallet) == ("70.00", "0.00", "0.00")


def test_it_takes_a_reference_once() -> None:
    wallet = wallet_with("100")
    charge = charged(wallet, "80", "8")
    refund(charge, "10")
    with pytest.raises(Refusal) as refused:
        refund(charge, "10")
    assert refused.value.code == "already_refunded"


def test_it_refuses_what_is_no_charge() -> None:
    with pytest.raises(Refusal) as refused:
        refund(give(wallet_with("0"), "10"), "10")
    assert refused.value.code == "not_refundable"


def test_it_gives_back_what_was_paid_in_several_revisions_and_repayments() -> None:
    # 40.00, then 30.00 more, of which 10.00 are owed and repaid: any of the transfers gives back any part of the 70.00
    wallet = wallet_with("60")
    first = charged(wallet, "40", "0")
    ledger.capture(wallet=wallet, subject="session:1", revision=2, net=Decimal(70), tax=Decimal(0), at=NOON)
    give(wallet, "10")
    repaid = Transfer.objects.get(kind="repayment")
    refund(first, "65")
    with pytest.raises(Refusal) as refused:
        refund(repaid, "5.01", "refund:2")
    assert refused.value.details == {"left": "5.00"}
    refund(repaid, "5", "refund:2")
    assert figures(wallet) == ("70.00", "0.00", "0.00")


def test_it_refuses_a_repayment_that_was_not_for_a_charge() -> None:
    wallet = wallet_with("0")
    paid = give(wallet, "10")
    ledger.adjust(wallet=wallet, amount=Decimal(-10), reference="a", made_by="staff:1", reason="", at=NOON)
    ledger.reverse_top_up(transfer=paid, amount=Decimal(10), reference="r", at=NOON)
    give(wallet, "10")
    with pytest.raises(Refusal) as refused:
        refund(Transfer.objects.get(kind="repayment"), "10")
    assert refused.value.code == "not_refundable"


def test_it_refuses_nobody() -> None:
    with pytest.raises(Refusal, match="known who gives"):
        refund(charged(wallet_with("100"), "80", "8"), "8", by="")
