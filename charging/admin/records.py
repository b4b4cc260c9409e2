"""What stations measured, what sessions came to, and what nobody could place."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from billing.admin.columns import money
from charging.models import MeterReading, Settlement, StrayMessage
from drivepower.core.admin import RecordAdmin

COLOURS = {Settlement.Verdict.OK: "success", Settlement.Verdict.SUSPECT: "warning"}


@admin.register(MeterReading)
class MeterReadingAdmin(RecordAdmin):
    """Samples as stations sent them; never counted, there are too many."""

    list_display = ["at", "station", "number", "session_key", "measurand", "phase", "context", "measured", "raw"]
    list_select_related = ["station"]
    search_fields = ["session_key"]
    search_help_text = _("number of a session")
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
class SettlementAdmin(RecordAdmin):
    """What sessions came to, revision by revision."""

    total = money("total", _("total"))
    owed = money("shortfall", _("owed"))
    list_display = ["made_at", "session", "revision", "badge", total, owed]
    list_filter = ["verdict", "currency"]
    list_select_related = ["session"]
    search_fields = ["session__public_id__exact"]
    fields = readonly_fields = ["session", "revision", "verdict", total, owed, "lines", "made_at"]

    @display(description=_("verdict"), ordering="verdict", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, settlement: Settlement) -> tuple[str, str]:
        """The verdict, coloured."""
        return settlement.verdict, settlement.get_verdict_display()


@admin.register(StrayMessage)
class StrayMessageAdmin(RecordAdmin):
    """What stations said of transactions that we cannot find."""

    list_display = ["received_at", "station", "action", "tried", "session"]
    list_filter = ["action", ("session", admin.EmptyFieldListFilter)]
    list_select_related = ["station", "session"]
    search_fields = ["station__code"]
