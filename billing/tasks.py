"""What Celery does for money; each task may run twice and in parallel."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import structlog
from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from billing import fiscal
from billing.closing import close_days
from billing.invoices import make_invoices, watch_invoices
from billing.ledger import check_books, checkpoint, last_checkpoint
from billing.payments import refunds, top_ups
from billing.payments.protocol import ProviderTrouble
from billing.payments.rounds import alone
from billing.statements.making import last_month, make_statements
from drivepower.core.alerts import open_alerts, resolve
from drivepower.core.models import Alert
from drivepower.core.money import plain
from drivepower.core.sentences import joined, sentence
from drivepower.core.sweeps import swept

BOOKS_DIFFER = "books_differ"

log = structlog.stdlib.get_logger(__name__)


@shared_task(name="billing.check_top_up")
def check_top_up(top_up_id: int) -> None:
    """Ask the provider about one top-up that a callback named; what goes wrong is left to the sweep."""
    with suppress(ProviderTrouble):  # told where it happened
        top_ups.check_on_hint(top_up_id=top_up_id, at=timezone.now())


@shared_task(name="billing.sweep_top_ups")
def sweep_top_ups() -> None:
    """Ask about all top-ups that may have been paid."""
    ask_providers("billing.sweep_top_ups", top_ups.sweep_top_ups)


@shared_task(name="billing.watch_top_ups")
def watch_top_ups() -> None:
    """Ask whether payments that were credited have gone back."""
    ask_providers("billing.watch_top_ups", top_ups.watch_credited)


@shared_task(name="billing.sweep_refunds")
def sweep_refunds() -> None:
    """Ask again for refunds that a provider has not answered, or not paid out."""
    ask_providers("billing.sweep_refunds", refunds.sweep)


class Round(Protocol):
    """A verb that asks providers about what is due, and answers how many came to what."""

    def __call__(self, *, at: datetime) -> dict[str, int]: ...


def ask_providers(name: str, ask: Round) -> None:
    """One round of a sweep; where another process is in it, it is left to that one: slow providers keep one worker."""
    at = timezone.now()
    with alone(name) as mine:
        if mine:
            with swept(name, at=at) as did:
                did.update(ask(at=at))


@shared_task(name="billing.reconcile")
def reconcile() -> None:
    """Compare what has moved since the last checkpoint; all of it while anything differs, so that an alert ends."""
    differs = Alert.objects.open().filter(kind=BOOKS_DIFFER).exists()
    compare(since=0 if differs else last_checkpoint())


def compare(*, since: int) -> None:
    """Compare what is kept with the transfers: an alert for each subject that differs, until it does no more."""
    at = timezone.now()
    with swept("billing.reconcile", at=at) as did:
        texts: dict[str, str] = {}
        for one in check_books(since=since):
            kept, counted = (plain(figure, one.currency) for figure in (one.kept, one.counted))
            said = sentence(
                "%(figure)s says %(kept)s, its parts sum to %(counted)s %(currency)s.",
                figure=one.figure,
                kept=Decimal(kept),
                counted=Decimal(counted),
                currency=one.currency,
            )
            texts[one.subject] = joined([texts[one.subject], said]) if one.subject in texts else said
        if texts:
            log.error("books differ", subjects=list(texts)[:20])
        open_alerts(kind=BOOKS_DIFFER, texts=texts, at=at)
        did["differ"] = len(texts)
        if not since:
            healed = Alert.objects.filter(kind=BOOKS_DIFFER).exclude(subject__in=[name[:80] for name in texts])
            did["healed"] = resolve(healed, at=at)


@shared_task(name="billing.checkpoint", autoretry_for=(OperationalError,), retry_backoff=True)
def keep_checkpoint() -> None:
    """Keep what the house's accounts come to, then look whether that, too, is what the transfers say."""
    at = timezone.now()
    with swept("billing.checkpoint", at=at) as did:
        did["figures"] = checkpoint(at=at)
    compare(since=0)


@shared_task(name="billing.close_days")
def count_days() -> None:
    """Count the days that are over."""
    at = timezone.now()
    with swept("billing.close_days", at=at) as did:
        did["closed"] = close_days(at=at)


@shared_task(name="billing.send_fiscal")
def send_fiscal() -> None:
    """Send receipts to the cash register that are due."""
    at = timezone.now()
    with swept("billing.send_fiscal", at=at) as did:
        did.update(fiscal.send_due(at=at))


@shared_task(name="billing.make_statements")
def make_monthly_statements() -> None:
    """Make the statements and invoices of the last month, and of months before it, that are missing."""
    at = timezone.now()
    with swept("billing.make_statements", at=at) as did:
        did["made"] = make_statements(month=last_month(at), at=at)
        did["invoiced"] = make_invoices(month=last_month(at), at=at)
        did["overdue"] = watch_invoices(at=at)
