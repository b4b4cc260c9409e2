"""Numbers beside the links of the sidebar: how much waits for a person.

A page's script asks for them after the page is there, so that no page waits for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing.models import Adjustment, FiscalDocument, Goodwill, OpeningImport, Payout, RegisterEntry, SecondPayment
from charging.models import DecisionRequest, Session
from drivepower.core.cut_pages import cut
from drivepower.core.models import Alert
from stations.models import Knock, Report

SECONDS = 10
# Nobody works through more at once, and to count them all would take its time.
MOST = 99


@dataclass(frozen=True)
class Badge:
    """One number: the list it stands at, who may see it, what it counts, how much it matters."""

    page: str
    permission: str
    rows: Callable[[], "QuerySet[Any]"]
    colour: str
    query: str = ""

    @property
    def address(self) -> str:
        """The link that it stands beside."""
        return f"{reverse(f'admin:{self.page}_changelist')}{self.query}"


BADGES = (
    Badge(
        "core_alert", "core.view_alert", lambda: Alert.objects.filter(resolved_at=None, acknowledged_at=None), "danger"
    ),
    Badge("stations_report", "stations.view_report", lambda: Report.objects.filter(state=Report.State.OPEN), "warning"),
    Badge("stations_knock", "stations.view_knock", Knock.objects.all, "info"),
    Badge(
        "charging_session",
        "charging.view_session",
        lambda: Session.objects.filter(state=Session.State.REVIEW),
        "warning",
        "?state__exact=review",
    ),
    Badge(
        "charging_decisionrequest",
        "charging.view_decisionrequest",
        lambda: DecisionRequest.objects.filter(state=DecisionRequest.State.ASKED),
        "warning",
    ),
    Badge(
        "billing_adjustment",
        "billing.view_adjustment",
        lambda: Adjustment.objects.filter(state=Adjustment.State.ASKED),
        "warning",
    ),
    Badge(
        "billing_payout",
        "billing.view_payout",
        lambda: Payout.objects.filter(state__in=[Payout.State.ASKED, Payout.State.APPROVED]),
        "warning",
    ),
    Badge(
        "billing_goodwill",
        "billing.view_goodwill",
        lambda: Goodwill.objects.filter(state=Goodwill.State.ASKED),
        "warning",
    ),
    Badge(
        "billing_fiscaldocument",
        "billing.view_fiscaldocument",
        lambda: FiscalDocument.objects.filter(state=FiscalDocument.State.FAILED),
        "danger",
    ),
    Badge(
        "billing_registerentry",
        "billing.view_registerentry",
        lambda: RegisterEntry.objects.filter(state=RegisterEntry.State.ASKED),
        "warning",
    ),
    Badge(
        "billing_openingimport",
        "billing.view_openingimport",
        lambda: OpeningImport.objects.filter(state=OpeningImport.State.ASKED),
        "warning",
    ),
    Badge(
        "billing_secondpayment",
        "billing.view_secondpayment",
        lambda: SecondPayment.objects.filter(state=SecondPayment.State.OPEN),
        "warning",
    ),
)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What waits, by the link it stands beside; of what this person may see, and without zeros."""
    return JsonResponse({"badges": counted(request)})


def counted(request: HttpRequest) -> dict[str, dict[str, str]]:
    """The numbers, one query each, kept for a few seconds for this person."""
    key = f"badges:{request.user.pk}"
    kept: dict[str, dict[str, str]] | None = cache.get(key)
    if kept is None:
        kept = {badge.address: told for badge in BADGES if (told := told_of(badge, request))}
        cache.set(key, kept, SECONDS)
    return kept


def told_of(badge: Badge, request: HttpRequest) -> dict[str, str]:
    """One number and its colour; nothing where it is zero or not for this person."""
    if not request.user.has_perm(badge.permission):
        return {}
    found = cut(badge.rows(), request).order_by()[: MOST + 1].count()
    if not found:
        return {}
    return {"count": f"{MOST}+" if found > MOST else str(found), "colour": badge.colour}
