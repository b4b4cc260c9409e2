from decimal import Decimal

import pytest

from drivepower.core.money import exponent, plain, plain_rate


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("382.5", "KGS", "382.50"),
        ("0.005", "KGS", "0.01"),
        ("-0.005", "USD", "-0.01"),
        ("1E+3", "RUB", "1000.00"),
        ("199.5", "JPY", "200"),
        ("1.2345", "KWD", "1.235"),
        ("0", "KZT", "0.00"),
    ],
)
def test_it_writes_an_amount_in_its_currencys_decimals(amount: str, currency: str, text: str) -> None:
    assert plain(Decimal(amount), currency) == text


def test_it_knows_currencies_of_other_exponents() -> None:
    assert (exponent("KGS"), exponent("JPY"), exponent("KWD")) == (2, 0, 3)


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [("15.0000", "KGS", "15.00"), ("0.1250", "KGS", "0.125"), ("100", "KGS", "100.00"), ("12.0000", "JPY", "12")],
)
def test_it_writes_a_rate_with_all_the_decimals_it_has(price: str, currency: str, text: str) -> None:
    assert plain_rate(Decimal(price), currency) == text
