"""Receipts of a month that no cash register has registered: they are still to be sent, or a person is to look."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.closing.remainders import Remainder
from billing.closing.spans import Span
from billing.models import FiscalDocument

State = FiscalDocument.State
LIST = "admin:billing_fiscaldocument_changelist"


def unregistered(span: Span) -> Iterator[Remainder]:
    """Those that the register refused, and those that wait for it; nothing where receipts go to none."""
    texts = {
        State.FAILED: _("Receipts that the cash register does not take: %(count)d."),
        State.WAITING: _("Receipts that wait for the cash register: %(count)d."),
    }
    documents = FiscalDocument.objects.filter(made_at__gte=span.since, made_at__lt=span.until)
    for state, text in texts.items():
        if count := documents.filter(state=state).count():
            yield Remainder(text % {"count": count}, LIST, f"?state__exact={state}")
