"""Charges of a month that are not settled yet, and those that are in no statement of the host whose place they were at:
what they cost, or earned, will be booked in the month that is open then.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import IdTag
from billing.closing.remainders import Remainder
from billing.closing.spans import Span, day_of
from billing.models import HostAgreement, HostStatementLine, Receipt
from charging.hosts.earned import subjects_of
from charging.models import HostedCharge, Session

State = Session.State
LIST = "admin:charging_session_changelist"
STATEMENTS = "admin:billing_hoststatement_changelist"


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


def unstated(span: Span) -> Iterator[Remainder]:
    """Sales at places of hosts that had an agreement then, in whatever currency; cards of the service are left out."""
    month = day_of(span.since)
    agreements = HostAgreement.objects.filter(
        Q(place="") | Q(place=OuterRef("place")),
        Q(valid_until=None) | Q(valid_until__gt=month),
        company=OuterRef("host"),
        valid_from__lte=month,
    )
    charges = HostedCharge.objects.filter(Exists(agreements)).exclude(session__id_tag__kind=IdTag.Kind.SERVICE)
    sales = Receipt.objects.filter(kind=Receipt.Kind.SALE, made_at__gte=span.since, made_at__lt=span.until)
    stated = HostStatementLine.objects.filter(receipt=OuterRef("pk"), is_per_kwh=False)
    if count := sales.filter(~Exists(stated), subject__in=subjects_of(charges)).count():
        text = _("Charges at hosts' locations that are in no statement yet: %(count)d.") % {"count": count}
        yield Remainder(text, STATEMENTS)
