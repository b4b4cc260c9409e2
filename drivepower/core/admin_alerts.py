"""The pages of alerts: the open ones first, each with all that was done about it and all that can be."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from drivepower.core import alerts, clocks
from drivepower.core.admin import STATES, RecordAdmin, person, state_label
from drivepower.core.admin_acts import ActInline as ActInline
from drivepower.core.admin_acts import RecordInline as RecordInline
from drivepower.core.admin_explained import Explained
from drivepower.core.alert_kinds import KINDS, called, title_of
from drivepower.core.models import Alert, AlertAct, Severity

What = AlertAct.What
# What its page shows first.
SHOWN = [("severity", "state_now"), ("kind_shown", "subject"), "text_shown"]
COLOURS = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "danger"}
HOURS = [(1, _("1 hour")), (4, _("4 hours")), (12, _("12 hours")), (24, _("1 day")), (168, _("1 week"))]


class SnoozeForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """For how long nobody is told."""

    hours = forms.TypedChoiceField(label=_("For"), choices=HOURS, coerce=int, widget=UnfoldAdminSelectWidget)


class NoteForm(BaseDialogForm):  # type: ignore[misc]
    """What others should know."""

    text = forms.CharField(label=_("Note"), max_length=500, widget=UnfoldAdminTextareaWidget)


SNOOZE = {"title": _("Snooze this alert?"), "form_class": SnoozeForm, "form_submit_text": _("Snooze")}
ACKNOWLEDGE = {
    "title": _("Look after this alert?"),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Acknowledge"),
}
RESOLVE = {"title": _("Is its cause gone?"), "form_class": BaseDialogForm, "form_submit_text": _("Resolve")}
NOTE = {"title": _("Add a note"), "form_class": NoteForm, "form_submit_text": _("Add")}


class KindFilter(admin.SimpleListFilter):
    """By what kind of alert it is, in the reader's words."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All kinds that there are."""
        return sorted(((kind, title_of(kind)) for kind in KINDS), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alert]) -> QuerySet[Alert]:
        """Of that kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Alert)
class AlertAdmin(Explained, RecordAdmin):
    """Alerts: what is wrong, how bad it is, and who looks after it."""

    is_big = False
    list_display = ["severity_shown", "opened_at", "kind_shown", "subject", "text_shown", "state_shown", "count"]
    list_display += ["last_at", "acknowledged_by"]
    more_columns = ["group", "assigned_to", "snoozed_until", "resolved_at", "acknowledged_at"]
    list_display_links = ["opened_at", "kind_shown"]
    list_filter = [
        "severity",
        ("resolved_at", admin.EmptyFieldListFilter),
        ("acknowledged_at", admin.EmptyFieldListFilter),
        ("snoozed_until", admin.EmptyFieldListFilter),
        KindFilter,
    ]
    list_select_related = ["rule"]
    search_fields = ["subject", "text", "group"]
    live_rows = "alert"
    phone_columns = ["severity_shown", "kind_shown", "subject", "state_shown"]
    empty_hint = _("Nothing needs anybody. What counts as a trouble is in the alert rules.")
    empty_action = (_("Alert rules"), "admin:core_alertrule_changelist")
    actions = ["acknowledge", "snooze_hour", "snooze_day", "resolve"]
    actions_detail = ["acknowledge_one", "snooze_one", "note_one", "resolve_one", "explain"]
    inlines = [ActInline]
    readonly_fields = ["kind_shown", "text_shown", "state_now", "stands_with", "rule"]
    fieldsets = [
        (None, {"fields": SHOWN}),
        (
            _("Times"),
            {
                "description": clocks.ZONE_NOTE,
                "fields": [("opened_at", "last_at", "count"), ("snoozed_until", "resolved_at")],
            },
        ),
        (_("Who"), {"fields": [("acknowledged_by", "acknowledged_at"), ("assigned_to", "snoozed_by")]}),
        (_("Belongs to"), {"fields": ["rule", "stands_with"]}),
    ]

    def explained_as(self, alert: Alert) -> tuple[str, datetime] | None:
        """What it is about, when it opened; of money and the house itself nothing is explained."""
        named = alert.subject.partition(":")[0] in ("session", "station", "connector")
        return (alert.subject, alert.opened_at) if named else None

    @display(description=_("severity"), ordering="severity", label=COLOURS)  # type: ignore[untyped-decorator]
    def severity_shown(self, alert: Alert) -> tuple[str, str]:
        """As a word, and as a colour."""
        return state_label(alert.severity, alert.get_severity_display())

    @admin.display(description=_("what"), ordering="kind")
    def kind_shown(self, alert: Alert) -> str:
        """The kind in words."""
        return title_of(alert.kind)

    @admin.display(description=_("what happened"), ordering="text")
    def text_shown(self, alert: Alert) -> str:
        """In the reader's language."""
        return alert.said

    @display(description=_("state"), label=STATES)  # type: ignore[untyped-decorator]
    def state_shown(self, alert: Alert) -> tuple[str, str]:
        """Where it stands, as a word and as a colour."""
        return state_label(*state_of(alert))

    @admin.display(description=_("state"))
    def state_now(self, alert: Alert) -> str:
        """The word alone, on its page."""
        return state_of(alert)[1]

    @admin.display(description=_("stands with"))
    def stands_with(self, alert: Alert) -> str:
        """The other open ones of the same place, behind one link."""
        others = Alert.objects.open().filter(group=alert.group).exclude(pk=alert.pk) if alert.group else None
        count = others.count() if others is not None else 0
        return _("%(count)d other open alerts of %(group)s") % {"count": count, "group": alert.group} if count else "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Alert], search_term: str
    ) -> tuple[QuerySet[Alert], bool]:
        """Also by the words that this reader sees for its kind."""
        found, has_more = super().get_search_results(request, queryset, search_term)
        kinds = called(search_term)
        return (found | queryset.filter(kind__in=kinds) if kinds else found), has_more

    def has_acknowledge_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change alerts."""
        return request.user.has_perm("core.change_alert")

    @admin.action(description=_("Acknowledge"), permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Note that this person looks after the chosen alerts; those that someone has already taken stay theirs."""
        taken = alerts.acknowledge(queryset, by=person(request), at=timezone.now())
        self.message_user(request, _("%(count)d acknowledged.") % {"count": taken})

    @admin.action(description=_("Snooze for an hour"), permissions=["acknowledge"])
    def snooze_hour(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Nobody is told of the chosen ones for an hour."""
        self._snooze(request, queryset, hours=1)

    @admin.action(description=_("Snooze for a day"), permissions=["acknowledge"])
    def snooze_day(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """The same for a day."""
        self._snooze(request, queryset, hours=24)

    @admin.action(description=_("Resolve"), permissions=["acknowledge"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Close the chosen alerts whose cause only a person can see going; the others end by themselves."""
        at = timezone.now()
        chosen = queryset.filter(resolved_at=None, kind__in=alerts.kinds_for_people())
        alerts.acknowledge(chosen, by=person(request), at=at)
        closed = alerts.resolve(chosen, at=at, by=person(request))
        self.message_user(request, _("%(count)d resolved.") % {"count": closed})

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Acknowledge"), icon="check", permissions=["acknowledge"], dialog=ACKNOWLEDGE
    )
    def acknowledge_one(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """This one."""
        self.acknowledge(request, Alert.objects.filter(pk=object_id))
        return back_to(object_id)

    @action(  # type: ignore[untyped-decorator]
        description=_("Snooze"), icon="snooze", permissions=["acknowledge"], dialog=SNOOZE
    )
    def snooze_one(self, request: HttpRequest, form: SnoozeForm, object_id: str) -> HttpResponse:
        """This one, for as long as was chosen."""
        self._snooze(request, Alert.objects.filter(pk=object_id), hours=form.cleaned_data["hours"])
        return back_to(object_id)

    @action(  # type: ignore[untyped-decorator]
        description=_("Add a note"), icon="edit_note", permissions=["acknowledge"], dialog=NOTE
    )
    def note_one(self, request: HttpRequest, form: NoteForm, object_id: str) -> HttpResponse:
        """A line in its history."""
        text, by = form.cleaned_data["text"], person(request)
        alerts.note([int(object_id)], what=What.NOTE, text=text, by=by, at=timezone.now())
        return back_to(object_id)

    @action(  # type: ignore[untyped-decorator]
        description=_("Resolve"), icon="done_all", permissions=["acknowledge"], dialog=RESOLVE
    )
    def resolve_one(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """This one, where a person says that it is over."""
        self.resolve(request, Alert.objects.filter(pk=object_id))
        return back_to(object_id)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What still can be done with it; a cause that the house sees going is not for people to close."""
        alert = Alert.objects.filter(pk=object_id).first()
        found: Sequence[Any] = super().get_actions_detail(request, object_id)
        hidden = hidden_of(alert) if alert else set()
        return [one for one in found if not any(str(one.action_name).endswith(name) for name in hidden)]

    def _snooze(self, request: HttpRequest, queryset: QuerySet[Alert], *, hours: int) -> None:
        at = timezone.now()
        count = alerts.snooze(queryset, until=at + timedelta(hours=hours), by=person(request), at=at)
        self.message_user(request, _("%(count)d snoozed.") % {"count": count})


def hidden_of(alert: Alert) -> set[str]:
    """The acts that would do nothing now."""
    if alert.resolved_at:
        return {"acknowledge_one", "snooze_one", "resolve_one"}
    hidden = {"acknowledge_one"} if alert.acknowledged_at else set()
    return hidden if alert.kind in alerts.kinds_for_people() else hidden | {"resolve_one"}


def state_of(alert: Alert) -> tuple[str, str]:
    """Where an alert stands: what its colour goes by, and the word."""
    if alert.resolved_at:
        return "done", str(_("resolved"))
    if alert.acknowledged_at:
        return "acknowledged", str(_("acknowledged"))
    if alert.snoozed_until and alert.snoozed_until > timezone.now():
        return "waiting", str(_("snoozed"))
    if alert.ladder_at:
        return "running", str(_("on its ladder"))
    return "critical", pgettext("an alert", "open")


def back_to(object_id: str) -> HttpResponse:
    """The alert's page, from a dialog on it."""
    return HttpResponse(headers={"HX-Redirect": reverse("admin:core_alert_change", args=[object_id])})
