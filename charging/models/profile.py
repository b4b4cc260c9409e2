"""Charging profiles as stations have accepted them (OCPP 1.6, 3.13)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from charging.models.session import Session
from drivepower.core.tenancy import CutQuerySet
from stations.models import Station


class ChargingProfileQuerySet(CutQuerySet["ChargingProfile"]):
    """Questions about many profiles."""

    company_paths = ("station__location__host",)


class ChargingProfile(models.Model):
    """One profile on one connector (0: the station); its key is the chargingProfileId unless a person chose another."""

    class Purpose(models.TextChoices):
        CHARGE_POINT_MAX = "ChargePointMaxProfile", _("most the station may take")
        TX_DEFAULT = "TxDefaultProfile", _("default of every session")
        TX = "TxProfile", _("one session")

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPLIED = "applied", _("applied")
        REFUSED = "refused", _("refused")
        REPLACED = "replaced", _("replaced")
        CLEARED = "cleared", _("cleared")
        ENDED = "ended", _("ended with its session")

    id = models.AutoField(_("number"), primary_key=True)
    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="charging_profiles"
    )
    number = models.PositiveSmallIntegerField(_("connector"))
    session = models.ForeignKey(
        Session,
        verbose_name=_("session"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="charging_profiles",
    )
    profile_id = models.IntegerField(_("id at the station"))
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose)
    stack_level = models.PositiveIntegerField(_("stack level"))
    document = models.JSONField(_("profile as sent"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    answer = models.CharField(_("the station said"), max_length=40, blank=True)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    changed_at = models.DateTimeField(_("changed"))

    objects = ChargingProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("charging profile")
        verbose_name_plural = _("charging profiles")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "profile_id"], condition=Q(state="applied"), name="one_applied_profile_per_id"
            ),
            models.UniqueConstraint(
                fields=["station", "number", "purpose", "stack_level"],
                condition=Q(state="applied"),
                name="one_applied_profile_per_stack_level",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="ChargePointMaxProfile") | Q(number=0) | ~Q(state="applied"),
                name="station_maximum_is_on_connector_0",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "number"], name="charging_profiles_in_force", condition=Q(state="applied")),
            models.Index(fields=["asked_at"], condition=Q(state="requested"), name="charging_profiles_unanswered"),
        ]

    @property
    def subject(self) -> str:
        """How commands refer to it."""
        return f"profile:{self.pk}"

    def __str__(self) -> str:
        return f"{self.purpose} {self.profile_id} on {self.station_id}/{self.number}"
