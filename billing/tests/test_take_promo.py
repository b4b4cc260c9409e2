"""A promo code is counted when a charge takes it; its limits hold under any race."""

from functools import partial

import pytest
from django.db import transaction

from accounts.models import User
from billing import promos
from billing.models import PromoCode, PromoUse
from billing.tests.making import NOON, person, promo_code
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
State = PromoUse.State


def refused(**asked: object) -> str:
    with pytest.raises(Refusal) as caught:
        promos.take(at=NOON, **asked)  # type: ignore[arg-type]  # as given
    return caught.value.code


def test_it_counts_a_charge() -> None:
    made, driver = promo_code(), person()
    use = promos.take(promo=made, user=driver, subject="session:1", at=NOON)
    use.refresh_from_db()
    assert (use.code, use.user, use.subject) == (made, driver, "session:1")
    assert (use.state, use.amount, use.made_at, use.ended_at) == (State.TAKEN, None, NOON, None)


def test_it_refuses_once_it_is_used_up_in_all() -> None:
    made = promo_code(uses_in_all=2)
    for number in (1, 2):
        promos.take(promo=made, user=person(), subject=f"session:{number}", at=NOON)
    assert refused(promo=made, user=person(), subject="session:3") == "invalid_code"
    promos.give_back(subject="session:1", at=NOON)
    promos.take(promo=made, user=person(), subject="session:4", at=NOON)


def test_it_refuses_once_a_driver_has_used_it_up() -> None:
    made, driver = promo_code(uses_per_driver=1), person()
    promos.take(promo=made, user=driver, subject="session:1", at=NOON)
    assert refused(promo=made, user=driver, subject="session:2") == "invalid_code"
    promos.take(promo=made, user=person(), subject="session:3", at=NOON)


def test_it_counts_what_was_used_too() -> None:
    made = promo_code(uses_in_all=1)
    promos.take(promo=made, user=person(), subject="session:1", at=NOON)
    promos.use(subject="session:1", amount=made.value, at=NOON)
    assert refused(promo=made, user=person(), subject="session:2") == "invalid_code"


def test_it_counts_nothing_for_a_start_that_is_rolled_back() -> None:
    made = promo_code(uses_in_all=1)
    with transaction.atomic():
        promos.take(promo=made, user=person(), subject="session:1", at=NOON)
        transaction.set_rollback(True)
    promos.take(promo=made, user=person(), subject="session:2", at=NOON)


def test_it_is_counted_again_for_a_charge_that_began_after_all() -> None:
    made = promo_code(uses_in_all=1)
    promos.take(promo=made, user=person(), subject="session:1", at=NOON)
    promos.give_back(subject="session:1", at=NOON)
    assert promos.take_again(subject="session:1", at=NOON)
    assert PromoUse.objects.get().state == State.TAKEN


def test_it_is_not_counted_again_where_others_have_used_it_up() -> None:
    made = promo_code(uses_in_all=1)
    promos.take(promo=made, user=person(), subject="session:1", at=NOON)
    promos.give_back(subject="session:1", at=NOON)
    promos.take(promo=made, user=person(), subject="session:2", at=NOON)
    assert not promos.take_again(subject="session:1", at=NOON)
    assert dict(PromoUse.objects.values_list("subject", "state")) == {"session:1": "returned", "session:2": "taken"}


@pytest.mark.parametrize("was_taken", [False, True])
def test_it_has_nothing_to_count_again_otherwise(was_taken: bool) -> None:
    if was_taken:
        promos.take(promo=promo_code(uses_in_all=1), user=person(), subject="session:1", at=NOON)
    assert promos.take_again(subject="session:1", at=NOON)
    assert PromoUse.objects.count() == was_taken


@pytest.mark.django_db(transaction=True)
def test_it_gives_three_of_twenty_who_come_at_once() -> None:
    made = promo_code(uses_in_all=3)
    drivers = [person() for _ in range(20)]
    results = at_once(*[taking(made.pk, driver, number) for number, driver in enumerate(drivers)])
    assert results.count("invalid_code") == 17
    assert PromoUse.objects.filter(state=State.TAKEN).count() == 3


@pytest.mark.django_db(transaction=True)
def test_it_gives_a_driver_two_of_ten_who_come_at_once() -> None:
    made, driver, other = promo_code(uses_per_driver=2), person(), person()
    calls = [taking(made.pk, one, number) for number, one in enumerate([driver, other] * 10)]
    results = at_once(*calls)
    assert results.count("invalid_code") == 16
    assert [PromoUse.objects.filter(user=one).count() for one in (driver, other)] == [2, 2]


@pytest.mark.django_db(transaction=True)
def test_it_gives_the_last_one_to_a_late_start_or_a_new_one_and_never_to_both() -> None:
    made, driver = promo_code(uses_in_all=1), person()
    promos.take(promo=made, user=driver, subject="session:0", at=NOON)
    promos.give_back(subject="session:0", at=NOON)
    again = partial(promos.take_again, subject="session:0", at=NOON)
    at_once(again, *[taking(made.pk, person(), number) for number in range(1, 6)])
    assert PromoUse.objects.filter(state=State.TAKEN).count() == 1


def taking(key: int, driver: User, number: int) -> partial[PromoUse]:
    promo = PromoCode.objects.get(pk=key)
    return partial(promos.take, promo=promo, user=driver, subject=f"session:{number}", at=NOON)
