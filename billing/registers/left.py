"""What providers' registers tell up to the end of a month that is in no books of ours: a person is to look at it."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.closing.remainders import Remainder
from billing.closing.spans import Span
from billing.models import RegisterLine

Kind, Difference = RegisterLine.Kind, RegisterLine.Difference
MOVED = ~Q(amount=0)
LIST = "admin:billing_registerline_changelist"


def unbooked(span: Span) -> Iterator[Remainder]:
    """Lines of something else that nobody has booked, and other differences of which nobody has said what was done."""
    told = RegisterLine.objects.filter(at__lt=span.until)
    # What moved nothing cannot be booked: it is looked at as any other difference.
    if count := told.filter(MOVED, kind=Kind.OTHER, difference=Difference.UNKNOWN).count():
        text = _("Lines of providers' registers that are not booked: %(count)d.") % {"count": count}
        yield Remainder(text, LIST, f"?kind__exact={Kind.OTHER}&difference__exact={Difference.UNKNOWN}")
    differ = told.exclude(difference__in=["", Difference.REPEATED]).exclude(MOVED, kind=Kind.OTHER)
    if count := differ.filter(noted_at=None).count():
        text = _("Differences to providers' registers that nobody has looked at: %(count)d.") % {"count": count}
        yield Remainder(text, LIST, "?differs=open")
