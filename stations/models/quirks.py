"""What is odd about some firmware, as data that an operator switches on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuirkProfile(models.Model):
    """How to understand stations of some vendor, model and firmware (`*` and `?`, without case)."""

    class EnergyUnit(models.TextChoices):
        AS_SAID = "", _("as the station says")
        WH = "Wh", _("always Wh")
        KWH = "kWh", _("always kWh")

    class TagTransform(models.TextChoices):
        NONE = "", _("as presented")
        REVERSE_BYTES = "reverse_bytes", _("bytes in reverse order")
        STRIP_ZEROS = "strip_zeros", _("without leading zeros")

    name = models.CharField(_("name"), max_length=100, unique=True)
    vendor = models.CharField(_("vendor pattern"), max_length=100, default="*")
    model = models.CharField(_("model pattern"), max_length=100, default="*")
    firmware = models.CharField(_("firmware pattern"), max_length=100, default="*")
    priority = models.IntegerField(_("priority"), default=0)
    is_on = models.BooleanField(_("on"), default=False)
    energy_unit = models.CharField(
        _("unit of energy"), max_length=3, choices=EnergyUnit, default=EnergyUnit.AS_SAID, blank=True
    )
    registers_start_at_zero = models.BooleanField(
        _("registers between start and stop count from the start"), default=False
    )
    tag_transform = models.CharField(
        _("card numbers"), max_length=20, choices=TagTransform, default=TagTransform.NONE, blank=True
    )
    ignores_transaction_id = models.BooleanField(
        _("transaction ids of readings are wrong"),
        default=False,
        help_text=_("Readings belong to whatever charges at their connector."),
    )
    sends_no_subprotocol = models.BooleanField(_("offers no subprotocol"), default=False)
    sends_local_time = models.BooleanField(
        _("times are local"), default=False, help_text=_("Read in the time zone of the location, whatever they end in.")
    )

    class Meta:
        verbose_name = _("quirk profile")
        verbose_name_plural = _("quirk profiles")
        ordering = ["-priority", "name"]

    def __str__(self) -> str:
        return self.name
