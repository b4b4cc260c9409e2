"""Who is on duty, how each wants to be told, what was sent; and giving an alert to somebody."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.mixins import BaseModelAdminMixin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from accounts.duty.giving import give
from accounts.duty.rota import is_nobody_on_duty
from accounts.models import DutyChoice, DutyNotice, DutyShift, User, Way
from accounts.models.duty import OF_THE_HOUSE
from accounts.named import NamingPeople
from drivepower.core import outward
from drivepower.core.admin import STATES, CarefulAdmin, RecordAdmin, person, state_label
from drivepower.core.admin_alerts import ActInline, RecordInline, back_to
from drivepower.core.models import Alert
from drivepower.core.seeing import is_of_company


class NamingActInline(NamingPeople, ActInline):
    """An alert's history, with people by name."""

    readonly_fields = fields = ActInline.fields

    def actors(self) -> list[str]:
        """Who acted."""
        return ["by"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The same columns, with names."""
        return self.named(self.fields)


class NoticeInline(RecordInline):
    """Whom the alert called."""

    model = DutyNotice
    fields = readonly_fields = ["told_at", "turn", "person", "way", "state", "next_at", "sent_at", "error"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[DutyNotice]":
        """With the people, in the same query."""
        rows: QuerySet[DutyNotice] = super().get_queryset(request)
        return rows.select_related("person")


class AssignForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Who is to look after it."""

    to = forms.ModelChoiceField(
        label=_("Give it to"), queryset=User.objects.filter(**OF_THE_HOUSE), widget=UnfoldAdminSelectWidget
    )


ASSIGN = {"title": _("Give this alert to somebody"), "form_class": AssignForm, "form_submit_text": _("Give")}


class AssigningAlerts(BaseModelAdminMixin):  # type: ignore[misc]
    """The page of an alert with whom it called, and to whom it is given."""

    inlines = [NamingActInline, NoticeInline]
    actions_detail = ["acknowledge_one", "snooze_one", "assign_one", "note_one", "resolve_one", "explain"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With a word where nobody is on duty."""
        is_seen = not is_of_company(request) and is_nobody_on_duty(at=timezone.now())
        shown: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "nobody_on_duty": is_seen})
        return shown

    @action(  # type: ignore[untyped-decorator]
        description=_("Give to"), icon="person_add", permissions=["acknowledge"], dialog=ASSIGN
    )
    def assign_one(self, request: HttpRequest, form: AssignForm, object_id: str) -> HttpResponse:
        """Its history says so, and they are told."""
        to: User = form.cleaned_data["to"]
        give(alert=Alert.objects.get(pk=object_id), to=to, by=person(request), at=timezone.now())
        return back_to(object_id)


@admin.register(DutyShift)
class DutyShiftAdmin(CarefulAdmin):
    """The rota: who is called, from when until when, for which places, in which turn."""

    list_display = ["person", "since", "until", "turn", "where", "now", "note"]
    list_filter = ["turn", "person"]
    list_select_related = ["person"]
    search_fields = ["person__name", "person__email", "note"]
    date_hierarchy = None
    empty_hint = _(
        "Nobody is on duty: alerts call those who are told of what nobody on the rota is, "
        "else owners of what is critical."
    )
    fieldsets = [
        (None, {"fields": ["person", "since", "until", "turn", "note"]}),
        (_("Where"), {"fields": ["locations", "labels"]}),
    ]

    @admin.display(description=_("where"))
    def where(self, shift: DutyShift) -> str:
        """Codes and labels."""
        return ", ".join([*shift.locations, *shift.labels]) or str(_("everywhere"))

    @display(description=_("now"), label=STATES)  # type: ignore[untyped-decorator]
    def now(self, shift: DutyShift) -> tuple[str, str]:
        """Whether it is under way."""
        at = timezone.now()
        if shift.since > at:
            return state_label("planned", str(_("to come")))
        return state_label("active", str(_("on duty"))) if shift.until > at else state_label("over", str(_("over")))


class ChoiceForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """What a person wants, in a form that they can keep to."""

    ways = forms.MultipleChoiceField(
        label=_("told by"), choices=Way.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    def clean_webhook_url(self) -> str:
        """An address that may be asked."""
        url = str(self.cleaned_data["webhook_url"])
        try:
            if url:
                outward.target_of(url, allowed_hosts=())
        except outward.Unreachable as error:
            raise ValidationError(str(error)) from error
        return url

    def clean_time_zone(self) -> str:
        """An IANA name, or nothing."""
        name = str(self.cleaned_data["time_zone"])
        if name and name not in zoneinfo.available_timezones():
            raise ValidationError(_("%(value)s is not a time zone."), params={"value": name})
        return name

    def clean(self) -> dict[str, Any]:
        """A way needs an address."""
        said: dict[str, Any] = super().clean() or {}
        for way, name in ((Way.WEBHOOK, "webhook_url"), (Way.MESSENGER, "messenger_to")):
            if way in said.get("ways", []) and not said.get(name) and name not in self.errors:
                self.add_error(name, _("Enter where to."))
        return said


@admin.register(DutyChoice)
class DutyChoiceAdmin(CarefulAdmin):
    """How each wants to be told; everybody of the house who sees alerts keeps their own."""

    form = ChoiceForm
    list_display = ["person", "by", "least_severity", "every_minutes", "quiet_from", "quiet_until", "is_always"]
    list_display += ["monthly_reports"]
    list_filter = ["least_severity", "is_always", "monthly_reports"]
    list_select_related = ["person"]
    search_fields = ["person__name", "person__email"]
    empty_hint = _("Who has said nothing gets mail at once, of all that is a warning or worse.")
    fieldsets = [
        (None, {"fields": ["person", "ways", "webhook_url", "messenger_to"]}),
        (_("When"), {"fields": ["least_severity", "every_minutes", ("quiet_from", "quiet_until"), "time_zone"]}),
        (_("Otherwise"), {"fields": ["is_always", "monthly_reports"]}),
    ]

    @admin.display(description=_("told by"))
    def by(self, choice: DutyChoice) -> str:
        """The ways in words."""
        return ", ".join(str(Way(way).label) for way in choice.ways) or "–"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[DutyChoice]":
        """All, or one's own."""
        rows: QuerySet[DutyChoice] = super().get_queryset(request)
        return rows if request.user.has_perm("accounts.view_dutychoice") else rows.filter(person=request.user.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """One's own is one's own, and stays whose it is."""
        return ["person"] if obj or not request.user.has_perm("accounts.add_dutychoice") else []

    def save_model(self, request: HttpRequest, obj: Model, form: "forms.ModelForm[Any]", change: bool) -> None:
        """Who may not choose for others makes their own."""
        if isinstance(obj, DutyChoice) and not change and obj.person_id is None:
            obj.person_id = request.user.pk
        super().save_model(request, obj, form, change)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever sees alerts."""
        return request.user.has_perm("core.view_alert")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see all, and everybody their own."""
        return request.user.has_perm("accounts.view_dutychoice") or is_own(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same for writing."""
        return request.user.has_perm("accounts.change_dutychoice") or is_own(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever has not chosen yet."""
        if request.user.has_perm("accounts.add_dutychoice"):
            return True
        return is_own(request, None) and not DutyChoice.objects.filter(person=request.user.pk).exists()


def is_own(request: HttpRequest, choice: DutyChoice | None) -> bool:
    """Whether somebody of the house who sees alerts is about their own choice, or about none yet."""
    user = request.user
    if getattr(user, "company_id", None) is not None or not user.has_perm("core.view_alert"):
        return False
    return choice is None or choice.person_id == user.pk


@admin.register(DutyNotice)
class DutyNoticeAdmin(RecordAdmin):
    """What was sent to people on duty, and whether it arrived."""

    list_display = [
        "told_at",
        "alert",
        "person",
        "way",
        "turn",
        "state_shown",
        "next_at",
        "sent_at",
        "attempts",
        "error",
    ]
    list_filter = ["state", "way"]
    list_select_related = ["alert", "person"]
    search_fields = ["target", "alert__subject"]
    empty_hint = _("Nobody was called yet.")

    @display(description=_("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]
    def state_shown(self, notice: DutyNotice) -> tuple[str, str]:
        """As a word, and as a colour."""
        return state_label(notice.state, notice.get_state_display())
