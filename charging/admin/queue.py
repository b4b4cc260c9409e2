"""The review queue one by one: each suspect session with what was found, its curve, and what can be decided."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from charging import review
from charging.admin.decisions import PriceForm
from charging.admin.reviewing import ReviewingAdmin, with_holds
from charging.models import Session
from charging.models.session import SessionQuerySet
from drivepower.core import clocks, measures
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations.access import zone_of

STEP = 10
VERBS = {"accept": _("Accept"), "correct": _("Correct"), "waive": _("Waive"), "rerun": _("Look anew")}


class QueueAdmin(ReviewingAdmin):
    """Sessions that wait for a person, on one page with all that deciding takes."""

    actions_list = ["queue"]

    def get_urls(self) -> list[URLPattern]:
        """With what a correction would cost."""
        view = self.admin_site.admin_view(self.price_view)
        return [path("<path:object_id>/price/", view, name="charging_session_price"), *super().get_urls()]

    def has_queue_permission(self, request: HttpRequest) -> bool:
        """Whoever sees sessions and may decide about them."""
        return self.has_view_permission(request) and self.has_decide_permission(request)

    @action(description=_("Review one by one"), icon="rule", permissions=["queue"], url_path="queue")  # type: ignore[untyped-decorator]  # unfold has no type hints
    def queue(self, request: HttpRequest) -> HttpResponse:
        """Those that wait the longest first."""
        rows: SessionQuerySet = with_holds(self.get_queryset(request))
        rows = rows.filter(state=Session.State.REVIEW).select_related(
            "station__location", "connector", "driver", "company", "meter", "price_terms", "id_tag"
        )
        after = request.GET.get("after", "")
        if after.isdecimal():
            rows = rows.filter(pk__gt=int(after))
        found = list(rows.order_by("pk")[: STEP + 1])
        shown = found[:STEP]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review queue"),
            "opts": self.opts,
            "cards": [self.card(session) for session in shown],
            "after": shown[-1].pk if len(found) > STEP else None,
            "zone": clocks.zone(),
        }
        return TemplateResponse(request, "charging/admin/queue.html", context)

    def card(self, session: Any) -> dict[str, Any]:
        """A session as people decide about it."""
        zone = zone_of(session.station)
        return {
            "session": session,
            "place": clocks.named(zone, at=session.started_at or timezone.now()),
            "there": clocks.elsewhere(zone, session.started_at, session.stopped_at),
            "findings": review.say_all(session.findings),
            "payer": session.company or session.driver or session.tag or "–",
            "energy": measures.energy(session.billed_energy_wh or 0, 3),
            "price": self.would_cost(session),
            "held": self.kept(session),
            "waits": self.age(session),
            "chart": chart_of(session),
            "verbs": verbs_of(session),
        }

    def price_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What it would cost with what the dialog says so far."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        if self.get_object(request, object_id) is None:
            raise Http404
        form = PriceForm(data=request.GET, request=request, object_id=object_id)
        said: dict[str, str] = {}
        if not form.is_valid():
            said["refused"] = " ".join(text for texts in form.errors.values() for text in texts)
        else:
            try:
                said["price"] = form.would_cost()
            except Refusal as refusal:
                said["refused"] = in_their_language(refusal.message)
        return render(request, "charging/admin/new_price_part.html", said)


def verbs_of(session: Session) -> Sequence[tuple[str, Any]]:
    """The dialogs of its decisions, which lead back to the queue."""
    return [
        (reverse(f"admin:charging_session_{name}", args=[session.pk], query={"back": "queue"}), label)
        for name, label in VERBS.items()
    ]


def chart_of(session: Session) -> str:
    """Where its curve is told, which a higher room keeps; nothing where there is none."""
    try:
        return reverse("admin:stations_station_readings", args=[session.station_id, session.pk])
    except NoReverseMatch:
        return ""
