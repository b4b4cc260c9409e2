"""A later revision of a charge: the difference moves, to whom it belongs, and what was given by hand stays given."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing import ledger
from billing.ledger import Captured
from billing.models import Capture, Debt, Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, give, wallet_with

pytestmark = pytest.mark.django_db


def captured(**amounts: str) -> Captured:
    return Captured(**{name: Decimal(amount) for name, amount in amounts.items()})


def capture(wallet: Wallet, net: str, tax: str = "0", *, revision: int = 0, subject: str = "session:1") -> Captured:
    made: dict[str, Any] = {"net": Decimal(net), "tax": Decimal(tax), "at": NOON}
    return ledger.capture(wallet=wallet, subject=subject, revision=revision, **made)


def refund(wallet: Wallet, amount: str) -> ledger.Refunded:
    charge = Transfer.objects.filter(kind="capture", source=wallet).latest("id")
    made: dict[str, Any] = {"made_by": "staff:1", "reason": "a broken plug", "at": NOON}
    return ledger.refund(transfer=charge, amount=Decimal(amount), reference=f"refund:{amount}", **made)


def later() -> list[tuple[str, str, str]]:
    """What the second revision moved, in order."""
    rows = Transfer.objects.filter(reference__startswith="session:1:r1").order_by("id")
    return [(row.reference.removeprefix("session:1:r1:"), row.kind, f"{row.amount:.2f}") for row in rows]


def house() -> tuple[str, ...]:
    return tuple(f"{balance_of_system(role):.2f}" for role in ("revenue", "tax", "receivable", "absorbed"))


@pytest.fixture(autouse=True)
def _books() -> Any:
    yield
    assert ledger.check_books() == []


def test_it_takes_only_what_it_costs_more() -> None:
    # 382.50 with 40.98 tax; the station remembers 2 kWh more: 412.50 with 44.20 tax
    wallet = wallet_with("500")
    capture(wallet, "341.52", "40.98")
    assert capture(wallet, "368.30", "44.20", revision=1) == captured(paid="30")
    assert figures(wallet) == ("87.50", "0.00", "0.00")
    assert later() == [("charge", "capture", "30.00"), ("tax", "tax", "3.22")]
    assert house() == ("368.30", "44.20", "0.00", "0.00")


def test_it_gives_back_what_it_costs_less() -> None:
    # 382.50 with 40.98 tax was 2 kWh too much: 352.50 with 37.77 tax
    wallet = wallet_with("500")
    capture(wallet, "341.52", "40.98")
    assert capture(wallet, "314.73", "37.77", revision=1) == captured(refunded="30")
    assert figures(wallet) == ("147.50", "0.00", "0.00")
    assert later() == [("tax:back", "tax", "3.21"), ("refund", "refund", "30.00")]
    assert house() == ("314.73", "37.77", "0.00", "0.00")


def test_it_gives_everything_back_when_it_costs_nothing_after_all() -> None:
    wallet = wallet_with("500")
    capture(wallet, "341.52", "40.98")
    assert capture(wallet, "0", revision=1) == captured(refunded="382.50")
    assert figures(wallet) == ("500.00", "0.00", "0.00")
    assert house() == ("0.00", "0.00", "0.00", "0.00")


def test_it_writes_what_it_costs_and_moves_nothing_when_nothing_changed() -> None:
    wallet = wallet_with("500")
    capture(wallet, "80", "8")
    assert capture(wallet, "80", "8", revision=1) == captured()
    assert [(row.revision, f"{row.gross:.2f}") for row in Capture.objects.order_by("id")] == [
        (0, "88.00"),
        (1, "88.00"),
    ]
    assert later() == []


def test_it_moves_the_tax_when_only_the_tax_was_wrong() -> None:
    wallet = wallet_with("500")
    capture(wallet, "80", "8")
    assert capture(wallet, "76", "12", revision=1) == captured()
    assert capture(wallet, "88", "0", revision=2) == captured()
    assert house() == ("88.00", "0.00", "0.00", "0.00")


def test_it_takes_from_the_debt_first_then_gives_money() -> None:
    # 130.00 with 13.00 tax, 100.00 paid and 30.00 owed; it costs 110.00: 20.00 of the debt; then 60.00: 10.00 and 40.00
    wallet = wallet_with("100")
    capture(wallet, "117", "13")
    assert capture(wallet, "99", "11", revision=1) == captured()
    assert figures(wallet) == ("0.00", "0.00", "10.00")
    assert house() == ("99.00", "11.00", "-10.00", "0.00")
    assert capture(wallet, "54", "6", revision=2) == captured(refunded="40")
    assert figures(wallet) == ("40.00", "0.00", "0.00")
    assert house() == ("54.00", "6.00", "0.00", "0.00")
    assert [(row.kind, f"{row.amount:.2f}") for row in Transfer.objects.filter(reverses__kind="debt")] == [
        ("forgiven", "10.00"),
        ("forgiven", "20.00"),
    ]


def test_it_takes_from_the_newest_debt_first() -> None:
    wallet = wallet_with("0")
    capture(wallet, "50")
    capture(wallet, "70", revision=1)
    capture(wallet, "55", revision=2)
    assert [(debt.amount, debt.paid) for debt in Debt.objects.order_by("id")] == [(50, 0), (20, 15)]


def test_it_gives_back_what_a_debt_was_repaid_with() -> None:
    wallet = wallet_with("0")
    capture(wallet, "50")
    give(wallet, "80")
    assert capture(wallet, "20", revision=1) == captured(refunded="30")
    assert figures(wallet) == ("60.00", "0.00", "0.00")


def test_it_pays_other_debts_with_what_comes_back() -> None:
    wallet = wallet_with("100")
    capture(wallet, "100")
    capture(wallet, "30", subject="session:2")
    capture(wallet, "50", revision=1)
    assert figures(wallet) == ("20.00", "0.00", "0.00")


def test_it_counts_what_was_refunded_by_hand_as_given() -> None:
    # 100.00, of which 30.00 came back by hand; it costs 60.00: the 40.00 come back beside them
    wallet = wallet_with("100")
    capture(wallet, "90", "10")
    refund(wallet, "30")
    assert capture(wallet, "54", "6", revision=1) == captured(refunded="40")
    assert figures(wallet) == ("70.00", "0.00", "0.00")
    assert house() == ("27.00", "3.00", "0.00", "0.00")


def test_it_gives_back_no_more_than_is_left_after_refunds_by_hand() -> None:
    # 100.00, of which 30.00 came back by hand; it costs 10.00: of the 90.00 only 70.00 are left
    wallet = wallet_with("100")
    capture(wallet, "90", "10")
    refund(wallet, "30")
    assert capture(wallet, "9", "1", revision=1) == captured(refunded="70", kept="20")
    assert figures(wallet) == ("100.00", "0.00", "0.00")
    assert house() == ("0.00", "0.00", "0.00", "0.00")


def test_it_leaves_what_was_given_by_hand_with_the_driver_when_it_costs_more_again() -> None:
    # the 30.00 by hand were more than the 10.00; now it costs 50.00: 20.00 beside the 30.00 that were given
    wallet = wallet_with("100")
    capture(wallet, "90", "10")
    refund(wallet, "30")
    capture(wallet, "9", "1", revision=1)
    assert capture(wallet, "45", "5", revision=2) == captured(paid="20", kept="-20")
    assert figures(wallet) == ("80.00", "0.00", "0.00")
    assert house() == ("18.00", "2.00", "0.00", "0.00")


def test_it_gives_all_back_to_who_paid_and_charges_who_pays_now() -> None:
    wrong, right = wallet_with("100"), wallet_with("100")
    capture(wrong, "63", "7")
    assert capture(right, "54", "6", revision=1) == captured(paid="60", refunded="70")
    assert (figures(wrong), figures(right)) == (("100.00", "0.00", "0.00"), ("40.00", "0.00", "0.00"))
    assert house() == ("54.00", "6.00", "0.00", "0.00")


def test_it_forgives_what_the_wrong_one_owed_and_keeps_what_they_were_given() -> None:
    wrong, right = wallet_with("70"), wallet_with("10")
    capture(wrong, "90", "10")
    refund(wrong, "20")  # pays a part of the debt
    assert capture(right, "90", "10", revision=1) == captured(paid="10", owed="90", refunded="70", kept="20")
    assert (figures(wrong), figures(right)) == (("70.00", "0.00", "0.00"), ("0.00", "0.00", "90.00"))
    assert house() == ("90.00", "10.00", "-90.00", "0.00")


def test_it_moves_a_charge_to_a_wallet_in_another_currency() -> None:
    som, dollar = wallet_with("500"), wallet_with("5", currency="USD")
    capture(som, "341.52", "40.98")
    capture(dollar, "4", "0.45", revision=1)
    assert (figures(som), figures(dollar)) == (("500.00", "0.00", "0.00"), ("0.55", "0.00", "0.00"))
    assert house() == ("0.00", "0.00", "0.00", "0.00")
    assert (balance_of_system("revenue", "USD"), balance_of_system("tax", "USD")) == (Decimal(4), Decimal("0.45"))


def test_it_lets_the_house_bear_what_is_missing_where_that_is_the_rule(settings: Settings) -> None:
    settings.SHORTFALL = "absorb"
    wallet = wallet_with("70")
    assert capture(wallet, "90", "10") == captured(paid="70", absorbed="30")
    assert figures(wallet) == ("0.00", "0.00", "0.00")
    assert house() == ("90.00", "10.00", "0.00", "-30.00")
    # it costs 50.00: the house bears nothing, 20.00 come back
    assert capture(wallet, "45", "5", revision=1) == captured(refunded="20")
    assert figures(wallet) == ("20.00", "0.00", "0.00")
    assert house() == ("45.00", "5.00", "0.00", "0.00")


def test_it_needs_few_statements_for_a_first_charge() -> None:
    wallet = wallet_with("500")
    capture(wallet, "80", "8", subject="session:0")  # the house's own accounts are made
    ledger.hold(wallet=wallet, amount=Decimal(100), subject="session:1", number=1, expires_at=None, at=NOON)
    with CaptureQueriesContext(connection) as queries:
        capture(wallet, "80", "8")
    assert len(queries) <= 10, [query["sql"] for query in queries]
    assert figures(wallet) == ("324.00", "0.00", "0.00")
