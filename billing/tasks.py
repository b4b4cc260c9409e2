"""What Celery does for money; each task may run twice and in parallel."""

import structlog
from celery import shared_task
from django.utils import timezone

from billing.ledger import check_books
from billing.payments import top_ups
from billing.payments.protocol import ProviderTrouble
from drivepower.core.alerts import open_alert, resolve_alert
from drivepower.core.models import Alert
from drivepower.core.money import plain

BOOKS_DIFFER = "books_differ"

log = structlog.stdlib.get_logger(__name__)


@shared_task(name="billing.check_top_up")
def check_top_up(top_up_id: int) -> None:
    """Ask the provider about one top-up; what goes wrong is left to the sweep."""
    try:
        top_ups.check_top_up(top_up_id=top_up_id, at=timezone.now())
    except ProviderTrouble as trouble:
        log.warning("provider in trouble", top_up=top_up_id, error=str(trouble))


@shared_task(name="billing.sweep_top_ups")
def sweep_top_ups() -> None:
    """Ask about all top-ups that may have been paid."""
    asked = top_ups.sweep_top_ups(at=timezone.now())
    if asked:
        log.info("top-ups swept", asked=asked)


@shared_task(name="billing.reconcile")
def reconcile() -> None:
    """Compare wallets with their transfers, holds and debts: an alert for each that differs, until it does no more."""
    at = timezone.now()
    texts: dict[str, list[str]] = {}
    for one in check_books():
        kept, counted = (plain(figure, one.wallet.currency) for figure in (one.kept, one.counted))
        sentence = f"{one.figure} says {kept}, its parts sum to {counted} {one.wallet.currency}."
        texts.setdefault(f"wallet:{one.wallet.public_id}", []).append(sentence)
    for subject, sentences in texts.items():
        log.error("books differ", subject=subject, differences=sentences)
        open_alert(kind=BOOKS_DIFFER, subject=subject, text=" ".join(sentences), at=at)
    healed = Alert.objects.open().filter(kind=BOOKS_DIFFER).exclude(subject__in=texts)
    for subject in healed.values_list("subject", flat=True):
        resolve_alert(kind=BOOKS_DIFFER, subject=subject, at=at)
