"""Amounts as people and programs write them: read where they can be meant in one way, refused with what they say."""

from decimal import Decimal

import pytest

from billing.cells import WrongCell, amount_in

READ = {
    "382.50": "382.50",
    "382,5": "382.50",
    "1 234,50": "1234.50",
    "1\u00a0234\u202f567.50": "1234567.50",
    "1'234.50": "1234.50",
    "1,234.50": "1234.50",
    "1.234,50": "1234.50",
    "1.000,00": "1000",
    "12.500,00": "12500",
    "1,234,567": "1234567",
    "1.234.567,00": "1234567",
    "-20": "-20",
    "− 20,5": "-20.50",
    "+5": "5",
    "0,500": "0.50",
    "1234,500": "1234.50",
    ".5": "0.50",
}
DOUBTFUL = ["1,000", "12,500", "2,500", "1,234", "12.500", "1.000", "-1,000"]
NONE = [
    "",
    "-",
    "lots",
    "1_000",
    "1e3",
    "1.5e2",
    "NaN",
    "Infinity",
    "１２",
    "١٢",
    "12,5,0",
    "1,2,3.00",
    "12 34",
    "1 2345",
    "1 234,567.50",
    "1.005,5.0",
    "--5",
    "5.",
]


@pytest.mark.parametrize("text", READ, ids=range(len(READ)))
def test_it_reads_what_can_be_meant_in_one_way(text: str) -> None:
    assert amount_in(text, "KGS") == Decimal(READ[text])


@pytest.mark.parametrize("text", DOUBTFUL)
def test_it_refuses_what_may_be_thousands_or_decimals(text: str) -> None:
    with pytest.raises(WrongCell, match="may be two amounts"):
        amount_in(text, "KGS")


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_it_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(WrongCell, match="is no amount"):
        amount_in(text, "KGS")


@pytest.mark.parametrize(("text", "currency"), [("1234.505", "KGS"), ("1,50", "JPY"), ("1 000 000 000 001", "KGS")])
def test_it_refuses_what_the_currency_has_not(text: str, currency: str) -> None:
    with pytest.raises(WrongCell, match=f"is no amount in {currency}"):
        amount_in(text, currency)


def test_three_decimals_after_a_dot_are_a_currencys_own() -> None:
    assert amount_in("1.250", "KWD") == Decimal("1.25")
    with pytest.raises(WrongCell, match="may be two amounts"):
        amount_in("1,250", "KWD")
