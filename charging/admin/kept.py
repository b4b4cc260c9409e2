"""What stations keep for us: reservations, charging profiles, local lists."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.named import NamingPeople
from charging.local_lists import problems
from charging.models import ChargingProfile, LocalList, Reservation
from drivepower.core.admin import CarefulAdmin, RecordAdmin
from drivepower.core.knowing import Knowing


@admin.register(Reservation)
class ReservationAdmin(NamingPeople, Knowing, RecordAdmin):
    """Reservations, the newest first."""

    known_to = ("driver__company",)
    naming = ("driver", "tag", "parent_tag", "id_tag")
    list_display = ["id", "badge", "station", "connector", "who", "card", "until", "answer", "asked_by"]
    list_filter = ["state", ("session", admin.EmptyFieldListFilter)]
    list_select_related = ["station__location", "connector__station", "driver"]
    clocked_by = "station__location"
    search_fields = ["tag", "station__code", "driver__phone", "driver__email"]
    more_columns = ["asked_at", "ended_at", "group"]
    empty_hint = _("Drivers reserve a connector in the app; what they reserve is here until it is used or over.")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Staff of a company find by a name whom they know."""
        rows = self.of_known(request, queryset) if search_term else queryset
        return super().get_search_results(request, rows, search_term)

    @admin.display(description=_("driver"))
    def who(self, reservation: Any) -> str:
        """For whom."""
        return str(reservation.driver or "–") if reservation.is_known else "–"

    @admin.display(description=_("tag as sent"))
    def card(self, reservation: Any) -> str:
        """By which card."""
        return reservation.tag if reservation.is_known else "–"

    @admin.display(description=_("group as sent"))
    def group(self, reservation: Any) -> str:
        """By the cards of which group, too."""
        return reservation.parent_tag or "–" if reservation.is_known else "–"

    @display(description=_("state"), ordering="state", label={"active": "success", "requested": "info"})  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, reservation: Reservation) -> tuple[str, str]:
        """The state, coloured."""
        return reservation.state, reservation.get_state_display()


@admin.register(ChargingProfile)
class ChargingProfileAdmin(NamingPeople, RecordAdmin):
    """Charging profiles, the newest first."""

    list_display = ["profile_id", "badge", "station", "number", "purpose", "stack_level", "session", "changed_at"]
    list_filter = ["state", "purpose"]
    list_select_related = ["station__location", "session"]
    clocked_by = "station__location"
    search_fields = ["station__code", "profile_id__exact"]
    empty_hint = _("A profile is sent from a station's page, or by the sharing of a supply.")

    @display(description=_("state"), ordering="state", label={"applied": "success", "requested": "info"})  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, profile: ChargingProfile) -> tuple[str, str]:
        """The state, coloured."""
        return profile.state, profile.get_state_display()


@admin.register(LocalList)
class LocalListAdmin(CarefulAdmin):
    """Which stations keep a list, and how far it is."""

    empty_hint = _(
        "A station that is listed here keeps the cards that may charge while it is offline. Add one: "
        "its list is then kept up to date."
    )
    list_display = ["station", "is_kept", "support", "version", "accepted_at", "checked_at", "problem_shown"]
    list_filter = ["is_kept", "support"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["station__code"]
    autocomplete_fields = ["station"]
    fields = [
        "station",
        "is_kept",
        "support",
        "version",
        "is_full_needed",
        "problem_shown",
        "checked_at",
        "accepted_at",
    ]
    readonly_fields = ["version", "problem_shown", "checked_at", "accepted_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LocalList]:
        """Without the entries, which are many."""
        lists: QuerySet[LocalList] = super().get_queryset(request)
        return lists.defer("entries")

    @admin.display(description=_("problem"))
    def problem_shown(self, kept: LocalList) -> str:
        """In the reader's language."""
        return problems.in_words(kept.problem)
