"""Roll-ups as lists, and filters of sessions by what figures count of them."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from charging import review
from charging.models import DailyFigures, FiguresMark, HourlyEnergy
from charging.rollups import counted
from drivepower.core import measures
from drivepower.core.admin import RecordAdmin

# How far back the start page looks for charges of nobody.
LOOKED_BACK = timedelta(days=30)


class FindingFilter(admin.SimpleListFilter):
    """Sessions with one of the findings of the review."""

    title = _("finding")
    parameter_name = "finding"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All findings by name."""
        return [(name, review.say(name)) for name in review.ALL]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that have it."""
        return queryset.filter(findings__contains=[self.value()]) if self.value() else queryset


class HiddenFilter(admin.SimpleListFilter):
    """A filter that links name; the panel shows it only while it holds."""

    names_nobody = True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What the address names."""
        named = request.GET.get(str(self.parameter_name), "")
        return [(named, named)] if named else []

    def day(self) -> date | None:
        """The day that it names; None where it names none."""
        try:
            return parse_date(self.value() or "")
        except ValueError:
            return None


class DayFilter(HiddenFilter):
    """Sessions that are counted in the figures of a day."""

    title = _("counted on")
    parameter_name = "counted_on"

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those; all where no day is named."""
        day = self.day()
        found: QuerySet[Any] = counted.of_day(queryset, day) if day else queryset
        return found


class FailedFirstFilter(HiddenFilter):
    """First tries that failed, from a day on."""

    title = _("first tries that failed since")
    parameter_name = "failed_since"

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those; all where no day is named."""
        day = self.day()
        found: QuerySet[Any] = counted.failed_first(queryset, since=day) if day else queryset
        return found


class PayerFilter(admin.SimpleListFilter):
    """Sessions of the last days that nobody pays for."""

    title = _("who pays")
    parameter_name = "payer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Only nobody is worth a list."""
        return [("nobody", _("nobody, in 30 days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those."""
        is_on = self.value() == "nobody"
        since = timezone.now() - LOOKED_BACK
        found: QuerySet[Any] = counted.of_nobody(queryset, since=since) if is_on else queryset
        return found


@admin.register(DailyFigures)
class DailyFiguresAdmin(RecordAdmin):
    """Connectors day by day."""

    list_display = ["day", "connector", "sessions", "attempts", "failures", "energy", "busy", "revenue_shown"]
    list_filter = ["day"]
    list_select_related = ["connector__station"]
    search_fields = ["connector__station__code"]
    empty_hint = _("A day appears here a few seconds after its first charge has ended.")

    @admin.display(description=_("energy"), ordering="energy_wh")
    def energy(self, row: DailyFigures) -> str:
        """In kWh."""
        return measures.energy(row.energy_wh)

    @admin.display(description=_("busy"), ordering="busy_s")
    def busy(self, row: DailyFigures) -> str:
        """Hours and minutes."""
        return f"{row.busy_s // 3600}:{row.busy_s // 60 % 60:02}"

    @admin.display(description=_("revenue"))
    def revenue_shown(self, row: DailyFigures) -> str:
        """By currency."""
        return " · ".join(f"{amount} {currency}" for currency, amount in sorted(row.revenue.items())) or "–"


@admin.register(HourlyEnergy)
class HourlyEnergyAdmin(RecordAdmin):
    """Connectors hour by hour."""

    list_display = ["hour", "connector", "energy"]
    list_select_related = ["connector__station"]
    search_fields = ["connector__station__code"]
    empty_hint = _("An hour appears here a few seconds after a charge in it has ended.")

    @admin.display(description=_("energy"), ordering="energy_wh")
    def energy(self, row: HourlyEnergy) -> str:
        """In kWh."""
        return measures.energy(row.energy_wh)


@admin.register(FiguresMark)
class FiguresMarkAdmin(RecordAdmin):
    """What waits to be rolled up; empty within seconds while the clock runs."""

    list_display = ["since", "until", "connector_named"]
    ordering = ["-id"]
    empty_hint = _("Nothing waits: all figures are up to date.")

    @admin.display(description=_("connector"), ordering="connector_id")
    def connector_named(self, mark: FiguresMark) -> str:
        """By its key: the connector itself may be gone by now."""
        return f"#{mark.connector_id}" if mark.connector_id else ""
