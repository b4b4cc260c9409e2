"""Charges of a month that are not settled yet: what they cost will be booked in the month that is open then."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.closing.remainders import Remainder
from billing.closing.spans import Span
from charging.models import Session

State = Session.State
LIST = "admin:charging_session_changelist"


def unsettled(span: Span) -> Iterator[Remainder]:
    """Those in review, and those that have ended and are not settled."""
    ended = Session.objects.filter(stopped_at__gte=span.since, stopped_at__lt=span.until)
    texts = {
        State.REVIEW: _("Charges in review: %(count)d."),
        State.ENDED: _("Charges that are not settled: %(count)d."),
    }
    for state, text in texts.items():
        if count := ended.filter(state=state).count():
            yield Remainder(text % {"count": count}, LIST, f"?state__exact={state}")
