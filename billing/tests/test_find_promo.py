"""A promo code by its word: when it holds, for whom, and in which currency."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing import promos
from billing.tariffs import find_terms
from billing.terms import Promo
from billing.tests.making import NOON, person, place, promo_code
from billing.tests.test_agreed_terms import plan
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("word", ["SPRING", "spring", " Spring "])
def test_it_finds_a_code_whatever_its_case(word: str) -> None:
    made = promo_code()
    assert promos.find(code=word, at=NOON) == made


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_from": NOON + HOUR},
        {"valid_from": NOON - HOUR, "valid_until": NOON},
        {"is_active": False},
        {"code": "OTHER"},
    ],
)
def test_it_refuses_what_does_not_hold(fields: dict[str, Any]) -> None:
    promo_code(**({"code": "SPRING"} | fields))
    with pytest.raises(Refusal, match="no such promo code") as refused:
        promos.find(code="SPRING", at=NOON)
    assert refused.value.code == "invalid_code"


@pytest.mark.parametrize("word", ["", "\x00", "' OR 1=1 --", "%", "x" * 500])
def test_it_refuses_odd_words(word: str) -> None:
    promo_code()
    with pytest.raises(Refusal):
        promos.find(code=word, at=NOON)


def test_it_refuses_a_driver_who_has_used_it_up() -> None:
    made, driver, other = promo_code(uses_per_driver=1), person(), person()
    promos.take(promo=made, user=driver, subject="session:1", at=NOON)
    assert promos.find_for(user=other, code="SPRING", at=NOON) == made
    with pytest.raises(Refusal, match="used up"):
        promos.find_for(user=driver, code="SPRING", at=NOON)


def test_it_goes_into_the_terms_as_it_is() -> None:
    made = promo_code(kind="fixed", value=Decimal(50), most=Decimal(40), least_price=Decimal(100))
    terms = find_terms(place=place(plan("any")), promo=made, at=NOON)
    assert terms is not None
    assert terms.promo == Promo("SPRING", "fixed", Decimal(50), Decimal(40), Decimal(100))


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"kind": "percent"}, True),
        ({"kind": "percent", "most": Decimal(5)}, False),
        ({"kind": "percent", "least_price": Decimal(5)}, False),
        ({"kind": "fixed"}, False),
        ({"kind": "fixed", "currency": "USD"}, True),
    ],
)
def test_it_takes_amounts_off_prices_of_their_currency_only(fields: dict[str, Any], fits: bool) -> None:
    made, dollars = promo_code(**fields), place(plan("dollars", "0.20", currency="USD"))
    if fits:
        terms = find_terms(place=dollars, promo=made, at=NOON)
        assert terms is not None
        assert terms.promo is not None
    else:
        with pytest.raises(Refusal, match="charges in another currency"):
            find_terms(place=dollars, promo=made, at=NOON)
