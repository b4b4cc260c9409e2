"""What was asked of stations, which processes hold sockets, and when who was connected in what state."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.named import NamingPeople
from drivepower.core.admin import RecordAdmin
from stations.intents import intent
from stations.models import Command, ConnectionSpan, Gateway, StatusSpan
from stations.models.network import LEASE
from stations.statuses import with_original

STATE_COLOURS = {
    Command.State.QUEUED: "info",
    Command.State.SENT: "info",
    Command.State.ACCEPTED: "success",
    Command.State.REJECTED: "danger",
    Command.State.FAILED: "danger",
    Command.State.TIMED_OUT: "warning",
}


@admin.register(Command)
class CommandAdmin(NamingPeople, RecordAdmin):
    """The ledger of commands."""

    empty_hint = _("Whatever is asked of a station, by people or by itself, brings a row.")
    list_display = ["asked_at", "station", "asked", "subject", "outcome", "effect", "asked_by", "answered_at"]
    live_rows = "command"
    phone_columns = ["station", "asked", "outcome", "effect"]
    list_filter = ["state", "effect"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["station__code", "subject", "intent"]

    @admin.display(description=_("intent"))
    def asked(self, command: Command) -> str:
        """What was asked, in words."""
        return intent(command.intent)

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def outcome(self, command: Command) -> tuple[str, str]:
        """A badge by what became of it."""
        return command.state, command.get_state_display()


@admin.register(Gateway)
class GatewayAdmin(RecordAdmin):
    """Server processes that hold sockets."""

    empty_hint = _("Each server process that stations connect to brings a row.")
    is_big = False
    list_display = ["process", "alive", "stations_held", "started_at", "renewed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gateway]:
        """With the number of stations that each holds."""
        gateways: QuerySet[Gateway] = super().get_queryset(request)
        return gateways.annotate(stations_held=Count("stations"))

    @admin.display(description=_("alive"), boolean=True)
    def alive(self, gateway: Gateway) -> bool:
        """Whether its lease holds."""
        return gateway.renewed_at > timezone.now() - LEASE

    @admin.display(description=_("stations"), ordering="stations_held")
    def stations_held(self, gateway: Any) -> int:
        """How many sockets it holds."""
        count: int = gateway.stations_held
        return count


@admin.register(ConnectionSpan)
class ConnectionSpanAdmin(RecordAdmin):
    """When stations were connected."""

    empty_hint = _("Each connection of a station brings a row.")
    list_display = ["station", "since", "until", "reason", "was_fight", "close_code", "address"]
    list_filter = ["reason", "was_fight"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["station__code"]


@admin.register(StatusSpan)
class StatusSpanAdmin(RecordAdmin):
    """When connectors had which status."""

    empty_hint = _("Each status that a station reports brings a row.")
    list_display = ["station", "number", "status_shown", "error_code", "since", "until"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["station__code"]

    @admin.display(description=_("status"))
    def status_shown(self, span: StatusSpan) -> str:
        """In the reader's words."""
        return with_original(span.status)
