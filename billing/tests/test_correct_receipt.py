from decimal import Decimal

import pytest

from billing.models import Receipt
from billing.pricing import Price
from billing.receipts import give_receipt, give_refund_receipt
from billing.tests.making import NOON, wallet_with
from billing.tests.test_give_receipt import NEW_TAX, TERMS, charge, give, lines_of

pytestmark = pytest.mark.django_db

FREE = Price((), Decimal(0), Decimal(0), Decimal(0), "KGS", ())


def refund(net: str, tax: str) -> Receipt | None:
    return give_refund_receipt(subject="session:1", net=Decimal(net), tax=Decimal(tax), reason="a broken plug", at=NOON)


def test_it_says_the_difference_and_not_what_stays() -> None:
    # 25.5 kWh at 15.00 = 382.50 become 26 kWh at 15.00 = 390.00; the session fee of 20.00 stays.
    first = give()
    second = give(wh=26_000)
    assert (second.kind, second.corrects, second.number) == ("correction", first, 2)
    assert lines_of(second) == ["1 per_kwh -25500 Wh -382.50", "2 per_kwh 26000 Wh 390.00"]
    assert (second.gross, second.subject_gross) == (Decimal("7.50"), Decimal("410.00"))


def test_it_follows_the_chain() -> None:
    first, second, third = give(), give(wh=26_000), give(wh=27_000)
    assert [one.corrects for one in (first, second, third)] == [None, first, second]
    assert lines_of(third) == ["1 per_kwh -26000 Wh -390.00", "2 per_kwh 27000 Wh 405.00"]
    assert lines_of(give()) == ["1 per_kwh -27000 Wh -405.00", "2 per_kwh 25500 Wh 382.50"]


def test_it_gives_none_where_nothing_changed() -> None:
    first = give()
    assert give() == first
    assert give("session:2").number == 2  # no number was spent


def test_it_takes_all_back_for_a_waiver() -> None:
    give()
    waived = give_receipt(
        wallet=None, subject="session:1", about="", price=FREE, terms=TERMS, at=NOON, reason="a broken display"
    )
    assert lines_of(waived) == ["1 per_kwh -25500 Wh -382.50", "2 session_fee -1 pc -20.00"]
    assert (waived.gross, waived.subject_gross, waived.reason) == (Decimal("-402.50"), 0, "a broken display")


def test_it_keeps_each_lines_own_tax_over_a_tax_change() -> None:
    # 12 % in 402.50 is 43.12; 14 % in it is 46.97 + 2.46 = 49.43. The price stays, the tax in it does not.
    give()
    changed = give(given=NEW_TAX)
    assert [(line.tax_percent, line.tax) for line in changed.lines.all()] == [
        (Decimal(12), Decimal("-40.98")),
        (Decimal(12), Decimal("-2.14")),
        (Decimal(14), Decimal("46.97")),
        (Decimal(14), Decimal("2.46")),
    ]
    assert (changed.gross, changed.tax, changed.subject_gross) == (0, Decimal("6.31"), Decimal("402.50"))
    assert changed.tax_percent == Decimal(14)


def test_it_writes_down_what_was_given_back_by_hand() -> None:
    wallet = wallet_with("0")
    first = give(wallet=wallet)
    given = refund("89.29", "10.71")
    assert given is not None
    assert (given.kind, given.corrects, given.wallet) == ("correction", first, wallet)
    assert (given.about, given.time_zone, given.reason) == ("Bishkek, Chui 1", "Asia/Bishkek", "a broken plug")
    assert (given.net, given.tax, given.gross) == (Decimal("-89.29"), Decimal("-10.71"), -100)
    assert given.subject_gross == Decimal("302.50")
    assert lines_of(given) == ["1 refund 1 pc -100.00"]


def test_it_has_nothing_to_say_of_a_refund_where_no_receipt_was_given() -> None:
    assert refund("89.29", "10.71") is None
    assert not Receipt.objects.exists()


def test_it_leaves_refunds_by_hand_alone_when_the_price_changes() -> None:
    give()
    refund("89.29", "10.71")
    assert lines_of(give(wh=26_000)) == ["1 per_kwh -25500 Wh -382.50", "2 per_kwh 26000 Wh 390.00"]


def test_it_says_what_had_been_given_back_before() -> None:
    # 402.50 were paid, 100.00 given back by hand; waived, only 302.50 are left to give back.
    give()
    refund("89.29", "10.71")
    waived = give_receipt(
        wallet=None, subject="session:1", about="", price=FREE, terms=TERMS, at=NOON, kept=Decimal(100)
    )
    assert lines_of(waived)[2:] == ["3 refund 1 pc 100.00"]
    assert (waived.gross, waived.subject_gross) == (Decimal("-302.50"), 0)
    assert sum(one.tax for one in Receipt.objects.all()) == 0


def test_it_takes_all_from_one_payer_and_gives_it_to_the_next() -> None:
    aida, bakyt = wallet_with("0"), wallet_with("0")
    first = give(wallet=aida)
    theirs = give(wallet=bakyt, wh=26_000)
    back = Receipt.objects.get(corrects=first)
    assert (back.wallet, back.gross, back.subject_gross) == (aida, Decimal("-402.50"), 0)
    assert lines_of(back) == ["1 per_kwh -25500 Wh -382.50", "2 session_fee -1 pc -20.00"]
    assert (theirs.wallet, theirs.corrects, theirs.gross) == (bakyt, back, charge(26_000).gross)
    assert lines_of(theirs) == ["1 per_kwh 26000 Wh 390.00", "2 session_fee 1 pc 20.00"]


def test_it_takes_back_less_from_a_payer_who_got_some_by_hand() -> None:
    aida, bakyt = wallet_with("0"), wallet_with("0")
    give(wallet=aida)
    refund("89.29", "10.71")
    theirs = give(wallet=bakyt, kept=Decimal(100))
    back = theirs.corrects
    assert back is not None
    assert (back.wallet, back.gross, back.subject_gross) == (aida, Decimal("-302.50"), 0)
    assert (theirs.gross, theirs.subject_gross) == (Decimal("402.50"), Decimal("402.50"))


def test_it_leaves_a_refund_with_the_driver_when_the_price_rises_again() -> None:
    # 402.50 less 100.00 by hand; waived: 302.50 back, 100.00 kept; 402.50 again after all: 302.50 are charged.
    give()
    refund("89.29", "10.71")
    give_receipt(wallet=None, subject="session:1", about="", price=FREE, terms=TERMS, at=NOON, kept=Decimal(100))
    again = give(kept=Decimal(-100))
    assert lines_of(again)[2:] == ["3 refund 1 pc -100.00"]
    assert (again.gross, again.subject_gross) == (Decimal("302.50"), Decimal("302.50"))
    assert again.tax == Decimal("43.12") - Decimal("10.71")


def test_it_remembers_a_refund_of_a_payer_who_pays_again() -> None:
    # Aida paid 402.50 and got 100.00 by hand; it was Bakyt's; no, it was hers after all.
    aida, bakyt = wallet_with("0"), wallet_with("0")
    give(wallet=aida)
    refund("89.29", "10.71")
    give(wallet=bakyt, kept=Decimal(100))
    hers = give(wallet=aida, kept=Decimal(-100))
    assert hers.corrects is not None
    assert (hers.corrects.wallet, hers.corrects.gross) == (bakyt, Decimal("-402.50"))
    assert (hers.gross, hers.subject_gross) == (Decimal("302.50"), Decimal("302.50"))
