"""Stations, their connectors and sockets, as operators keep them; what frames say of them lives in state.py."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import TariffPlan
from drivepower.core.tenancy import CutQuerySet
from stations.models.places import CODE, Location, Point, called, within
from stations.models.quirks import QuirkProfile

# A gateway that has not renewed its lease for this long is dead, and its sockets with it.
LEASE = timedelta(seconds=15)


class Gateway(models.Model):
    """A server process that holds stations' sockets, alive while it renews its lease."""

    id = models.UUIDField(_("ID"), primary_key=True, default=uuid.uuid4)
    process = models.CharField(_("process"), max_length=120)
    started_at = models.DateTimeField(_("started"))
    renewed_at = models.DateTimeField(_("lease renewed"))

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.process


class StationQuerySet(CutQuerySet["Station"]):
    """Questions about many stations."""

    company_paths = ("location__host",)

    def online(self, *, at: datetime) -> "StationQuerySet":
        """Those that hold a socket on a gateway whose lease is alive."""
        return self.filter(gateway__renewed_at__gt=at - LEASE)

    def public(self) -> "StationQuerySet":
        """Those that drivers may see."""
        return self.filter(is_public=True, service_state=Station.ServiceState.IN_SERVICE)

    def with_live_state(self) -> "StationQuerySet":
        """With everything that says how they are now, in a constant number of queries."""
        from stations.models.access import Maintenance  # which stands on this module

        works = Maintenance.objects.filter(state=Maintenance.State.UNDER_WAY)
        under_way = models.Prefetch("maintenance", works, to_attr="works")
        whole = self.select_related("location", "gateway", "seen")
        return whole.prefetch_related("connectors", "connector_states", under_way)

    def with_plans(self) -> "StationQuerySet":
        """With every tariff plan that may decide their price."""
        return self.select_related("location", "own_plan", "tariff_plan").prefetch_related("connectors__tariff_plan")

    def called(self, text: str) -> "StationQuerySet":
        """Those whose code, or whose location's code, name or address, contains the text."""
        return self.filter(Q(code__icontains=text) | called("location__", text))

    def near(self, point: Point, *, radius_km: float) -> "StationQuerySet":
        """Those within so many kilometres, each with its `distance_km`."""
        return within(self, "location__", point, radius_km)

    def offering(self, *, connector_type: str = "", free_at: datetime | None = None) -> "StationQuerySet":
        """Those with a connector of that type; with `free_at`, one that is free on a station that is online then."""
        wanted: dict[str, object] = {"connectors__number__gt": 0}
        if connector_type:
            wanted["connectors__type"] = connector_type
        if free_at is None:
            return self.filter(pk__in=Station.objects.filter(**wanted).values("pk"))
        wanted |= {"connector_states__number": F("connectors__number"), "connector_states__status": "Available"}
        return self.filter(pk__in=Station.objects.online(at=free_at).filter(**wanted).values("pk"))


class Station(models.Model):
    """A charging station: `code` is what drivers see, `identity` what it puts in its URL and never public."""

    class Registration(models.TextChoices):
        PENDING = "pending", _("pending")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    class ServiceState(models.TextChoices):
        PLANNED = "planned", _("planned")
        COMMISSIONING = "commissioning", _("commissioning")
        IN_SERVICE = "in_service", _("in service")
        OUT_OF_SERVICE = "out_of_service", _("out of service")
        RETIRED = "retired", _("retired")

    class SecurityProfile(models.IntegerChoices):
        OPEN = 0, _("0, no authentication")
        BASIC = 1, _("1, Basic")
        TLS_BASIC = 2, _("2, TLS and Basic")
        TLS_CERTIFICATE = 3, _("3, TLS and client certificate")

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[CODE])
    identity = models.CharField(_("OCPP identity"), max_length=255, unique=True)
    location = models.ForeignKey(
        Location,
        verbose_name=_("location"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stations",
    )
    vendor = models.CharField(_("vendor"), max_length=100, blank=True)
    model = models.CharField(_("model"), max_length=100, blank=True)
    serial = models.CharField(_("serial"), max_length=100, blank=True)
    firmware = models.CharField(_("firmware"), max_length=100, blank=True)
    registration = models.CharField(
        _("registration"), max_length=10, choices=Registration, default=Registration.ACCEPTED
    )
    service_state = models.CharField(
        _("service state"), max_length=14, choices=ServiceState, default=ServiceState.IN_SERVICE
    )
    is_public = models.BooleanField(_("public"), default=True)
    security_profile = models.PositiveSmallIntegerField(
        _("security profile"), choices=SecurityProfile, default=SecurityProfile.BASIC
    )
    key_hash = models.CharField(_("hash of its key"), max_length=64, blank=True, editable=False)
    previous_key_hash = models.CharField(_("hash of its previous key"), max_length=64, blank=True, editable=False)
    key_in_doubt = models.BooleanField(
        _("newest key in doubt"),
        default=False,
        editable=False,
        help_text=_("The newest key was sent and no answer came: whichever of the two is used next is the right one."),
    )
    next_security_profile = models.PositiveSmallIntegerField(
        _("security profile it was told to take"), choices=SecurityProfile, null=True, blank=True, editable=False
    )
    certificate_name = models.CharField(
        _("name in its certificate"),
        max_length=255,
        blank=True,
        help_text=_("CN of the client certificate that security profile 3 asks for: usually the serial number."),
    )
    allows_no_subprotocol = models.BooleanField(
        _("may offer no subprotocol"), default=False, help_text=_("For old firmware that names no OCPP version.")
    )
    allows_plain = models.BooleanField(
        _("may come without TLS"), default=False, help_text=_("Where OCPP_REQUIRE_TLS asks it of everyone else.")
    )
    labels = ArrayField(models.CharField(max_length=40), verbose_name=_("labels"), default=list, blank=True)
    quirk_profile = models.ForeignKey(
        QuirkProfile,
        verbose_name=_("quirk profile"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stations",
        help_text=_("Before any that matches by vendor, model and firmware."),
    )
    contested_at = models.DateTimeField(
        _("contested since"), null=True, blank=True, editable=False, help_text=_("Two sockets fight for its identity.")
    )
    tariff_plan = models.ForeignKey(
        TariffPlan, verbose_name=_("tariff plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    own_plan = models.ForeignKey(
        TariffPlan, verbose_name=_("own price"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    heartbeat_interval = models.PositiveIntegerField(_("heartbeat interval, s"), null=True, blank=True)
    gateway = models.ForeignKey(
        Gateway,
        verbose_name=_("gateway"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="stations",
    )
    epoch = models.BigIntegerField(_("number of the connection"), default=0, editable=False)
    connected_at = models.DateTimeField(_("connected"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(code=F("identity")),
                name="public_code_is_not_the_ocpp_identity",
                violation_error_message=_(
                    "The public code must differ from the OCPP identity, which is not for everybody to read."
                ),
            ),
            models.CheckConstraint(
                condition=Q(gateway=None) | Q(connected_at__isnull=False),
                name="connected_station_says_since_when",
                violation_error_message=_("A connected station says since when it is connected."),
            ),
            models.UniqueConstraint(
                fields=["certificate_name"],
                condition=~Q(certificate_name=""),
                name="one_station_per_certificate_name",
                violation_error_message=_("Another station has a certificate of this name already."),
            ),
        ]
        indexes = [GinIndex(fields=["labels"], name="stations_by_label")]

    def is_online(self, *, at: datetime) -> bool:
        """Whether it holds a socket on a gateway whose lease is alive."""
        return self.gateway is not None and self.gateway.renewed_at > at - LEASE

    def __str__(self) -> str:
        return self.code


class ConnectorQuerySet(CutQuerySet["Connector"]):
    """Questions about many connectors."""

    company_paths = ("station__location__host",)


class Connector(models.Model):
    """A socket or cable of a station; number 0 is the station itself."""

    class Type(models.TextChoices):
        CCS2 = "CCS2", "CCS2"
        CHADEMO = "CHAdeMO", "CHAdeMO"
        TYPE2 = "Type2", "Type 2"
        GBT_DC = "GB/T DC", "GB/T DC"
        GBT_AC = "GB/T AC", "GB/T AC"

    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="connectors")
    number = models.PositiveSmallIntegerField(_("number"))
    type = models.CharField(_("type"), max_length=20, choices=Type, blank=True)
    max_power_w = models.PositiveIntegerField(_("power, W"), null=True, blank=True)
    phases = models.PositiveSmallIntegerField(_("phases"), default=3, help_text=_("0: direct current"))
    tariff_plan = models.ForeignKey(
        TariffPlan, verbose_name=_("tariff plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ConnectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("connector")
        verbose_name_plural = _("connectors")
        ordering = ["station", "number"]
        constraints = [
            models.UniqueConstraint(fields=["station", "number"], name="connector_number_is_unique_in_its_station"),
        ]

    def __str__(self) -> str:
        return f"{self.station.code} / {self.number}"


class Knock(models.Model):
    """A handshake or card that was refused because nobody knows it; capped, for an operator to adopt."""

    class Kind(models.TextChoices):
        STATION = "station", _("station")
        TAG = "tag", _("card")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    value = models.CharField(_("value"), max_length=255)
    reason = models.CharField(_("reason"), max_length=40)
    address = models.CharField(_("from"), max_length=60, blank=True)
    key_hash = models.CharField(_("hash of its key"), max_length=64, blank=True, editable=False)
    keys_differ = models.BooleanField(
        _("keys differ"),
        default=False,
        editable=False,
        help_text=_("More than one key was offered under this name: at least one of them is somebody else's."),
    )
    count = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("knock")
        verbose_name_plural = _("knocking")
        ordering = ["-last_at"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_knock_per_kind_and_value")]
        indexes = [models.Index(fields=["-last_at"], name="knocks_newest_first")]

    def __str__(self) -> str:
        return self.value
