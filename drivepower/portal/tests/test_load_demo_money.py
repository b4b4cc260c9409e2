"""What the demo shows of money: clients with prices of their own, people's decisions, debts and credit."""

from datetime import datetime
from decimal import Decimal

import pytest

from accounts.models import Company, User
from billing import pricing, promos, tariffs
from billing.models import Adjustment, Debt, Hold, PromoUse, Receipt, TopUp, Transfer, Wallet
from billing.models.tariffs import Dimension
from billing.payments.bank.models import SandboxInvoice
from charging import review
from charging.models import Decision, Session
from drivepower.portal.demo import deals, desk, funds, load, people
from stations import prices
from stations.models import Station

pytestmark = pytest.mark.django_db


def test_it_sells_cheaper_to_the_fleet(demo: datetime) -> None:
    fleet = Company.objects.get(name=people.FLEET)
    sessions = Session.objects.filter(company=fleet, price_terms__isnull=False).select_related("price_terms")

    discounts = {tariffs.thaw_terms(one.price_terms).discount_percent for one in sessions if one.price_terms}
    assert sessions.filter(started_at__lt=demo - load.PLAYED).exists()
    assert sessions.filter(started_at__gte=demo - load.PLAYED).exists()
    assert discounts == {Decimal(8)}


def test_it_has_a_station_with_a_price_of_its_own(demo: datetime) -> None:
    connector = Station.objects.get(code=deals.OWN_PRICE_AT).connectors.all()[0]

    terms = prices.terms_for(connector=connector, at=demo)

    assert terms is not None
    assert terms.level == tariffs.OWN
    assert pricing.rates_at(terms, demo) == {"per_kwh": deals.OWN_PRICE}
    assert Session.objects.filter(connector__station=connector.station, state=Session.State.SETTLED).exists()


def test_it_has_a_promo_code_that_some_have_used(demo: datetime) -> None:
    uses = PromoUse.objects.filter(code=promos.find(code="welcome", at=demo))

    assert uses
    for use in uses:
        receipt = Receipt.objects.get(subject=use.subject, kind=Receipt.Kind.SALE)
        assert use.state == PromoUse.State.USED
        assert use.amount is not None
        assert 0 < use.amount <= 100
        assert -receipt.lines.get(dimension=pricing.PROMO).gross == use.amount


def test_it_has_cars_that_were_kept_standing(demo: datetime) -> None:
    fees = Receipt.objects.filter(lines__dimension=Dimension.PARKING_FEE, lines__gross__gt=0)

    assert fees.exists()


def test_it_has_sessions_that_wait_for_a_person(demo: datetime) -> None:
    waiting = Session.objects.filter(state=Session.State.REVIEW)

    found = [frozenset(session.findings) & review.SUSPECT for session in waiting]
    assert set(found) == {
        frozenset({review.TOO_LARGE, review.IMPOSSIBLE}),
        frozenset({review.UNAUTHORIZED, review.NO_PAYER}),
        frozenset({review.INFERRED}),
    }
    for session in waiting.exclude(company=None):
        assert Hold.objects.get(subject=session.subject).state == Hold.State.ACTIVE
    assert waiting.exclude(company=None).count() == 2


def test_it_has_a_bill_that_a_person_put_right(demo: datetime) -> None:
    decision = Decision.objects.get()

    support = User.objects.get(email="support@drivepower.example")
    assert (decision.verb, decision.decided_by) == (Decision.Verb.CORRECT, f"staff:{support.public_id}")
    assert decision.reason
    assert decision.before["energy_wh"] > 600_000 > 100_000 > decision.after["energy_wh"]
    assert decision.session.state == Session.State.SETTLED


def test_it_has_a_refund_and_a_gift_that_waits(demo: datetime) -> None:
    refund = Adjustment.objects.get(kind=Adjustment.Kind.REFUND)
    gift = Adjustment.objects.get(kind=Adjustment.Kind.ADJUSTMENT)

    assert (refund.state, refund.amount, refund.needs_approval) == (Adjustment.State.BOOKED, desk.REFUND, True)
    assert (refund.asked_by, refund.decided_by) == (said("support"), said("finance"))
    assert refund.refunds is not None
    assert refund.amount < refund.refunds.amount
    assert Receipt.objects.filter(subject=refund.refunds.subject).count() == 2
    assert (gift.state, gift.needs_approval) == (Adjustment.State.ASKED, True)


def said(role: str) -> str:
    """One of the demo's staff, as rows keep them."""
    return f"staff:{User.objects.get(email=f'{role}@drivepower.example').public_id}"


def test_it_has_a_driver_who_owes_after_paying_by_card(demo: datetime) -> None:
    debt = Debt.objects.get()
    [top_up] = debt.wallet.top_ups.all()

    assert debt.wallet.user is not None
    assert debt.wallet.user.email == people.DRIVERS[people.DEBTOR][0]
    assert debt.wallet.owed == debt.amount > debt.paid == debt.wallet.balance == 0
    assert (top_up.method, top_up.state) == (TopUp.Method.CARD, TopUp.State.APPROVED)


def test_it_has_a_bank_that_knows_every_payment(demo: datetime) -> None:
    """The bank is asked once a day whether a payment went back."""
    invoices = {str(invoice): invoice for invoice in SandboxInvoice.objects.all()}

    paid = TopUp.objects.all()
    assert len(invoices) == len(paid)
    for top_up in paid:
        invoice = invoices[top_up.provider_invoice]
        assert invoice.order == str(top_up)
        assert (invoice.amount, invoice.transaction) == (top_up.paid_amount, top_up.provider_transaction)


def test_it_lets_the_fleet_charge_on_credit(demo: datetime) -> None:
    wallet = Wallet.objects.get(company__name=people.FLEET)

    assert wallet.credit_limit == funds.FLEET_CREDIT
    assert Transfer.objects.filter(source=wallet, kind=Transfer.Kind.CAPTURE).exists()
    assert wallet.balance <= 0 == wallet.owed  # 0 on the first of a month: it has just paid all of the last one
