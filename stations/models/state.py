"""What frames say about hardware: written by the journal (and presence) alone, so no foreign key is enforced."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet
from stations.models.network import Station

# What connectors call their state (OCPP 1.6, 7.7), by what it means here.
FREE = "Available"
# One may start: nothing charges, whether a cable is plugged in or not.
FITTING = (FREE, "Preparing")
# The car takes nothing more, and the connector is kept.
FINISHING = "Finishing"
IDLE = ("SuspendedEV", FINISHING)
IN_USE = ("Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved")
# A charge stands there: power flows, or the car or the station holds it back.
DELIVERING = ("Charging", "SuspendedEV", "SuspendedEVSE")
BROKEN = ("Unavailable", "Faulted")


class StationSeenQuerySet(CutQuerySet["StationSeen"]):
    """Questions about many stations."""

    company_paths = ("station__location__host",)


class StationSeen(models.Model):
    """When a station last spoke, and what its last Boot said."""

    station = models.OneToOneField(
        Station,
        verbose_name=_("station"),
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="seen",
    )
    last_frame_at = models.DateTimeField(_("last frame"))
    last_heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True)
    booted_at = models.DateTimeField(_("last boot"), null=True)
    boot = models.JSONField(_("last boot's fields"), default=dict)
    boot_count = models.PositiveIntegerField(_("boots"), default=0)

    objects = StationSeenQuerySet.as_manager()

    class Meta:
        verbose_name = _("station seen")
        verbose_name_plural = _("stations seen")

    def __str__(self) -> str:
        return f"{self.station_id}"


class ConnectorStateQuerySet(CutQuerySet["ConnectorState"]):
    """Questions about many statuses."""

    company_paths = ("station__location__host",)


class ConnectorState(models.Model):
    """The newest status of a connector by effective time."""

    station = models.ForeignKey(
        Station,
        verbose_name=_("station"),
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="connector_states",
    )
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=40)
    error_code = models.CharField(_("error"), max_length=50, blank=True)
    info = models.CharField(_("info"), max_length=255, blank=True)
    vendor_id = models.CharField(_("vendor"), max_length=255, blank=True)
    vendor_error_code = models.CharField(_("vendor's error"), max_length=255, blank=True)
    effective_at = models.DateTimeField(_("since"))
    received_at = models.DateTimeField(_("received"))

    objects = ConnectorStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("connector status")
        verbose_name_plural = _("connector statuses")
        constraints = [models.UniqueConstraint(fields=["station", "number"], name="one_state_per_connector")]
        indexes = [models.Index(fields=["status"], name="connectors_by_status")]

    def __str__(self) -> str:
        return f"{self.station_id}/{self.number} {self.status}"


class StatusSpanQuerySet(CutQuerySet["StatusSpan"]):
    """Questions about many spans of status."""

    company_paths = ("station__location__host",)


class StatusSpan(models.Model):
    """From when until when a connector had a status; open while `until` is empty."""

    station = models.ForeignKey(
        Station, verbose_name=_("station"), db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    number = models.PositiveIntegerField(_("connector"))
    status = models.CharField(_("status"), max_length=40)
    error_code = models.CharField(_("error"), max_length=50, blank=True)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True)

    objects = StatusSpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("status span")
        verbose_name_plural = _("status spans")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "number"],
                condition=Q(until=None),
                name="one_open_status_span_per_connector",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "number", "-since"], name="status_spans_newest_first"),
            models.Index(fields=["until"], condition=Q(status="Faulted"), name="faults_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id}/{self.number} {self.status}"


class ConnectionSpanQuerySet(CutQuerySet["ConnectionSpan"]):
    """Questions about many spans of connection."""

    company_paths = ("station__location__host",)


class ConnectionSpan(models.Model):
    """From when until when a station held a socket; written by presence."""

    class Reason(models.TextChoices):
        CLOSED = "closed", _("closed")
        REPLACED = "replaced", _("replaced by a newer socket")
        GATEWAY_DIED = "gateway_died", _("the server process ended")

    station = models.ForeignKey(
        Station, verbose_name=_("station"), db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    epoch = models.BigIntegerField(_("number of the connection"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True)
    reason = models.CharField(_("why it ended"), max_length=12, choices=Reason, blank=True)
    close_code = models.PositiveSmallIntegerField(_("close code"), null=True)
    was_fight = models.BooleanField(
        _("fought"), default=False, help_text=_("It still spoke after a newer socket had replaced it.")
    )
    address = models.CharField(_("from"), max_length=60, blank=True)

    objects = ConnectionSpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection span")
        verbose_name_plural = _("connection spans")
        constraints = [
            models.UniqueConstraint(fields=["station", "epoch"], name="one_connection_span_per_epoch"),
            models.UniqueConstraint(
                fields=["station"], condition=Q(until=None), name="one_open_connection_span_per_station"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "until"], condition=Q(was_fight=True), name="fights_of_a_station"),
            models.Index(fields=["until"], name="connection_spans_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} #{self.epoch}"
