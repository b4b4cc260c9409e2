"""Stripe's refunds that are not paid out at once, or fail long after: the driver's money comes home."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import Settings

from accounts.models import User
from billing import ledger
from billing.models import PaymentRefund, ProviderEvent, TopUp
from billing.payments.protocol import ProviderRefuses, ProviderTrouble
from billing.payments.refunds import REFUND_REFUSED, REFUND_WAITS, sweep
from billing.payments.stripe_pages import Stripe
from billing.payments.top_ups import PAYMENT_ODD, check_top_up, start_top_up, watch_credited
from billing.tests.local_stripe import LocalStripe, open_stripe
from billing.tests.making import NOON, figures
from billing.tests.sending import send_back
from drivepower.core.models import Alert

pytestmark = pytest.mark.django_db

State = PaymentRefund.State
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def books(settings: Settings) -> Iterator[LocalStripe]:
    """A Stripe on this machine."""
    with open_stripe(settings) as books:
        yield books


@pytest.fixture
def by_card(books: LocalStripe, driver: User) -> TopUp:
    """500.00 KGS, paid by card at noon."""
    made = start_top_up(user=driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.CARD, at=NOON)
    books.pay(made.provider_invoice)
    check_top_up(top_up_id=made.pk, at=NOON)
    made.refresh_from_db()
    return made


def send(top_up: TopUp, amount: str = "500") -> PaymentRefund:
    return send_back(top_up=top_up, amount=Decimal(amount), reason="asked for", made_by="staff:1", at=NOON + MINUTE)


@pytest.mark.parametrize("word", ["pending", "requires_action"])
def test_it_is_done_only_when_it_is_paid_out(by_card: TopUp, books: LocalStripe, word: str) -> None:
    books.refunds_become = word
    refund = send(by_card)
    assert (refund.state, refund.provider_refund) == (State.PENDING, books.refunds[0]["id"])
    asked = len(books.heard)
    assert sweep(at=NOON + 30 * MINUTE) == {}
    assert len(books.heard) == asked  # not asked about in every round
    assert sweep(at=NOON + 62 * MINUTE) == {"pending": 1}
    assert not Alert.objects.filter(kind=REFUND_WAITS).exists()
    sweep(at=NOON + 8 * DAY)
    assert Alert.objects.open().filter(kind=REFUND_WAITS).exists()
    books.refunds[0]["status"] = "succeeded"
    assert sweep(at=NOON + 9 * DAY) == {"done": 1}
    assert not Alert.objects.open().filter(kind=REFUND_WAITS).exists()
    assert len(books.refunds) == 1


@pytest.mark.parametrize("word", ["failed", "canceled"])
def test_what_fails_on_its_way_comes_back(by_card: TopUp, books: LocalStripe, word: str) -> None:
    books.refunds_become = "pending"
    refund = send(by_card, "200")
    books.fail_refund(by_card.provider_invoice, word)
    assert sweep(at=NOON + 2 * DAY) == {"refused": 1}
    assert figures(by_card.wallet) == ("500.00", "0.00", "0.00")
    assert Alert.objects.open().get(kind=REFUND_REFUSED).subject == refund.subject


@pytest.mark.parametrize("amount", ["200", "500"])
def test_what_fails_after_it_was_done_comes_back(by_card: TopUp, books: LocalStripe, amount: str) -> None:
    refund = send(by_card, amount)
    assert refund.state == State.DONE
    watch_credited(at=NOON + 2 * DAY)
    assert sweep(at=NOON + 2 * DAY) == {}
    books.fail_refund(by_card.provider_invoice)
    watch_credited(at=NOON + 4 * DAY)
    assert sweep(at=NOON + 4 * DAY) == {"refused": 1}
    assert figures(by_card.wallet) == ("500.00", "0.00", "0.00")
    by_card.refresh_from_db()
    assert (by_card.state, by_card.reversed_amount) == (TopUp.State.APPROVED, 0)
    assert Alert.objects.open().filter(kind=REFUND_REFUSED).exists()
    assert ledger.check_books() == []


def test_all_of_it_can_be_sent_back_after_a_refusal(by_card: TopUp, books: LocalStripe) -> None:
    books.refunds_become = "pending"
    send(by_card, "200")
    books.fail_refund(by_card.provider_invoice)
    sweep(at=NOON + 2 * DAY)
    books.refunds_become = "succeeded"
    refund = send(by_card, "500")
    assert (refund.state, figures(by_card.wallet)) == (State.DONE, ("0.00", "0.00", "0.00"))
    by_card.refresh_from_db()
    assert (by_card.state, by_card.reversed_amount) == (TopUp.State.REVERSED, 500)
    assert ledger.check_books() == []


def test_only_a_no_to_the_refund_itself_is_one(by_card: TopUp, books: LocalStripe) -> None:
    stripe, page = Stripe(), by_card.provider_invoice
    hidden = books.sessions.pop(page)
    with pytest.raises(ProviderTrouble):
        stripe.refund(invoice=page, amount=Decimal(5), currency="KGS", key="k")
    books.sessions[page] = hidden
    with pytest.raises(ProviderRefuses):
        stripe.refund(invoice=page, amount=Decimal(501), currency="KGS", key="k")


def test_a_dispute_in_another_currency_is_for_a_person(by_card: TopUp, books: LocalStripe) -> None:
    books.dispute(by_card.provider_invoice, 4_000, "lost", "usd")
    check_top_up(top_up_id=by_card.pk, at=NOON + DAY)
    assert figures(by_card.wallet) == ("500.00", "0.00", "0.00")
    alert = Alert.objects.open().get(kind=PAYMENT_ODD)
    assert "4000 usd" in alert.text
    Alert.objects.update(resolved_at=NOON + DAY)
    check_top_up(top_up_id=by_card.pk, at=NOON + 2 * DAY)
    assert not Alert.objects.open().exists()  # a person has closed it


def test_it_is_watched_for_as_long_as_cards_can_be_disputed(by_card: TopUp, books: LocalStripe) -> None:
    heard = []
    for day in (110, 121, 150, 539, 541):
        asked = len(books.heard)
        watch_credited(at=NOON + day * DAY)
        heard += [day] if len(books.heard) > asked else []
    assert heard == [110, 150, 539]


def test_what_is_kept_names_nobody(by_card: TopUp, books: LocalStripe) -> None:
    page = books.sessions[by_card.provider_invoice]
    page |= {"customer_details": {"email": "aida@example.com"}, "client_secret": "cs_secret_1"}
    books.charge_of(by_card.provider_invoice).update(billing_details={"name": "Aida"}, amount_refunded=100)
    check_top_up(top_up_id=by_card.pk, at=NOON + DAY)
    kept = ProviderEvent.objects.latest("id").body
    assert [word for word in ("aida@", "Aida", "cs_secret_1") if word in kept] == []
    assert '"amount_refunded": 100' in kept
