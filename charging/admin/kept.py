"""What stations keep for us: reservations, charging profiles, local lists."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.named import NamingPeople
from charging.models import ChargingProfile, LocalList, Reservation
from drivepower.core.admin import CarefulAdmin, RecordAdmin


@admin.register(Reservation)
class ReservationAdmin(NamingPeople, RecordAdmin):
    """Reservations, the newest first."""

    list_display = ["id", "badge", "station", "connector", "driver", "tag", "until", "answer", "asked_by"]
    list_filter = ["state", ("session", admin.EmptyFieldListFilter)]
    list_select_related = ["station", "connector__station", "driver"]
    search_fields = ["tag", "station__code", "driver__phone", "driver__email"]
    more_columns = ["asked_at", "ended_at", "parent_tag"]
    empty_hint = _("Drivers reserve a connector in the app; what they reserve is here until it is used or over.")

    @display(description=_("state"), ordering="state", label={"active": "success", "requested": "info"})  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, reservation: Reservation) -> tuple[str, str]:
        """The state, coloured."""
        return reservation.state, reservation.get_state_display()


@admin.register(ChargingProfile)
class ChargingProfileAdmin(NamingPeople, RecordAdmin):
    """Charging profiles, the newest first."""

    list_display = ["profile_id", "badge", "station", "number", "purpose", "stack_level", "session", "changed_at"]
    list_filter = ["state", "purpose"]
    list_select_related = ["station", "session"]
    search_fields = ["station__code", "profile_id__exact"]
    empty_hint = _("A profile is sent from a station's page, or by the sharing of a supply.")

    @display(description=_("state"), ordering="state", label={"applied": "success", "requested": "info"})  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, profile: ChargingProfile) -> tuple[str, str]:
        """The state, coloured."""
        return profile.state, profile.get_state_display()


@admin.register(LocalList)
class LocalListAdmin(CarefulAdmin):
    """Which stations keep a list, and how far it is."""

    list_display = ["station", "is_kept", "support", "version", "accepted_at", "checked_at", "problem"]
    list_filter = ["is_kept", "support"]
    list_select_related = ["station"]
    search_fields = ["station__code"]
    autocomplete_fields = ["station"]
    fields = ["station", "is_kept", "support", "version", "is_full_needed", "problem", "checked_at", "accepted_at"]
    readonly_fields = ["version", "problem", "checked_at", "accepted_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LocalList]:
        """Without the entries, which are many."""
        lists: QuerySet[LocalList] = super().get_queryset(request)
        return lists.defer("entries")
