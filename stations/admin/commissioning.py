"""Stations on their way into service: the list, each one's page for a phone, and how one begins."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from drivepower.core.admin import STATES, RecordAdmin, person, state_label
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations import reports
from stations.commissioning import course, page
from stations.commissioning.acts import Visit
from stations.commissioning.steps import CHECKS
from stations.models import Commissioning, Station

TITLES = {name: title for name, title, *_rest in CHECKS}
PAGE = "stations/commissioning/staff.html"
COMMISSION: dict[str, Any] = {
    "title": _("Put the station in service, step by step?"),
    "description": _("The page that opens is made for a phone beside the station."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Begin"),
}


@admin.register(Commissioning)
class CommissioningAdmin(RecordAdmin):
    """Which stations are on their way, who began it, and which step they wait for."""

    is_big = False
    list_display = ["where", "state_shown", "step", "begun_at", "begun_by", "ended_at", "ended_by"]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["station__location"]
    search_fields = ["station__code", "station__identity"]
    empty_hint = _("Choose a station in the list of stations and press Commission, or adopt one that knocks.")
    empty_action = (_("Stations"), "admin:stations_station_changelist")

    @admin.display(description=_("station"), ordering="station__code")
    def where(self, row: Commissioning) -> str:
        """Its code, which leads to the page."""
        address = reverse("admin:stations_commissioning_change", args=[row.public_id])
        return format_html('<a class="font-semibold" href="{}">{}</a>', address, row.station.code)

    @display(description=_("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]  # no hints
    def state_shown(self, row: Commissioning) -> Any:
        """Open, done or given up."""
        return state_label(row.state, row.get_state_display())

    @admin.display(description=_("waits for"))
    def step(self, row: Commissioning) -> str:
        """The first step that was not seen."""
        return str(next((title for name, title in TITLES.items() if name not in row.steps), "–"))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """By its public id, which its address names, or by its key."""
        try:
            UUID(str(object_id))
        except ValueError:
            return super().get_object(request, object_id, from_field)
        return super().get_object(request, str(object_id), "public_id")

    def require_key(self, object_id: Any) -> None:
        """A public id names a row too."""
        try:
            UUID(str(object_id))
        except ValueError:
            super().require_key(object_id)

    def get_urls(self) -> list[URLPattern]:
        """With the page under its short address, what it asks for again and again, and the photo."""
        info = "stations_commissioning"
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("<uuid:object_id>/", self.change_view, f"{info}_page"),
            ("<uuid:object_id>/now", self.now_view, f"{info}_now"),
            ("<uuid:object_id>/photo", self.photo_view, f"{info}_photo"),
        ]
        urls = [path(route, self.admin_site.admin_view(self.of_text(view)), name=name) for route, view, name in own]
        return urls + super().get_urls()

    def of_text(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The view, guarded, with the id as the text that the admin's own views get."""
        guarded = self.guarded(view, is_list=False)
        return lambda request, object_id: guarded(request, object_id=str(object_id))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The steps, and what people do about them."""
        visit = self.visit(request, object_id)
        address = reverse("admin:stations_commissioning_now", args=[visit.commissioning.public_id])
        photo = reverse("admin:stations_commissioning_photo", args=[visit.commissioning.public_id])
        more = {
            **self.admin_site.each_context(request),
            "title": gettext_now("Commissioning of %(code)s") % {"code": visit.commissioning.station.code},
            "is_staff_page": True,
            "refresh": address,
            "photo_address": photo,
        }
        answer = page.show(visit, template=PAGE, more=more)
        if request.method == "POST" and answer.status_code != 409:
            self.log_change(request, visit.commissioning, f"{visit.said('act')}.")
        return answer

    def now_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Its steps as JSON."""
        return page.now(self.visit(request, object_id))

    def photo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The photo, as what its first bytes say it is."""
        row = self.visit(request, object_id).commissioning
        if not row.photo:
            raise Http404
        with row.photo.open() as file:
            media_type = reports.TYPES[str(row.photo.name).rpartition(".")[2]]
            headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
            return HttpResponse(file.read(), content_type=media_type, headers=headers)

    def visit(self, request: HttpRequest, object_id: str) -> Visit:
        """Somebody of the staff before the page; 403 without the right to look, 404 for what is not theirs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        may_act = request.user.has_perm("stations.change_commissioning")
        may_decide = may_act and request.user.has_perm("stations.change_station")
        return Visit(request, row, person(request), timezone.now(), may_act=may_act, may_decide=may_decide)


class CommissionPages:
    """What the admin of stations offers: begin with one of them, or with many."""

    def has_commission_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add such work, at a station that is not in use yet or any more."""
        waiting = Station.objects.filter(service_state__in=course.FROM)
        is_fit = object_id is None or waiting.filter(pk=object_id).exists()
        return is_fit and request.user.has_perm("stations.add_commissioning")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Station], search_term: str
    ) -> tuple[QuerySet[Station], bool]:
        """For an installer's link only stations are found that it may open."""
        if request.GET.get("model_name") == "installerlink":
            queryset = queryset.filter(service_state__in=course.FROM)
        found: tuple[QuerySet[Station], bool] = super().get_search_results(  # type: ignore[misc]  # of the admin
            request, queryset, search_term
        )
        return found

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Commission"), icon="add_task", permissions=["commission"], dialog=COMMISSION
    )
    def commission(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Begin, or go on, and go to its page."""
        station = self.get_object(request, object_id)  # type: ignore[attr-defined]  # of the admin that it is mixed into
        try:
            begun = course.begin(station=station, by=person(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, in_their_language(refusal.message))
            return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_station_change", args=[object_id])})
        return HttpResponse(headers={"HX-Redirect": page_of(begun)})

    @admin.action(description=_("Commission"), permissions=["commission"])
    def commission_many(self, request: HttpRequest, queryset: QuerySet[Station]) -> HttpResponse:
        """Begin with the chosen ones that are not in use, and go to the list."""
        for station in queryset.filter(service_state__in=course.FROM):
            course.begin(station=station, by=person(request), at=timezone.now())
        return HttpResponseRedirect(reverse("admin:stations_commissioning_changelist"))


def page_of(row: Commissioning) -> str:
    """Where its page is."""
    return reverse("admin:stations_commissioning_page", args=[row.public_id])
