"""Problems that people have reported: taken, answered and closed on their pages, their photos shown."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.named import with_names
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.admin_explained import Explained
from drivepower.core.admin_exports import Exported, columns
from drivepower.core.errors import in_their_language
from drivepower.core.knowing import Knowing
from drivepower.core.refusals import Refusal
from stations import answers, reports
from stations.models import Report


class AnswerForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """What whoever reported is told."""

    text = forms.CharField(
        label=_("answer"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("To whom it goes stands on the page."),
    )


# Whoever said it, by how their reference begins.
TELLERS = {"driver": _("driver"), "staff": _("staff"), "public": _("a guest, on the page of the connector")}
TAKE = {
    "title": _("Take the report on yourself?"),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Take it"),
}
ANSWER = {"title": _("Answer the report"), "form_class": AnswerForm, "form_submit_text": _("Answer")}
CLOSE = {
    "title": _("Close the report without an answer?"),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Close the report"),
}


@admin.register(Report)
class ReportAdmin(Explained, Exported, Knowing, RecordAdmin):
    """Problems that people have seen."""

    empty_hint = _("What drivers and guests report of a station brings a row.")
    known_to = ("user__company",)
    naming = ("user", "teller", "filer", "contact", "outlook", "charge")
    is_big = False
    exported = columns(
        made_at="made_at", station="station", connector="number", kind="kind", text="text", state="state",
        answer="answer", answered_at="answered_at",
    )  # fmt: skip
    exported_with = ("station",)

    list_display = ["made_at", "station", "number", "kind_shown", "text", "state", "keeper", "answered_at"]
    phone_columns = ["station", "text", "state"]
    more_columns = ["filer"]
    list_filter = ["state"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["station__code", "text"]
    readonly_fields = ["kind_shown", "charge", "teller", "filer", "outlook", "keeper", "picture"]
    actions_detail = ["take", "answer", "plan", "close", "explain"]

    def explained_as(self, report: Report) -> tuple[str, datetime] | None:
        """The charge that it is about, else its station when it was made."""
        if report.session:
            return f"session:{report.session}", report.made_at
        return (f"station:{report.station.code}", report.made_at) if report.station else None

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the names of who wrote it down, and of who looks after it."""
        return with_names(super().get_queryset(request), filer_name="filed_by", keeper_name="owner")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What is wrong and where, who said so, what became of it; alerts are for those who may see them."""
        of_house = ["alert"] if request.user.has_perm("core.view_alert") else []
        return [
            *("state", "station", "number", "charge", "kind_shown", "text", "picture", "made_at"),
            *("user", "teller", "filer", "contact", "outlook", *of_house, "keeper", "answer", "answered_at"),
        ]

    def links(self, request: HttpRequest) -> list[dict[str, Any]]:
        """With the way to report one, for who may name a station."""
        found = super().links(request)
        if not request.user.has_perms(("stations.add_report", "stations.view_station")):
            return found
        address = reverse("admin:portal_report_problem")
        new = {"title": _("Report a problem"), "path": address, "icon": "report", "variant": ActionVariant.PRIMARY}
        return [new, *found]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, report: Report) -> str:
        """In the reader's words."""
        return report.about or "–"

    @admin.display(description=_("session"))
    def charge(self, report: Report) -> str:
        """The way to the charge that it is about, or a dash."""
        if report.session is None:
            return "–"
        address = reverse("admin:charging_session_changelist", query={"q": str(report.session)})
        return format_html('<a href="{}">{}</a>', address, report.session)

    @admin.display(description=_("said by"))
    def teller(self, report: Report) -> Any:
        """What whoever said it is to us."""
        kind = report.said_by.partition(":")[0]
        return TELLERS.get(kind, kind)

    @admin.display(description=_("looked after by"))
    def keeper(self, report: Any) -> str:
        """Who of the staff took it, by name; a dash where nobody did."""
        return report.keeper_name or report.owner or "–"

    @admin.display(description=_("filed by"))
    def filer(self, report: Any) -> str:
        """Who of the staff wrote it down; a dash for who may not know, and where nobody did."""
        return (report.is_known and (report.filer_name or report.filed_by)) or "–"

    @admin.display(description=_("way of an answer"))
    def outlook(self, report: Report) -> str:
        """To whom an answer goes, or went."""
        return answers.outlook(report)

    @admin.display(description=_("photo"))
    def picture(self, report: Report) -> str:
        """The photo, or a dash."""
        if not report.photo:
            return "–"
        address = reverse("admin:stations_report_photo", args=[report.pk])
        return format_html('<a href="{0}"><img src="{0}" alt="{1}" style="max-height: 20rem"></a>', address, _("photo"))

    def get_urls(self) -> list[URLPattern]:
        """With the photos."""
        photo = path("<int:pk>/photo/", self.admin_site.admin_view(self.photo), name="stations_report_photo")
        return [photo, *super().get_urls()]

    def photo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A photo for those who may see its report; a browser takes it for nothing but a picture."""
        report = self.report_of(request, str(pk))
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        try:
            content, media_type = reports.photo_of(report)
        except (Refusal, FileNotFoundError) as error:
            raise Http404 from error
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
        return HttpResponse(content, content_type=media_type, headers=headers)

    def has_take_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change reports, of one that nobody has taken."""
        return self.may_end(request) and self.is_in(object_id, [Report.State.OPEN])

    def has_end_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change reports, of one that is not over."""
        return self.may_end(request) and self.is_in(object_id, [Report.State.OPEN, Report.State.TAKEN])

    def may_end(self, request: HttpRequest) -> bool:
        """Whether this person looks after reports."""
        return request.user.has_perm("stations.change_report")

    def is_in(self, object_id: Any, states: list[Report.State]) -> bool:
        """Whether a report is in one of these states; true where none is named."""
        return object_id is None or Report.objects.filter(pk=object_id, state__in=states).exists()

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Take it"), icon="front_hand", permissions=["take"], dialog=TAKE
    )
    def take(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """This person looks after it now."""
        report = self.report_of(request, object_id)
        if reports.take(report=report, by=person(request)):
            self.log_change(request, report, "Took it.")
            messages.success(request, _("You look after this report now."))
        else:
            messages.error(request, _("Somebody looks after it already, or it is over."))
        return HttpResponse(headers={"HX-Redirect": page_of(report)})

    def has_plan_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may plan work, of a report that names a station and is not over."""
        fit = Report.objects.filter(
            pk=object_id, station__isnull=False, state__in=[Report.State.OPEN, Report.State.TAKEN]
        )
        return request.user.has_perm("stations.add_maintenance") and (object_id is None or fit.exists())

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Plan maintenance"), icon="build", permissions=["plan"]
    )
    def plan(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """To the form of work, which is filled in by the report."""
        report = self.report_of(request, object_id)
        return HttpResponseRedirect(f"{reverse('admin:stations_maintenance_add')}?report={report.pk}")

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Answer"), icon="reply", permissions=["end"], dialog=ANSWER
    )
    def answer(self, request: HttpRequest, form: AnswerForm, object_id: str) -> HttpResponse:
        """The driver is told."""
        answer = partial(reports.answer, text=form.cleaned_data["text"])
        return self.end(request, object_id, answer, trace="Answered it.", told=_("The report has its answer."))

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Close the report"), icon="done", permissions=["end"], dialog=CLOSE
    )
    def close(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """It is over without an answer."""
        return self.end(request, object_id, reports.close, trace="Closed it.", told=_("The report is closed."))

    def end(
        self, request: HttpRequest, object_id: str, verb: Callable[..., Report], *, trace: str, told: Any
    ) -> HttpResponse:
        """End it, or say why it is over already; then its page."""
        report = self.report_of(request, object_id)
        try:
            verb(report=report, by=person(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, in_their_language(refusal.message))
        else:
            self.log_change(request, report, trace)
            messages.success(request, told)
        return HttpResponse(headers={"HX-Redirect": page_of(report)})

    def report_of(self, request: HttpRequest, object_id: str) -> Report:
        """The report, or 404 (of another company too)."""
        report: Report | None = self.get_object(request, object_id)
        if report is None:
            raise Http404
        return report


def page_of(report: Report) -> str:
    """The address of its page."""
    return reverse("admin:stations_report_change", args=[report.pk])
