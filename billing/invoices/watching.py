"""Invoices that nobody has paid in time: an alert for each, until it is paid or its wallet owes nothing of it."""

from datetime import datetime
from decimal import Decimal

from billing.invoices.making import today
from billing.invoices.settling import RULE, settle_invoices
from billing.invoices.states import State, are
from billing.models import Invoice, Wallet
from drivepower.core.alerts import open_alerts, resolve
from drivepower.core.models import Alert
from drivepower.core.money import plain
from drivepower.core.sentences import Sentence, sentence

OVERDUE = "invoice_overdue"


def watch_invoices(*, at: datetime) -> int:
    """Settle what is overdue where its wallet owes it no more; alert about the rest, resolve the others.

    Answers how many alerts are new.
    """
    for wallet in Wallet.objects.filter(invoices__in=Invoice.objects.filter(are(State.OVERDUE, today(at)))).distinct():
        settle_invoices(wallet=wallet, by=RULE, at=at, due_before=today(at))
    late = list(Invoice.objects.filter(are(State.OVERDUE, today(at))).select_related("wallet__company").order_by("pk"))
    texts = {subject_of(invoice): text_of(invoice) for invoice in late}
    told = set(Alert.objects.open().filter(kind=OVERDUE).values_list("subject", flat=True))
    new = {name: text for name, text in texts.items() if name not in told}
    open_alerts(kind=OVERDUE, texts=new, at=at)
    resolve(Alert.objects.filter(kind=OVERDUE).exclude(subject__in=texts), at=at)
    return len(new)


def subject_of(invoice: Invoice) -> str:
    """What alerts call it."""
    return f"invoice:{invoice.full_number}"


def text_of(invoice: Invoice) -> Sentence:
    """Who has not paid what, and since when."""
    return sentence(
        "%(company)s has not paid %(amount)s %(currency)s of invoice %(number)s, which was due on %(day)s.",
        company=invoice.wallet.company,
        amount=Decimal(plain(invoice.gross - invoice.paid, invoice.currency)),
        currency=invoice.currency,
        number=invoice.full_number,
        day=f"{invoice.due_on:%Y-%m-%d}",
    )
