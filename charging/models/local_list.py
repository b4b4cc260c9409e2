"""The local authorisation list of a station, as it last accepted it (OCPP 1.6, 5.15)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.models import Station


class LocalList(models.Model):
    """A row only where an operator wants the station to keep a list: {tag: {status, expires_at?, parent?}}."""

    class Support(models.TextChoices):
        UNKNOWN = "unknown", _("not asked yet")
        YES = "yes", _("keeps a list")
        NO = "no", _("keeps none")

    station = models.OneToOneField(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="local_list"
    )
    is_kept = models.BooleanField(_("kept in step"), default=True)
    support = models.CharField(_("support"), max_length=10, choices=Support, default=Support.UNKNOWN)
    version = models.PositiveIntegerField(_("version"), default=0)
    entries = models.JSONField(_("entries as accepted"), default=dict)
    sending_version = models.PositiveIntegerField(_("version under way"), null=True)
    is_full_needed = models.BooleanField(_("next one is full"), default=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    checked_at = models.DateTimeField(_("compared"), null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)

    class Meta:
        verbose_name = _("local list")
        verbose_name_plural = _("local lists")
        constraints = [
            models.CheckConstraint(
                condition=Q(sending_version=None) | Q(sending_version__gt=0), name="list_version_sent_is_positive"
            ),
        ]
        indexes = [models.Index(fields=["checked_at"], condition=Q(is_kept=True), name="local_lists_to_compare")]

    def __str__(self) -> str:
        return f"v{self.version} of {self.station_id}"
