from decimal import Decimal

import pytest

from billing import ledger
from billing.ledger import Captured
from billing.models import Debt, Hold, Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def hold(wallet: Wallet, amount: str, subject: str = "session:1") -> None:
    ledger.hold(wallet=wallet, amount=Decimal(amount), subject=subject, number=1, expires_at=None, at=NOON)


def capture(wallet: Wallet, net: str, tax: str = "0", *, revision: int = 1, subject: str = "session:1") -> Captured:
    return ledger.capture(
        wallet=wallet, subject=subject, revision=revision, net=Decimal(net), tax=Decimal(tax), at=NOON
    )


def booked() -> list[tuple[str, str, str]]:
    """Every transfer but top-ups, in order."""
    rows = Transfer.objects.exclude(kind="top_up").order_by("id")
    return [(row.reference, row.kind, f"{row.amount:.2f}") for row in rows]


def test_it_takes_the_price_and_frees_the_rest_of_the_hold() -> None:
    # 500.00 in the wallet, 400.00 held, the charge costs 382.50 with 40.98 tax in it
    wallet = wallet_with("500")
    hold(wallet, "400")
    assert capture(wallet, "341.52", "40.98") == Captured(paid=Decimal("382.50"), owed=Decimal(0))
    assert figures(wallet) == ("117.50", "0.00", "0.00")
    assert booked() == [
        ("session:1:r1:charge", "capture", "382.50"),
        ("session:1:r1:tax", "tax", "40.98"),
    ]
    assert (balance_of_system("revenue"), balance_of_system("tax")) == (Decimal("341.52"), Decimal("40.98"))
    held = Hold.objects.get()
    assert (held.state, held.ended_at) == ("captured", NOON)


def test_it_takes_what_exceeds_the_hold_from_the_free_balance() -> None:
    wallet = wallet_with("500")
    hold(wallet, "100")
    assert capture(wallet, "150").owed == 0
    assert figures(wallet) == ("350.00", "0.00", "0.00")


def test_it_owes_what_the_wallet_cannot_give() -> None:
    wallet = wallet_with("100")
    hold(wallet, "100")
    assert capture(wallet, "120", "10") == Captured(paid=Decimal(100), owed=Decimal(30))
    assert figures(wallet) == ("0.00", "0.00", "30.00")
    debt = Debt.objects.get()
    assert (debt.wallet, debt.reference, debt.amount, debt.paid) == (wallet, "session:1:r1", Decimal(30), 0)
    assert booked() == [
        ("session:1:r1:charge", "capture", "100.00"),
        ("session:1:r1:debt", "debt", "30.00"),
        ("session:1:r1:tax", "tax", "10.00"),
    ]
    assert balance_of_system("revenue") == Decimal(120)
    assert balance_of_system("receivable") == Decimal(-30)


def test_it_leaves_the_holds_of_others_alone() -> None:
    wallet = wallet_with("100")
    hold(wallet, "40", "session:2")
    hold(wallet, "50")
    assert capture(wallet, "80") == Captured(paid=Decimal(60), owed=Decimal(20))
    assert figures(wallet) == ("40.00", "40.00", "20.00")


def test_it_goes_into_the_credit_of_a_postpaid_wallet() -> None:
    wallet = wallet_with("10")
    Wallet.objects.filter(pk=wallet.pk).update(credit_limit=50)
    assert capture(wallet, "70") == Captured(paid=Decimal(60), owed=Decimal(10))
    assert figures(wallet) == ("-50.00", "0.00", "10.00")


def test_it_charges_a_revision_once() -> None:
    wallet = wallet_with("100")
    capture(wallet, "30")
    with pytest.raises(Refusal) as refused:
        capture(wallet, "30")
    assert refused.value.code == "already_captured"
    assert figures(wallet) == ("70.00", "0.00", "0.00")


def test_it_charges_a_revision_once_whatever_it_came_to_and_whoever_pays() -> None:
    wallet = wallet_with("0")
    capture(wallet, "30")
    with pytest.raises(Refusal):
        capture(wallet_with("100"), "30")
    capture(wallet, "0", subject="session:2")
    with pytest.raises(Refusal):
        capture(wallet, "5", subject="session:2")
    assert figures(wallet) == ("0.00", "0.00", "30.00")


def test_it_charges_no_revision_that_is_older_than_what_is_known() -> None:
    wallet = wallet_with("100")
    capture(wallet, "30", revision=2)
    with pytest.raises(Refusal) as refused:
        capture(wallet, "12", revision=1)
    assert refused.value.code == "already_captured"
    assert figures(wallet) == ("70.00", "0.00", "0.00")


def test_it_moves_nothing_for_nothing_and_still_ends_the_holds() -> None:
    wallet = wallet_with("100")
    hold(wallet, "40")
    assert capture(wallet, "0") == Captured(paid=Decimal(0), owed=Decimal(0))
    assert figures(wallet) == ("100.00", "0.00", "0.00")
    assert booked() == []


def test_it_ends_a_hold_in_another_wallet() -> None:
    payer, other = wallet_with("100"), wallet_with("100")
    hold(other, "40")
    capture(payer, "30")
    assert (figures(payer), figures(other)) == (("70.00", "0.00", "0.00"), ("100.00", "0.00", "0.00"))


@pytest.mark.parametrize(("net", "tax"), [("-1", "0"), ("1", "-1"), ("0.001", "0"), ("NaN", "0")])
def test_it_refuses_what_is_no_amount(net: str, tax: str) -> None:
    wallet = wallet_with("100")
    hold(wallet, "40")
    with pytest.raises(Refusal) as refused:
        capture(wallet, net, tax)
    assert refused.value.code == "invalid_parameters"
    assert figures(wallet) == ("100.00", "40.00", "0.00")
