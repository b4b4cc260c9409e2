"""How an invoice stands: it is told from what is paid of it and from the day, never kept."""

from datetime import date

from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice


class State(TextChoices):
    """What an invoice can be."""

    OPEN = "open", _("to be paid")
    PART_PAID = "part_paid", _("part-paid")
    OVERDUE = "overdue", _("overdue")
    PAID = "paid", _("paid")
    CREDIT_NOTE = "credit_note", _("credit note")


def state_of(invoice: Invoice, on: date) -> State:
    """How it stands on that day."""
    if invoice.gross < 0:
        return State.CREDIT_NOTE
    if invoice.paid == invoice.gross:
        return State.PAID
    if invoice.due_on < on:
        return State.OVERDUE
    return State.PART_PAID if invoice.paid else State.OPEN


def are(state: str, on: date) -> Q:
    """The invoices that stand so on that day."""
    unpaid = Q(paid__lt=F("gross"))
    conditions = {
        State.CREDIT_NOTE: Q(gross__lt=0),
        State.PAID: Q(gross__gte=0, paid=F("gross")),
        State.OVERDUE: unpaid & Q(due_on__lt=on, gross__gte=0),
        State.PART_PAID: unpaid & Q(due_on__gte=on, paid__gt=0),
        State.OPEN: unpaid & Q(due_on__gte=on, paid=0, gross__gte=0),
    }
    return conditions[State(state)]
