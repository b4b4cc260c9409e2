"""What stations measured, what sessions came to, and what nobody could place."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.named import NamingPeople
from billing.admin.columns import currencies, money
from charging.admin import told
from charging.models import Decision, MeterReading, Settlement, StrayMessage
from drivepower.core.admin import RecordAdmin
from drivepower.core.filters import of_known

Verdict = Settlement.Verdict
COLOURS = {
    Verdict.OK: "success",
    Verdict.SUSPECT: "warning",
    Verdict.ACCEPTED: "success",
    Verdict.CORRECTED: "info",
    Verdict.WAIVED: "danger",
    Verdict.REPRICED: "info",
}
VERBS = {
    Decision.Verb.ACCEPT: "success",
    Decision.Verb.CORRECT: "info",
    Decision.Verb.WAIVE: "danger",
    Decision.Verb.RERUN: "",
    Decision.Verb.REPRICE: "info",
}


@admin.register(MeterReading)
class MeterReadingAdmin(RecordAdmin):
    """Samples as stations sent them; never counted, there are too many."""

    list_display = ["at", "station", "number", "session_key", "measurand", "phase", "context", "measured", "raw"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["session_key"]
    narrowed_by = ["session_key"]
    search_help_text = _("number of a session")
    empty_hint = _("Stations send readings while a car charges.")
    ordering = ["-id"]

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[MeterReading]", search_term: str
    ) -> "tuple[QuerySet[MeterReading], bool]":
        """By the session's number alone, which has an index."""
        text = search_term.strip().removeprefix("#")
        if not text:
            return queryset, False
        known = text.isascii() and text.isdigit() and int(text) < 2**31
        return (queryset.filter(session_key=int(text)) if known else queryset.none()), False

    @admin.display(description=_("value"))
    def measured(self, reading: MeterReading) -> str:
        """The value in its unit."""
        return "–" if reading.value is None else f"{reading.value.normalize():f} {reading.unit}"


@admin.register(Settlement)
class SettlementAdmin(NamingPeople, RecordAdmin):
    """What sessions came to, revision by revision."""

    empty_hint = _("Each charge that is settled brings a row.")
    total = money("total", _("total"))
    owed = money("shortfall", _("owed"))
    list_display = ["made_at", "session", "revision", "badge", total, owed, "decided_by", "reason"]
    list_filter = ["verdict", ("currency", of_known(currencies))]
    list_select_related = ["session__station__location"]
    search_fields = ["session__public_id__exact"]
    fields = readonly_fields = [
        "session",
        "revision",
        "verdict",
        total,
        owed,
        "decided_by",
        "reason",
        "priced",
        "made_at",
    ]

    class Media:
        css = {"all": ["charging/money.css"]}

    @admin.display(description=_("price lines"))
    def priced(self, settlement: Settlement) -> str:
        """The lines as a table."""
        return told.lines_of(settlement)

    @display(description=_("verdict"), ordering="verdict", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, settlement: Settlement) -> tuple[str, str]:
        """The verdict, coloured."""
        return settlement.verdict, settlement.get_verdict_display()


@admin.register(Decision)
class DecisionAdmin(NamingPeople, RecordAdmin):
    """What people decided about finished sessions, and why."""

    empty_hint = _("What people decide about a charge brings a row.")
    list_display = ["made_at", "session", "badge", "decided_by", "reason", "changes"]
    list_filter = ["verb"]
    list_select_related = ["session"]
    search_fields = ["session__public_id__exact", "reason"]
    fields = readonly_fields = [
        "session",
        "revision",
        "verb",
        "decided_by",
        "approved_by",
        "reason",
        "changes",
        "stood",
        "stands",
        "made_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        """With those who paid, by name."""
        return told.with_payers(super().get_queryset(request), company=getattr(request.user, "company_id", None))

    @display(description=_("decision"), ordering="verb", label=VERBS)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, decision: Decision) -> tuple[str, str]:
        """What it was, coloured."""
        return decision.verb, decision.get_verb_display()

    @admin.display(description=_("what changed"))
    def changes(self, decision: Decision) -> str:
        """Before and after, where they differ."""
        return told.changes_of(decision)

    @admin.display(description=_("before"))
    def stood(self, decision: Any) -> str:
        """All that stood before it."""
        return told.standing_of(decision.before, decision.payer_before)

    @admin.display(description=_("after"))
    def stands(self, decision: Any) -> str:
        """The same after it."""
        return told.standing_of(decision.after, decision.payer_after)


@admin.register(StrayMessage)
class StrayMessageAdmin(RecordAdmin):
    """What stations said of transactions that we cannot find."""

    list_display = ["received_at", "station", "action", "tried", "session"]
    list_filter = ["action", ("session", admin.EmptyFieldListFilter)]
    list_select_related = ["station__location", "session"]
    clocked_by = "station__location"
    search_fields = ["station__code"]
    empty_hint = _("What stations say about charges that nobody knows is kept here: nothing of that is good news.")
