"""Every word said on a station's socket."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet
from stations.models import Station


class FrameQuerySet(CutQuerySet["Frame"]):
    """Questions about many frames."""

    company_paths = ("station__location__host",)


class Frame(models.Model):
    """One frame, either way, as text with its JSON still escaped; partitioned by receipt, append-only."""

    class Direction(models.TextChoices):
        IN = "in", _("from the station")
        OUT = "out", _("to the station")

    id = models.BigAutoField(primary_key=True)
    station = models.ForeignKey(
        Station, verbose_name=_("station"), db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    epoch = models.BigIntegerField(_("number of the connection"))
    received_at = models.DateTimeField(_("at"))
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    message_type = models.PositiveSmallIntegerField(_("type"), null=True)
    message_id = models.CharField(_("message id"), max_length=64, blank=True)
    action = models.CharField(_("action"), max_length=60, blank=True)
    text = models.TextField(_("frame"))
    error = models.CharField(_("error"), max_length=200, blank=True)
    session_key = models.IntegerField(_("session"), default=0)
    latency_ms = models.FloatField(_("answered after, ms"), null=True)

    objects = FrameQuerySet.as_manager()

    class Meta:
        verbose_name = _("frame")
        verbose_name_plural = _("frames")

    def __str__(self) -> str:
        return f"{self.action} {self.received_at:%Y-%m-%d %H:%M:%S}"
