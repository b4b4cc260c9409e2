"""What a promo code takes off, as the last line of a price; 25.5 kWh at 15.00 are 382.50."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.pricing import Price, Promo, Terms, price
from billing.tests.making import NOON, brief, rule, straight, terms

PLAIN = rule("per_kwh", "15.00")
CHARGE = straight(NOON, 40, 25_500)


def promo(kind: str, value: str, most: str | None = None, least: str | None = None) -> Promo:
    """A code."""
    return Promo("SPRING", kind, Decimal(value), Decimal(most) if most else None, Decimal(least) if least else None)


def sums(made: Price) -> tuple[Decimal, Decimal, Decimal]:
    """Net, tax and gross."""
    return made.net, made.tax, made.gross


@pytest.mark.parametrize(
    ("code", "gross"),
    [
        (promo("percent", "20"), "306.00"),  # 76.50 off
        (promo("percent", "33.33"), "255.01"),  # 127.48725 -> 127.49 off
        (promo("percent", "20", most="50"), "332.50"),
        (promo("percent", "20", most="76.51"), "306.00"),
        (promo("fixed", "100"), "282.50"),
        (promo("fixed", "100", most="60"), "322.50"),
        (promo("fixed", "500"), "0.00"),  # no more than what it costs
        (promo("percent", "100"), "0.00"),
        (promo("percent", "20", least="382.50"), "306.00"),  # just enough
        (promo("percent", "20", least="382.51"), "382.50"),
    ],
)
def test_it_takes_off_what_it_says(code: Promo, gross: str) -> None:
    made = price(terms(PLAIN, promo=code), CHARGE)
    assert f"{made.gross}" == gross
    assert made.gross == sum(line.gross for line in made.lines)


def test_it_is_a_line_of_one_piece_below_zero_over_all_the_time() -> None:
    made = price(terms(PLAIN, promo=promo("fixed", "100")), straight(NOON, 40, 25_500, timedelta(minutes=20)))
    line = made.lines[-1]
    assert brief(line) == ("SPRING", "1", "-100.00")
    assert (line.dimension, line.unit, line.unit_price) == ("promo", "pc", Decimal("-100.00"))
    assert (line.starts_at, line.ends_at) == (NOON, NOON + timedelta(minutes=60))
    assert len(made.lines) == 2


def test_it_takes_its_share_of_an_included_tax() -> None:
    # 382.50 with 12 % in it has a tax of 40.98; a fifth of all: 76.50, of which 40.98 x 76.50 / 382.50 = 8.20 tax
    code = terms(PLAIN, promo=promo("percent", "20"), tax_percent=Decimal(12))
    made = price(code, CHARGE)
    assert sums(made) == (Decimal("273.22"), Decimal("32.78"), Decimal("306.00"))
    assert (made.lines[-1].net, made.lines[-1].tax) == (Decimal("-68.30"), Decimal("-8.20"))


def test_it_takes_off_what_is_paid_where_tax_is_put_on_top() -> None:
    # 382.50 + 45.90 = 428.40; 100.00 off, of which 45.90 x 100 / 428.40 = 10.71 tax and 89.29 net
    code = terms(PLAIN, promo=promo("fixed", "100"), tax_percent=Decimal(12), tax_included=False)
    assert sums(price(code, CHARGE)) == (Decimal("293.21"), Decimal("35.19"), Decimal("328.40"))


@pytest.mark.parametrize("tax_included", [True, False])
@pytest.mark.parametrize("code", [promo("percent", "100"), promo("fixed", "9999")], ids=["percent", "fixed"])
def test_it_leaves_neither_net_nor_tax_where_it_takes_all(code: Promo, tax_included: bool) -> None:
    # three lines that are each rounded, with a tax that does not divide
    rules = [rule("per_kwh", "13.37"), rule("per_minute", "0.33"), rule("session_fee", "7.77")]
    odd = terms(*rules, promo=code, tax_percent=Decimal("13.7"), tax_included=tax_included)
    made = price(odd, straight(NOON, 37.3, 11_111))
    assert sums(made) == (Decimal(0),) * 3
    assert len(made.lines) == 4


def test_it_counts_fees_and_idle_time_too() -> None:
    # 382.50 + 20.00 + 10 min x 5.00 = 452.50; a tenth: 45.25
    rules = [PLAIN, rule("session_fee", "20"), rule("parking_fee", "5")]
    made = price(terms(*rules, promo=promo("percent", "10")), straight(NOON, 40, 25_500, timedelta(minutes=20)))
    assert made.gross == Decimal("407.25")


def test_it_comes_after_the_discount() -> None:
    # 10 % off 15.00 is 13.50: 344.25; half of it: 172.125 -> 172.13 off, 172.12 left
    made = price(terms(PLAIN, discount_percent=Decimal(10), promo=promo("percent", "50")), CHARGE)
    assert made.gross == Decimal("172.12")


@pytest.mark.parametrize(("currency", "off", "gross"), [("JPY", "192", "191"), ("KWD", "191.363", "191.362")])
def test_it_is_rounded_to_the_currencys_decimals(currency: str, off: str, gross: str) -> None:
    # 25.515 kWh x 15 = 382.725, in yen 383; half of it is 191.3625 -> 191.363, in yen 191.5 -> 192
    made = price(terms(PLAIN, currency=currency, promo=promo("percent", "50")), straight(NOON, 40, 25_515))
    assert (f"{-made.lines[-1].gross}", f"{made.gross}") == (off, gross)


@pytest.mark.parametrize("by", [terms(rule("per_kwh", "0")), terms()], ids=["free", "no price"])
def test_it_has_no_line_where_there_is_nothing_to_take_off(by: Terms) -> None:
    made = price(replace(by, promo=promo("percent", "50")), CHARGE)
    assert [line.dimension for line in made.lines if line.dimension == "promo"] == []
