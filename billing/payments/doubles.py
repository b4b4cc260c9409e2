"""An invoice that its payer has paid more than once: the first payment is credited, the others wait for a person."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import structlog
from django.db import transaction

from billing import ledger
from billing.models import SecondPayment, TopUp
from drivepower.core.alerts import closed_by_people, open_alert, resolve_alert
from drivepower.core.money import exponent, plain
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence

PAID_TWICE = closed_by_people("paid_twice")
LONGEST_NAME = 80
LARGEST = Decimal(10**9)

log = structlog.stdlib.get_logger(__name__)


def report(
    *, provider: str, invoice: str, first: str, payments: Mapping[str, Decimal | None], at: datetime
) -> list[SecondPayment]:
    """Note further payments of a top-up's invoice, by the provider's names and amounts; answers those that are new.

    `first` is the one that is credited unless another was. No money moves here, and a person is told of each once.
    """
    top_up = TopUp.objects.filter(provider=provider, provider_invoice=invoice).select_related("wallet").first()
    if top_up is None:
        return []
    credited = top_up.provider_transaction or first
    new = [seen(top_up, name, amount, at) for name, amount in payments.items() if name != credited]
    found = [payment for payment in new if payment is not None]
    if found:
        log.error("paid more than once", top_up=str(top_up), provider=provider, times=len(payments))
        names = ", ".join(str(payment) for payment in found)
        text = sentence(
            "An invoice of %(amount)s %(currency)s was paid more than once;"
            " not credited and to be sent back: %(names)s.",
            amount=Decimal(plain(top_up.amount, top_up.wallet.currency)),
            currency=top_up.wallet.currency,
            names=names,
        )
        open_alert(kind=PAID_TWICE, subject=top_up.subject, text=text, at=at, anew=True)
    return found


def seen(top_up: TopUp, name: str, amount: Decimal | None, at: datetime) -> SecondPayment | None:
    """The payment as a new row; None where it has one."""
    currency = top_up.wallet.currency
    said = amount is not None and amount.is_finite() and 0 < amount < LARGEST
    payment, made = SecondPayment.objects.get_or_create(
        provider=top_up.provider,
        provider_transaction=(name or f"unnamed, of {top_up}")[:LONGEST_NAME],
        defaults={
            "top_up": top_up,
            "amount": round(amount, exponent(currency)) if said and amount else top_up.amount,
            "seen_at": at,
        },
    )
    return payment if made else None


def credit_second(*, payment: SecondPayment, amount: Decimal, by: str, at: datetime) -> SecondPayment:
    """Put a second payment into the wallet of its top-up, once, for `adjustments`, which knows who has to agree.

    Refuses already_decided, already_credited and invalid_parameters.
    """
    with transaction.atomic():
        found = undecided(payment)
        if TopUp.objects.filter(provider=found.provider, provider_transaction=found.provider_transaction).exists():
            raise Refusal("already_credited", "That payment was credited as the first one.")
        wallet, name = found.top_up.wallet, found.subject
        found.transfer = ledger.top_up(
            wallet=wallet, provider=found.provider, amount=amount, reference=name, made_by=by, at=at
        )
        found.amount = amount
        decide(found, SecondPayment.State.CREDITED, by=by, at=at)
    return found


def note_sent_back(*, payment: SecondPayment, by: str, at: datetime) -> SecondPayment:
    """Note that a second payment was sent back at the provider, by hand; refuses already_decided."""
    with transaction.atomic():
        found = undecided(payment)
        decide(found, SecondPayment.State.SENT_BACK, by=by, at=at)
    return found


def undecided(payment: SecondPayment) -> SecondPayment:
    """The payment, locked until the transaction ends; refuses already_decided."""
    rows = SecondPayment.objects.select_for_update(no_key=True, of=("self",)).select_related("top_up__wallet")
    found = rows.get(pk=payment.pk)
    if found.state != SecondPayment.State.OPEN:
        raise Refusal("already_decided", "Somebody has decided about that payment.")
    return found


def decide(payment: SecondPayment, state: SecondPayment.State, *, by: str, at: datetime) -> None:
    """Write what became of it; the last one of its top-up ends the alert."""
    payment.state, payment.decided_by, payment.decided_at = state, by, at
    payment.save(update_fields=["state", "decided_by", "decided_at", "amount", "transfer"])
    top_up = payment.top_up
    log.info("second payment decided", top_up=str(top_up), provider=payment.provider, state=state.value)
    if not top_up.second_payments.filter(state=SecondPayment.State.OPEN).exists():
        resolve_alert(kind=PAID_TWICE, subject=top_up.subject, at=at)
