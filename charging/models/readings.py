"""What stations measured; written by the journal alone (no foreign key is enforced), except strays."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from charging.models.session import Session
from drivepower.core.tenancy import CutQuerySet
from stations.models import Station


class SessionMeterQuerySet(CutQuerySet["SessionMeter"]):
    """Questions about many meters."""

    company_paths = ("session__station__location__host", "session__company")


class SessionMeter(models.Model):
    """How a session stands by its newest reading; Wh, W, percent, and the running cost of the limits thread."""

    session = models.OneToOneField(
        Session,
        verbose_name=_("session"),
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="meter",
    )
    energy_wh = models.BigIntegerField(_("energy, Wh"), null=True)
    power_w = models.IntegerField(_("power, W"), null=True)
    soc = models.DecimalField(_("state of charge, %"), max_digits=5, decimal_places=2, null=True)
    last_reading_at = models.DateTimeField(_("last reading"), null=True)
    running_cost = models.DecimalField(_("cost so far"), max_digits=16, decimal_places=3, null=True)
    cost_at = models.DateTimeField(_("cost as of"), null=True)

    objects = SessionMeterQuerySet.as_manager()

    class Meta:
        verbose_name = _("session meter")
        verbose_name_plural = _("session meters")

    def __str__(self) -> str:
        return f"{self.session_id}"


class MeterReading(models.Model):
    """One sampled value; the table is partitioned by `part_at` (see the migration), session 0 means none."""

    id = models.BigAutoField(primary_key=True)
    part_at = models.DateTimeField(_("partition by time"))
    session_key = models.IntegerField(_("session"), default=0)
    station = models.ForeignKey(
        Station, verbose_name=_("station"), db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    number = models.PositiveIntegerField(_("connector"))
    at = models.DateTimeField(_("at"))
    measurand = models.CharField(_("measurand"), max_length=60)
    phase = models.CharField(_("phase"), max_length=10, blank=True)
    location = models.CharField(_("location"), max_length=20, blank=True)
    context = models.CharField(_("context"), max_length=30, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True)
    raw = models.TextField(_("raw, where odd"), blank=True)

    class Meta:
        verbose_name = _("meter reading")
        verbose_name_plural = _("meter readings")

    def __str__(self) -> str:
        return f"{self.measurand} {self.value} {self.unit}"


class StrayMessage(models.Model):
    """A Stop or a sample that found no session: kept, never thrown away."""

    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="strays")
    action = models.CharField(_("action"), max_length=40)
    payload = models.JSONField(_("payload"))
    received_at = models.DateTimeField(_("received"))
    tried = models.CharField(_("what was tried"), max_length=200, blank=True)
    session = models.ForeignKey(
        Session, verbose_name=_("session"), null=True, blank=True, on_delete=models.PROTECT, related_name="strays"
    )

    class Meta:
        verbose_name = _("stray message")
        verbose_name_plural = _("stray messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["action"], condition=models.Q(session=None), name="strays_without_session"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.received_at:%Y-%m-%d %H:%M}"
