"""Nobody is the second person of what they asked for, under whatever name, nor of what is about their own wallet."""

from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from billing import adjustments, goodwill, ledger, opening, payouts, second_person
from billing.models import Adjustment, Debt, Goodwill, Transfer, Wallet
from billing.tests.making import NOON, figures, wallet_with
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
OTHER, THIRD = "staff:2", "staff:3"
WHY: dict[str, Any] = {"reason": "r", "at": NOON}


def charge(wallet: Wallet, subject: str, amount: int = 900) -> str:
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=Decimal(amount), tax=Decimal(0), at=NOON)
    return subject


def code_of(call: Any, *args: Any, **said: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args, **said)
    return refused.value.code


@pytest.fixture
def person() -> User:
    """One of the staff, who charges a car as well."""
    return User.objects.create_user(email="both@example.com", role=User.Role.STAFF)


@pytest.fixture
def own(person: User) -> Wallet:
    """Theirs, with 1,400.00."""
    return wallet_with("1400", user=person)


def staff(person: User) -> str:
    return f"staff:{person.public_id}"


def in_app(person: User) -> str:
    return f"driver:{person.public_id}"


def test_a_person_is_the_same_by_every_name() -> None:
    assert second_person.person_of("staff:1") == second_person.person_of("driver:1")
    assert second_person.person_of("rule:1") != second_person.person_of("driver:1")
    assert second_person.names_of("driver:1") == ["staff:1", "driver:1"]
    assert second_person.names_of("rule:x") == ["rule:x"]


def test_who_asked_in_the_app_decides_nothing_at_the_desk(person: User, own: Wallet) -> None:
    asked = payouts.ask_payout(wallet=own, amount=Decimal(1400), destination="my own", asked_by=in_app(person), **WHY)
    for verb in (payouts.approve, payouts.refuse):
        assert code_of(verb, payout=asked, decided_by=staff(person), at=NOON) == "access_denied"
    assert figures(own)[0] == "1400.00"
    payouts.approve(payout=asked, decided_by=OTHER, at=NOON)
    assert code_of(payouts.mark_paid, payout=asked, bank_reference="P", paid_by=staff(person), at=NOON) == (
        "access_denied"
    )


@pytest.mark.parametrize("amount", ["1", "5000", "-1"])
def test_nobody_adjusts_their_own_wallet(person: User, own: Wallet, amount: str) -> None:
    ask = partial(adjustments.ask_adjustment, wallet=own, amount=Decimal(amount), **WHY)
    assert code_of(ask, asked_by=staff(person)) == "access_denied"
    assert not Adjustment.objects.exists()


def test_nobody_decides_about_their_own_wallet(person: User, own: Wallet) -> None:
    asked = adjustments.ask_adjustment(wallet=own, amount=Decimal(5000), asked_by=OTHER, **WHY)
    for verb in (adjustments.approve, adjustments.refuse):
        assert code_of(verb, adjustment=asked, decided_by=staff(person), at=NOON) == "access_denied"
    assert adjustments.approve(adjustment=asked, decided_by=THIRD, at=NOON).state == "booked"


def test_nobody_gives_themselves_anything_back(person: User, own: Wallet) -> None:
    subject = charge(own, "session:1")
    paid = Transfer.objects.get(kind="capture")
    refund = partial(adjustments.ask_refund, transfer=paid, amount=Decimal(5), **WHY)
    assert code_of(refund, asked_by=staff(person)) == "access_denied"
    give = partial(goodwill.ask_goodwill, subjects=[charge(wallet_with("900"), "session:2"), subject], **WHY)
    assert code_of(give, percent=Decimal(10), by=staff(person)) == "access_denied"
    asked = give(percent=Decimal(100), by=OTHER)
    for verb in (goodwill.approve, goodwill.refuse):
        assert code_of(verb, goodwill=asked, decided_by=staff(person), at=NOON) == "access_denied"
    assert figures(own)[0] == "500.00"


def test_nobody_forgives_their_own_debt(person: User) -> None:
    charge(wallet_with("0", user=person), "session:1")
    forgive = partial(adjustments.ask_to_forgive, debt=Debt.objects.get(), amount=Decimal(5), **WHY)
    assert code_of(forgive, asked_by=staff(person)) == "access_denied"


def test_nobody_pays_themselves_out_by_hand(person: User, own: Wallet) -> None:
    ask = partial(payouts.ask_payout, wallet=own, amount=Decimal(5), destination="d", **WHY)
    assert code_of(ask, asked_by=staff(person)) == "access_denied"
    assert ask(asked_by=in_app(person)).state == "asked"


def test_nobody_books_a_balance_of_their_own(person: User) -> None:
    driver = User.objects.create_user(email="aida@example.com", role=User.Role.DRIVER)
    asked = opening.ask(
        content=b"owner,amount\naida@example.com,10",
        currency="KGS",
        control_total=Decimal(10),
        file_name="past.csv",
        asked_by=staff(person),
        at=NOON,
    )
    for by in (in_app(person), staff(driver)):
        assert code_of(opening.approve, opening=asked, decided_by=by, at=NOON) == "access_denied"
    opening.approve(opening=asked, decided_by=OTHER, at=NOON)


def test_who_entered_a_payment_does_not_take_it_back(own: Wallet) -> None:
    asked = payouts.ask_payout(wallet=own, amount=Decimal(100), destination="d", asked_by="staff:1", **WHY)
    payouts.approve(payout=asked, decided_by=OTHER, at=NOON)
    back = partial(payouts.mark_returned, payout=asked, **WHY)
    assert code_of(back, returned_by=OTHER) == "access_denied"
    payouts.mark_paid(payout=asked, bank_reference="P-1", paid_by=THIRD, at=NOON)
    assert code_of(back, returned_by=THIRD) == "access_denied"
    assert (back(returned_by=OTHER).state, figures(own)[0]) == ("returned", "1400.00")


def test_adjustments_and_goodwill_are_one_sum() -> None:
    adjustments.ask_adjustment(wallet=wallet_with("0"), amount=Decimal(600), asked_by="staff:1", **WHY)
    subjects = [charge(wallet_with("900"), f"session:{number}") for number in range(2)]
    give = partial(goodwill.ask_goodwill, each=Decimal(399), **WHY)
    assert (give(subjects=subjects[:1], by="staff:1").state, give(subjects=subjects[1:], by="staff:1").state) == (
        "booked",
        "asked",
    )
    adjust = partial(adjustments.ask_adjustment, wallet=wallet_with("0"), amount=Decimal(1), **WHY)
    assert (adjust(asked_by="staff:1").state, adjust(asked_by=OTHER).state) == ("asked", "booked")


def test_one_key_gives_the_same_charges_for_the_same_reason() -> None:
    one, two = (charge(wallet_with("900"), f"session:{number}") for number in range(2))
    key = uuid4()
    give = partial(goodwill.ask_goodwill, percent=Decimal(50), by="staff:1", at=NOON, key=key)
    first = give(subjects=[one, "session:never"], reason="r")
    assert give(subjects=[one, "session:never"], reason=" r ") == first
    for subjects, reason in (([two], "r"), ([one, two], "r"), ([], "r"), ([one], "another")):
        assert code_of(give, subjects=subjects, reason=reason) == "invalid_parameters"
    assert code_of(give, subjects=[one], reason="r", by=OTHER) == "invalid_parameters"
    assert Goodwill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_one_person_moves_at_once_is_one_sum() -> None:
    subjects = [charge(wallet_with("900"), f"session:{number}") for number in range(4)]
    wallets = [wallet_with("0") for _ in range(4)]
    give = [
        partial(goodwill.ask_goodwill, subjects=[subject], each=Decimal(700), by="staff:1", **WHY)
        for subject in subjects
    ]
    adjust = [
        partial(adjustments.ask_adjustment, wallet=wallet, amount=Decimal(700), asked_by="driver:1", **WHY)
        for wallet in wallets
    ]
    states = [asked.state for asked in at_once(*give, *adjust)]
    assert sorted(states) == ["asked"] * 7 + ["booked"]
    assert sum(figure.balance for figure in Wallet.objects.filter(system="")) == 700


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_is_answered_once() -> None:
    subject, key = charge(wallet_with("900"), "session:1"), uuid4()
    give = partial(goodwill.ask_goodwill, subjects=[subject], percent=Decimal(50), by="staff:1", key=key, **WHY)
    answers = at_once(give, give, give, give)
    assert {answer.public_id for answer in answers} == {key}
    assert [transfer.amount for transfer in Transfer.objects.filter(kind="refund")] == [450]


@pytest.mark.django_db(transaction=True)
def test_one_key_of_two_people_at_once_is_of_one() -> None:
    subject, key = charge(wallet_with("900"), "session:1"), uuid4()
    give = partial(goodwill.ask_goodwill, subjects=[subject], percent=Decimal(50), key=key, **WHY)
    answers = at_once(partial(give, by="staff:1"), partial(give, by=OTHER))
    assert [answer for answer in answers if isinstance(answer, str)] == ["invalid_parameters"]
    assert Goodwill.objects.count() == 1
