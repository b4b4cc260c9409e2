"""Fleets and hosts: invoices, statements, shares and payouts beside the receipts and transfers behind them."""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db.models import F

from billing.closing.spans import Span, of_month
from billing.invoices.settling import RULE
from billing.invoices.states import State, state_of
from billing.models import Debt, HostStatement, Invoice, InvoicePayment, Payout, Receipt, Statement, Transfer, Wallet
from charging.models import Session
from drivepower.core.money import exponent
from drivepower.tests.month import counting
from drivepower.tests.month.days import APRIL, MARCH, MAY, clock
from drivepower.tests.month.play import Played

MONTHS = pytest.mark.parametrize("first", [MARCH, APRIL], ids=["march", "april"])
NAMES = ("net", "tax", "gross")
ZERO = Decimal(0)
# What a transfer into or out of a wallet is on a statement of its company.
PAID = {"top_up"}


def sums(receipts: list[Receipt]) -> list[Decimal]:
    return [sum((getattr(one, name) for one in receipts), ZERO) for name in NAMES]


def receipts_of(wallet: Wallet, span: Span) -> list[Receipt]:
    return [one for one in counting.receipts(span.since, span.until) if one.wallet_id == wallet.pk]


@MONTHS
def test_invoices_are_the_receipts_of_their_month(month: Played, first: date) -> None:
    invoices = list(Invoice.objects.filter(month=first).select_related("wallet"))
    assert {one.currency for one in invoices} == {"KGS", "KWD"}
    for invoice in invoices:
        mine = receipts_of(invoice.wallet, of_month(first))
        assert [getattr(invoice, name) for name in NAMES] == sums(mine)
        assert [line["number"] for line in invoice.lines] == [one.full_number for one in mine]
        taxes = [Decimal(tax["tax"]) for line in invoice.lines for tax in line["taxes"]]
        assert sum(taxes, ZERO) == invoice.tax


def test_everything_that_fleets_charged_later_was_invoiced(month: Played) -> None:
    later = month.estate.fleets[:2]
    mine = Receipt.objects.filter(wallet__company__in=later, made_at__lt=clock(MAY))
    for currency in ("KGS", "KWD"):
        invoices = Invoice.objects.filter(currency=currency, wallet__company__in=later)
        invoiced = sum(invoices.values_list("gross", flat=True), ZERO)
        assert invoiced == sums(list(mine.filter(currency=currency)))[2] != 0


@MONTHS
def test_statements_lead_from_one_balance_to_the_next(month: Played, first: date) -> None:
    span, found = of_month(first), counting.entries()
    for statement in Statement.objects.filter(month=first):
        key = statement.wallet_id
        before = Statement.objects.filter(wallet=key, month__lt=first).first()
        assert statement.opening == (before.closing if before else ZERO)
        money = counting.by_wallet(one for one in found if one.made_at < span.until).get(key, ZERO)
        assert statement.closing == money - statement.owed
        inside = [one for one in found if span.since <= one.made_at < span.until]
        paid = sum((one.amount for one in inside if one.target_wallet == key and one.kind in PAID), ZERO)
        charged = sum((one.amount for one in inside if one.source_wallet == key and one.kind == "capture"), ZERO)
        debts = Debt.objects.filter(wallet=key, made_at__gte=span.since, made_at__lt=span.until)
        charged += sum(debts.values_list("amount", flat=True), ZERO)
        assert (statement.paid, statement.charged) == (paid, charged)
        change = statement.paid + statement.refunded + statement.other - statement.charged
        assert statement.closing - statement.opening == change


def test_payments_of_invoices_are_money_that_came_by_bank(month: Played) -> None:
    today, states = date(2026, 5, 1), set()
    for invoice in Invoice.objects.all():
        payments = list(InvoicePayment.objects.filter(invoice=invoice).select_related("transfer__source"))
        assert invoice.paid == sum((one.amount for one in payments), ZERO)
        moved = [one.transfer for one in payments if one.transfer]
        assert {one.source.system for one in moved} <= {"clearing:bank"}
        assert {one.target_id for one in moved} <= {invoice.wallet_id}
        states.add(state_of(invoice, today))
    assert states >= {State.PAID, State.OVERDUE, State.OPEN}
    # Two by hand, in three parts; what they owed no more was set against others by the rule.
    assert InvoicePayment.objects.exclude(made_by=RULE).count() == 3
    assert Invoice.objects.filter(paid__gt=F("gross")).count() == 0
    for transfer in Transfer.objects.filter(invoices_paid__isnull=False).distinct():
        assert sum((one.amount for one in transfer.invoices_paid.all()), ZERO) <= transfer.amount


def of_place(place: str, currency: str, span: Span) -> list[Receipt]:
    """The receipts of the charges at a place, those of service cards and in other currencies left out."""
    there = Session.objects.filter(station__location__code=place).exclude(id_tag__kind="service")
    subjects = {one.subject for one in there}
    return [
        one for one in counting.receipts(span.since, span.until) if one.subject in subjects and one.currency == currency
    ]


@MONTHS
def test_statements_of_hosts_are_the_receipts_of_their_place(month: Played, first: date) -> None:
    statements = HostStatement.objects.filter(month=first).select_related("agreement")
    assert {one.place for one in statements} == {"MALL", "HOTEL", "GULF"}
    for one in statements:
        mine = of_place(one.place, one.currency, of_month(first))
        assert [getattr(one, name) for name in NAMES] == sums(mine)
        keys = {receipt.pk for receipt in mine}
        by_kwh = [line for line in counting.lines() if line.dimension == "per_kwh"]
        energy = [line.quantity for line in by_kwh if line.receipt_id in keys]
        assert one.energy_wh == sum(energy)
        assert one.sessions == len([receipt for receipt in mine if receipt.kind == "sale"])
        due = one.net * one.agreement.share_percent / 100 + one.agreement.per_kwh * one.energy_wh / 1000
        step = Decimal(1).scaleb(-exponent(one.currency))
        assert one.brought + due.quantize(step, ROUND_HALF_UP) == one.share + one.carried


def test_shares_are_what_was_stated(month: Played) -> None:
    stated: dict[str, Decimal] = defaultdict(Decimal)
    for one in HostStatement.objects.all():
        stated[one.currency] += one.share
    for currency, share in stated.items():
        assert -counting.came_to(counting.entries(), "shares", currency) == share > 0


def test_hosts_have_what_they_were_not_paid(month: Played) -> None:
    wallets = Wallet.objects.filter(company__in=[host.pk for host in month.estate.hosts.values()])
    assert {wallet.company_id for wallet in wallets} == {host.pk for host in month.estate.hosts.values()}
    for wallet in wallets:
        stated = HostStatement.objects.filter(company=wallet.company_id, currency=wallet.currency)
        shares = sum(stated.values_list("share", flat=True), ZERO)
        paid = sum(Payout.objects.filter(wallet=wallet, state="paid").values_list("amount", flat=True), ZERO)
        assert wallet.balance == shares - paid
    assert Payout.objects.filter(wallet__company__isnull=False, state="returned").count() == 1


def test_payouts_are_money_that_left_by_bank(month: Played) -> None:
    for currency in ("KGS", "KWD"):
        paid = Payout.objects.filter(state="paid", wallet__currency=currency).values_list("amount", flat=True)
        moved = counting.came_to(counting.entries(), "clearing:bank", currency, kind="payout")
        assert moved == sum(paid, ZERO) > 0
    assert Transfer.objects.filter(kind="payout", reverses__isnull=False).count() == 2
