from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from rest_framework import exceptions
from rest_framework.exceptions import ParseError, ValidationError

from billing.api.amounts import AmountField, ExactJSONParser


def parse(text: bytes) -> Any:
    return ExactJSONParser().parse(BytesIO(text))


def test_it_keeps_fractions_as_they_were_written() -> None:
    said = parse(b'{"amount": 0.1000, "count": 7, "share": [1e3, -2.50], "name": "x"}')
    assert said == {"amount": "0.1000", "count": 7, "share": ["1e3", "-2.50"], "name": "x"}


@pytest.mark.parametrize("text", [b"", b"{", b"NaN", b"[Infinity]", b'{"a": -Infinity}', b"\xff", b"[" * 100_000])
def test_it_refuses_what_is_no_json(text: bytes) -> None:
    with pytest.raises(ParseError):
        parse(text)


@pytest.mark.parametrize(
    ("currency", "written", "amount"),
    [
        ("KGS", "99.5", "99.5"),
        ("KGS", 7, "7"),
        ("KGS", "7.000", "7"),
        ("JPY", "700", "700"),
        ("JPY", "700.0", "700"),
        ("KWD", "7.005", "7.005"),
    ],
)
def test_it_takes_an_amount_of_its_currency(currency: str, written: str | int, amount: str) -> None:
    field = AmountField(currency=currency, least=Decimal("0.001"), most=Decimal(1000))
    assert field.run_validation(written) == Decimal(amount)


@pytest.mark.parametrize(
    ("currency", "written", "sentence"),
    [
        ("KGS", "7.005", "KGS has 2 decimals."),
        ("JPY", "7.5", "JPY has 0 decimals."),
        ("KWD", "7.0005", "Write an amount in digits, like 500 or 99.50."),
        ("KGS", "0.99", "At least 1."),
        ("KGS", "1000.01", "At most 1000."),
        ("KGS", 7.5, "Write an amount in digits, like 500 or 99.50."),
        ("KGS", True, "Write an amount in digits, like 500 or 99.50."),
        ("KGS", "٥", "Write an amount in digits, like 500 or 99.50."),
    ],
)
def test_it_says_what_is_wrong_with_an_amount(currency: str, written: object, sentence: str) -> None:
    field = AmountField(currency=currency, least=Decimal(1), most=Decimal(1000))
    with pytest.raises(ValidationError) as refused:
        field.run_validation(written)
    assert refused.value.detail == [sentence]


def test_it_says_so_in_the_readers_language() -> None:
    field = AmountField(currency="KGS", least=Decimal(1), most=Decimal(1000))
    with translation.override("ru"), pytest.raises(exceptions.ValidationError) as refused:
        field.to_internal_value("2000")
    assert "Не больше 1000." in str(refused.value)
