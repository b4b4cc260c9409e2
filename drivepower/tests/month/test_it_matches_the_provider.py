"""The provider: what it told is what we have booked, and what it holds is explained to the last unit."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.admin.columns import written
from billing.models import PaymentRefund, ProviderRegister, RegisterLine, SecondPayment, TopUp
from billing.registers import clearing_of
from drivepower.tests.month import counting
from drivepower.tests.month.exports import fetch
from drivepower.tests.month.play import Played

CURRENCIES = pytest.mark.parametrize("currency", ["KGS", "KWD"])
ZERO = Decimal(0)


@CURRENCIES
def test_nothing_at_the_provider_is_unexplained(month: Played, currency: str) -> None:
    found = clearing_of(provider="sandbox", currency=currency)
    assert found.held == -counting.came_to(counting.entries(), "clearing:sandbox", currency)
    assert (found.rest, found.unbooked, found.unnamed_count) == (ZERO, ZERO, 0)


@CURRENCIES
def test_registers_tell_of_every_payment_and_of_each_once(month: Played, currency: str) -> None:
    lines = RegisterLine.objects.filter(register__currency=currency, kind="payment", difference="")
    top_ups = TopUp.objects.filter(provider="sandbox", wallet__currency=currency, transfer__isnull=False)
    seconds = SecondPayment.objects.filter(state="credited", top_up__wallet__currency=currency)
    ours = [one.paid_amount or ZERO for one in top_ups] + [one.amount for one in seconds]
    assert sorted(lines.values_list("amount", flat=True)) == sorted(ours)
    moved = counting.came_to(counting.entries(), "clearing:sandbox", currency, kind="top_up")
    home = PaymentRefund.objects.filter(state="refused", top_up__wallet__currency=currency)
    assert -moved == sum(ours, ZERO) + sum(home.values_list("amount", flat=True), ZERO)


def test_what_went_back_is_told_too(month: Played) -> None:
    lines = RegisterLine.objects.filter(kind__in=["refund", "chargeback"], difference="")
    assert sum((one.amount for one in lines), ZERO) == sum(
        TopUp.objects.filter(wallet__currency="KGS").values_list("reversed_amount", flat=True), ZERO
    )
    assert {one.kind for one in lines} == {"refund", "chargeback"}


@CURRENCIES
def test_commissions_and_payments_to_the_bank_are_booked(month: Played, currency: str) -> None:
    found = counting.entries()
    registers = ProviderRegister.objects.filter(currency=currency)
    kept = sum((one.commission for one in registers), ZERO)
    came = sum((one.remitted for one in registers), ZERO)
    assert -counting.came_to(found, "commissions", currency) == kept > 0
    assert -counting.came_to(found, "clearing:bank", currency, kind="remittance") == came > 0
    assert {one.booked_at is not None for one in registers} == {True}


def test_what_differed_was_said_something_about(month: Played) -> None:
    differ = RegisterLine.objects.exclude(difference="")
    assert {one.difference for one in differ} == {"unknown"}
    assert {bool(one.note and one.noted_by) for one in differ} == {True}


@CURRENCIES
def test_the_page_of_a_register_shows_no_rest(month: Played, desk: Client, currency: str) -> None:
    register = ProviderRegister.objects.filter(currency=currency).latest("pk")
    page = fetch(desk, reverse("admin:billing_providerregister_change", args=[register.pk])).decode()
    assert written(clearing_of(provider="sandbox", currency=currency).held, currency) in page
    assert written(ZERO, currency) in page
