"""A provider is turned off: nobody begins a top-up there, and what was begun is credited all the same."""

from decimal import Decimal

import pytest

from accounts.models import User
from billing.models import TopUp
from billing.payments.top_ups import check_top_up, start_top_up
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import ScriptedBank
from drivepower.core import switches
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def start(driver: User) -> TopUp:
    """A driver tops up."""
    return start_top_up(user=driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.QR, at=NOON)


def turn(*, is_on: bool, name: str = "sandbox") -> None:
    """Turn a provider."""
    switches.turn(name=switches.provider(name), is_on=is_on, by="staff:x", at=NOON)


def test_nobody_begins_a_top_up_there(driver: User, bank: ScriptedBank) -> None:
    turn(is_on=False)
    with pytest.raises(Refusal) as refused:
        start(driver)
    assert (refused.value.code, refused.value.details) == ("payment_provider_error", {"provider": "sandbox"})
    assert not TopUp.objects.exists()
    assert bank.heard == []
    turn(is_on=True)
    assert start(driver).state == TopUp.State.PROCESSING


def test_another_provider_is_as_ever(driver: User, bank: ScriptedBank) -> None:
    turn(is_on=False, name="stripe")
    assert start(driver).state == TopUp.State.PROCESSING


def test_what_was_begun_is_credited(top_up: TopUp, bank: ScriptedBank) -> None:
    turn(is_on=False)
    bank.says("paid", "500.00", transaction="T-77")
    assert check_top_up(top_up_id=top_up.pk, at=NOON) == TopUp.State.APPROVED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


def test_a_refused_top_up_leaves_the_open_one(top_up: TopUp, bank: ScriptedBank) -> None:
    turn(is_on=False)
    owner = top_up.wallet.user
    assert owner is not None
    with pytest.raises(Refusal):
        start(owner)
    top_up.refresh_from_db()
    assert top_up.state == TopUp.State.PROCESSING
