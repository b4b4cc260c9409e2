"""What stations are set to, as last read, and what operators want of a kind of station."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet
from stations.models.network import Station


class ConfigurationKeyQuerySet(CutQuerySet["ConfigurationKey"]):
    """Questions about many keys."""

    company_paths = ("station__location__host",)


class ConfigurationKey(models.Model):
    """One key of a station as it last answered; a secret one has no value here."""

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="configuration"
    )
    key = models.CharField(_("key"), max_length=500)
    value = models.TextField(_("value"), null=True, blank=True)  # noqa: DJ001  # absent and empty are different answers
    is_read_only = models.BooleanField(_("read-only"), default=False)
    is_known = models.BooleanField(_("known to the station"), default=True)
    read_at = models.DateTimeField(_("read"))

    objects = ConfigurationKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("configuration key")
        verbose_name_plural = _("configuration keys")
        ordering = ["station", "key"]
        constraints = [models.UniqueConstraint(fields=["station", "key"], name="one_value_per_station_and_key")]

    def __str__(self) -> str:
        return f"{self.key} of {self.station_id}"


class ConfigurationTemplate(models.Model):
    """Wanted values for the stations that its patterns (`*` and `?`, without case) match; the highest priority wins."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    vendor = models.CharField(_("vendor pattern"), max_length=100, default="*")
    model = models.CharField(_("model pattern"), max_length=100, default="*")
    firmware = models.CharField(_("firmware pattern"), max_length=100, default="*")
    priority = models.IntegerField(_("priority"), default=0)
    wanted = models.JSONField(_("wanted values"), default=dict, help_text=_('{"MeterValueSampleInterval": "60"}'))
    is_for_onboarding = models.BooleanField(
        _("before a station is accepted"),
        default=False,
        help_text=_("A station that waits to be accepted is given these values first."),
    )

    class Meta:
        verbose_name = _("configuration template")
        verbose_name_plural = _("configuration templates")
        ordering = ["-priority", "name"]

    def __str__(self) -> str:
        return self.name
