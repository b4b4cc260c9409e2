"""What becomes of a code that a charge has taken: used for so much, or given back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing import promos
from billing.models import PromoUse
from billing.tests.making import NOON, person, promo_code

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def use() -> PromoUse:
    return promos.take(promo=promo_code(), user=person(), subject="session:1", at=NOON)


def told(use: PromoUse) -> tuple[str, Decimal | None, bool]:
    use.refresh_from_db()
    return use.state, use.amount, use.ended_at is not None


def test_it_keeps_what_it_took_off(use: PromoUse) -> None:
    assert promos.use(subject="session:1", amount=Decimal("38.25"), at=LATER)
    assert told(use) == ("used", Decimal("38.25"), True)
    assert use.ended_at == LATER


def test_it_follows_a_bill_that_is_put_right(use: PromoUse) -> None:
    promos.use(subject="session:1", amount=Decimal("38.25"), at=LATER)
    promos.use(subject="session:1", amount=Decimal("20.00"), at=LATER)
    assert told(use) == ("used", Decimal("20.00"), True)


def test_it_gives_back_what_took_nothing_off(use: PromoUse) -> None:
    assert promos.use(subject="session:1", amount=Decimal("0.00"), at=LATER)
    assert told(use) == ("returned", None, True)


def test_it_is_used_after_all_where_it_was_counted_again(use: PromoUse) -> None:
    promos.give_back(subject="session:1", at=LATER)
    assert promos.take_again(subject="session:1", at=LATER)
    promos.use(subject="session:1", amount=Decimal(10), at=LATER)
    assert told(use) == ("used", Decimal(10), True)


def test_it_does_not_use_what_was_given_back(use: PromoUse) -> None:
    """Nothing counts it: the code may be somebody else's by now."""
    promos.give_back(subject="session:1", at=LATER)
    assert not promos.use(subject="session:1", amount=Decimal(10), at=LATER)
    assert told(use) == ("returned", None, True)


def test_it_is_given_back_from_a_waiver(use: PromoUse) -> None:
    promos.use(subject="session:1", amount=Decimal(10), at=LATER)
    assert promos.give_back(subject="session:1", at=LATER)
    assert told(use) == ("returned", None, True)


def test_it_is_given_back_once(use: PromoUse) -> None:
    assert promos.give_back(subject="session:1", at=LATER)
    assert not promos.give_back(subject="session:1", at=LATER + timedelta(hours=1))
    use.refresh_from_db()
    assert use.ended_at == LATER


def test_it_changes_nothing_for_a_charge_without_a_code(use: PromoUse) -> None:
    assert not promos.use(subject="session:2", amount=Decimal(10), at=LATER)
    assert not promos.give_back(subject="session:2", at=LATER)
    assert told(use) == ("taken", None, False)
