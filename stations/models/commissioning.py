"""A station's way from its box into service, and the links by which installers without an account go it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drivepower.core.tenancy import CutQuerySet
from stations.models.network import Station


class CommissioningQuerySet(CutQuerySet["Commissioning"]):
    """Questions about many stations on their way."""

    company_paths = ("station__location__host",)


class Commissioning(models.Model):
    """One station being put into service, step by step; `steps` says when each of them was seen or done."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a commissioning", "open")
        DONE = "done", _("done")
        GIVEN_UP = "given_up", _("given up")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="commissionings", verbose_name=_("station")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    steps = models.JSONField(_("steps"), default=dict)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    photo = models.FileField(_("photo"), upload_to="commissioning/", blank=True)
    begun_by = models.CharField(_("begun by"), max_length=80, editable=False)
    begun_at = models.DateTimeField(_("begun"), editable=False)
    ended_by = models.CharField(_("ended by"), max_length=80, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = CommissioningQuerySet.as_manager()

    class Meta:
        verbose_name = _("commissioning")
        verbose_name_plural = _("commissioning")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station"], condition=Q(state="open"), name="one_open_commissioning_per_station"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="commissioning_ends_with_its_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} · {self.begun_at:%Y-%m-%d}"


class InstallerLink(models.Model):
    """A link that opens the commissioning pages of some stations until it expires; only its hash is kept."""

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True, editable=False)
    name = models.CharField(_("for whom"), max_length=120)
    stations = models.ManyToManyField(Station, related_name="+", verbose_name=_("stations"))
    made_by = models.CharField(_("made by"), max_length=80, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("installer's link")
        verbose_name_plural = _("installers' links")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="installer_link_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return self.name
