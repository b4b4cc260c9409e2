"""Locations, stations and connectors."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from drivepower.core.admin import CarefulAdmin, CarefulInline, save_changed
from drivepower.core.admin_exports import Exported, columns
from drivepower.core.cut_pages import cut
from drivepower.core.inputs.telling import Telling
from drivepower.core.inputs.texts import told
from stations import contest, registry
from stations.admin.commissioning import CommissionPages
from stations.admin.connectors import local
from stations.admin.hardware import DriftFilter
from stations.admin.keys import KeyPages
from stations.admin.labels import LabelFilter, Labelling
from stations.admin.lacking import LackFilter, LineFilter
from stations.admin.location_form import LocationForm
from stations.admin.own_price import OwnPriceAdmin, PublicPlans
from stations.admin.stickers import StickerPages
from stations.keeping import RETIRED, may_retire
from stations.models import Connector, Location, Station
from stations.statuses import with_original

SETTLE = {
    "title": _("Trust whoever holds the socket now?"),
    "description": _("Secrets are sent to it again. Issue a new key first if the old one may have leaked."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Trust"),
}


@admin.register(Location)
class LocationAdmin(Exported, Labelling, Telling, CarefulAdmin):
    """Places."""

    form = LocationForm
    told = {"name": "name_told", "notice": "notice_told"}
    empty_hint = _(
        "The places where stations stand, which drivers see on the map. Add the first, then put stations there."
    )
    exported = columns(
        code="code", name="__str__", address="address", latitude="latitude", longitude="longitude",
        time_zone="time_zone", host="host", labels="labels", supply_limit_a="supply_limit_a",
    )  # fmt: skip
    exported_with = ("host",)

    list_display = ["code", "__str__", "address", "stations_here", "host", "time_zone"]
    list_display += ["supply_limit_a", "shares_supply"]
    list_filter = ["host", "shares_supply", "starts_paused", LabelFilter]
    list_select_related = ["host"]
    search_fields = ["code", "address"]
    autocomplete_fields = ["host"]
    readonly_fields = ["created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Location]:
        """With the number of stations."""
        locations: QuerySet[Location] = super().get_queryset(request)
        return locations.annotate(stations_here=Count("stations"))

    @admin.display(description=_("stations"), ordering="stations_here")
    def stations_here(self, location: Any) -> int:
        """How many stand there."""
        count: int = location.stations_here
        return count

    @admin.display(description=_("name"))
    def name_told(self, location: Location) -> str:
        """In each language."""
        return told(location.name)

    @admin.display(description=_("notice to drivers"))
    def notice_told(self, location: Location) -> str:
        """In each language."""
        return told(location.notice)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A place with history stays; pages of what it belongs to ask about it, too, without its number of stations."""
        return obj is not None and not obj.stations.exists() and super().has_delete_permission(request, obj)


class ConnectorInline(PublicPlans, CarefulInline):
    """The connectors of a station; number 0 is the station itself."""

    model = Connector
    fields = ["number", "type", "max_power_w", "phases", "tariff_plan"]


@admin.register(Station)
class StationAdmin(Exported, Labelling, KeyPages, CommissionPages, StickerPages, OwnPriceAdmin, CarefulAdmin):
    """Stations; the OCPP identity is shown here and nowhere else."""

    # Without the OCPP identity, which is on the station's own page alone.
    exported = columns(
        station="code", location="location.code", vendor="vendor", model="model", serial="serial", firmware="firmware",
        service_state="service_state", registration="registration", public="is_public", labels="labels",
        security_profile="security_profile", tariff_plan="tariff_plan", connected_at="connected_at",
    )  # fmt: skip
    exported_with = ("location", "tariff_plan")
    clocked_by = "location"

    list_display = ["code", "place", "online", "connector_statuses", "model", "firmware", "service_state", "security"]
    list_display += ["last_seen"]
    list_filter = ["service_state", "registration", "security_profile", "is_public", LineFilter, LackFilter]
    list_filter += [DriftFilter, "vendor", "firmware", LabelFilter, "location"]
    more_columns = ["vendor", "serial", "labels", "registration", "is_public", "connected_at"]
    empty_hint = _("No station is here yet: add one, or adopt one that knocks.")
    empty_action = (_("See who knocks"), "admin:stations_knock_changelist")
    live_rows = "station"
    phone_columns = ["place", "online", "connector_statuses", "service_state"]
    search_fields = ["code", "identity", "serial", "location__code", "location__address"]
    autocomplete_fields = ["location"]
    readonly_fields = ["holds_socket", "has_key", "connected_at", "last_seen", "last_boot", "created_at"]
    readonly_fields += ["next_security_profile", "key_in_doubt", "contested_at", "own_price"]
    inlines = [ConnectorInline]
    actions = ["print_stickers", "commission_many", "label_rows"]
    actions_list = ["stickers"]
    actions_detail = ["commission", "issue_key", "rotate_key", "settle_contest", "set_own_price", "clear_own_price"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("code", "identity", "location", "service_state", "is_public", "labels"),
                    *("holds_socket", "last_seen"),
                ]
            },
        ),
        (_("Price"), {"fields": ["tariff_plan", "own_price"]}),
        (
            _("Security"),
            {
                "fields": [
                    *("registration", "security_profile", "next_security_profile", "certificate_name"),
                    *("has_key", "key_in_doubt", "contested_at", "allows_plain", "allows_no_subprotocol"),
                    "quirk_profile",
                ]
            },
        ),
        (
            _("Hardware"),
            {"fields": ["vendor", "model", "serial", "firmware", "heartbeat_interval"], "classes": ["tab"]},
        ),
        (_("Traces"), {"fields": ["connected_at", "last_boot", "created_at"], "classes": ["tab"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Station]:
        """With everything that the list shows of their state."""
        stations: QuerySet[Station] = cut(Station.objects.with_live_state(), request)
        return stations

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Where stations are set up before they work, a new one waits for that."""
        return {"registration": registry.first_registration(), **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Whether a retired one is in use again, too, for those who retire none."""
        fields = super().get_readonly_fields(request, obj)
        is_over = obj is not None and obj.service_state == RETIRED
        return [*fields, "service_state"] if is_over and not may_retire(request.user) else fields

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Retiring is offered to those who may."""
        if db_field.name == "service_state" and not may_retire(request.user):
            kwargs["choices"] = [one for one in db_field.choices if one[0] != RETIRED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """Who may work is decided by a verb, which leaves a trace; everything else is written as it is."""
        if not change or "registration" not in form.changed_data:
            super().save_model(request, obj, form, change)
            return
        registry.register(station=obj, registration=Station.Registration(obj.registration), at=timezone.now())
        save_changed(obj, [name for name in form.changed_data if name != "registration"])

    @display(description=_("security"), ordering="security_profile", label={"open": "danger"})  # type: ignore[untyped-decorator]  # unfold has no type hints
    def security(self, station: Station) -> tuple[str, str]:
        """The profile, in red where anyone may come in under the station's name."""
        is_open = station.security_profile == Station.SecurityProfile.OPEN
        return "open" if is_open else "closed", station.get_security_profile_display()

    @admin.display(description=_("location"), ordering="location__code")
    def place(self, station: Station) -> str:
        """Where it stands."""
        return str(station.location or "")

    @display(description=_("online"), label={"online": "success", "offline": "danger"})  # type: ignore[untyped-decorator]  # unfold has no type hints
    def online(self, station: Station) -> tuple[str, Any]:
        """A badge by its socket."""
        if station.is_online(at=timezone.now()):
            return "online", _("online")
        return "offline", _("offline")

    @admin.display(description=_("online"), boolean=True)
    def holds_socket(self, station: Station) -> bool:
        """The same on the station's own page, which shows no badges."""
        return station.is_online(at=timezone.now())

    @admin.display(description=_("connectors"))
    def connector_statuses(self, station: Station) -> str:
        """How many connectors have which status."""
        numbers = {connector.number for connector in station.connectors.all() if connector.number}
        statuses = Counter(state.status for state in station.connector_states.all() if state.number in numbers)
        counted = ((count, with_original(status)) for status, count in sorted(statuses.items()))
        return format_html_join(" · ", "{} {}", counted)

    @admin.display(description=_("last seen"), ordering="seen__last_frame_at")
    def last_seen(self, station: Station) -> str:
        """When it last sent anything, by the clock of its place."""
        seen = getattr(station, "seen", None)
        return local(seen.last_frame_at, station) if seen else ""

    @admin.display(description=_("last boot"))
    def last_boot(self, station: Station) -> str:
        """What its last Boot said."""
        seen = getattr(station, "seen", None)
        return ", ".join(f"{name}: {value}" for name, value in seen.boot.items()) if seen else ""

    @admin.display(description=_("has a key"), boolean=True)
    def has_key(self, station: Station) -> bool:
        """Whether a key was ever issued."""
        return bool(station.key_hash)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A station is retired, never deleted."""
        return False

    def has_settle_contest_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change stations, while two sockets fight."""
        is_contested = object_id is None or contest.is_contested(int(object_id))
        return is_contested and request.user.has_perm("stations.change_station")

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("The fight is over"), icon="handshake", permissions=["settle_contest"], dialog=SETTLE
    )
    def settle_contest(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Trust whoever holds the socket now."""
        station = self.get_object(request, object_id)
        if contest.settle_contest(station_id=station.pk, at=timezone.now()):
            self.log_change(request, station, "Settled the fight for its identity.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_station_change", args=[station.pk])})
