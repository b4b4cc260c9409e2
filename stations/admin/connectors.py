"""Connectors of all stations, as they last said they are."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from drivepower.core.admin import STATES, CarefulAdmin, state_label
from drivepower.core.clocks import offset
from stations.access import zone_of
from stations.admin.hardware import StatusFilter
from stations.admin.lacking import ConditionFilter, FaultFilter
from stations.admin.own_price import PublicPlans
from stations.models import Connector, ConnectorState, Station
from stations.statuses import with_original


@admin.register(Connector)
class ConnectorAdmin(PublicPlans, CarefulAdmin):
    """Connectors of all stations."""

    list_display = ["__str__", "place", "type", "status", "since", "error", "max_power_w", "phases", "tariff_plan"]
    list_filter = [StatusFilter, FaultFilter, ConditionFilter, "type", "station__service_state", "station__location"]
    live_rows = "connector"
    phone_columns = ["place", "type", "status", "error"]
    empty_hint = _("Connectors appear with the first status of their station, or are entered on its page.")
    empty_action = (_("To the stations"), "admin:stations_station_changelist")
    list_select_related = ["station__location", "tariff_plan"]
    search_fields = ["station__code", "station__location__code", "station__location__address"]
    autocomplete_fields = ["station"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connector]:
        """With the states of their stations' connectors."""
        connectors: QuerySet[Connector] = super().get_queryset(request)
        return connectors.prefetch_related("station__connector_states")

    @admin.display(description=_("location"), ordering="station__location__code")
    def place(self, connector: Connector) -> str:
        """Where it stands."""
        return str(connector.station.location or "")

    @display(description=_("status"), label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def status(self, connector: Connector) -> tuple[str, str] | None:
        """As last heard."""
        state = state_of(connector)
        return state_label(state.status.casefold(), with_original(state.status)) if state else None

    @admin.display(description=_("since"))
    def since(self, connector: Connector) -> str:
        """From when on, by the clock of its place."""
        state = state_of(connector)
        return local(state.effective_at, connector.station) if state else ""

    @admin.display(description=_("error"))
    def error(self, connector: Connector) -> str:
        """What it says is wrong, its maker's own code beside it."""
        state = state_of(connector)
        said = (state.error_code, state.vendor_error_code) if state else ()
        return " / ".join(word for word in said if word and word != "NoError")


def state_of(connector: Connector) -> ConnectorState | None:
    """Its newest status, out of those that were fetched for the whole list."""
    states: list[ConnectorState] = list(connector.station.connector_states.all())
    return next((state for state in states if state.number == connector.number), None)


def local(moment: datetime, station: Station) -> str:
    """A moment by the clock of the station's place, which is named."""
    here = timezone.localtime(moment, zone_of(station))
    return f"{date_format(here, 'DATETIME_FORMAT')} ({offset(here)})"
