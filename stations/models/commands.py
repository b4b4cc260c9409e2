"""What we ask of stations; the row is the truth, everything that rings is only a doorbell."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet
from stations.models.network import Station


class CommandQuerySet(CutQuerySet["Command"]):
    """Questions about many commands."""

    company_paths = ("station__location__host",)

    def queued(self, *, at: datetime) -> "CommandQuerySet":
        """Those that wait to be sent and may still be."""
        return self.filter(state=Command.State.QUEUED, expires_at__gt=at)


class Command(models.Model):
    """One call to a station: queued, sent, answered, and whether its effect was seen."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        FAILED = "failed", _("failed")
        TIMED_OUT = "timed_out", _("timed out")

    class Effect(models.TextChoices):
        EXPECTED = "expected", _("expected")
        SEEN = "seen", _("seen")
        NOT_SEEN = "not_seen", _("not seen")
        NONE = "none", _("none expected")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="commands")
    intent = models.CharField(_("intent"), max_length=40, help_text=_("e.g. start_charging, or a raw OCPP action"))
    payload = models.JSONField(_("payload"), default=dict)
    is_forced = models.BooleanField(
        _("sent as it is"), default=False, help_text=_("A person confirmed it although it breaks a rule.")
    )
    holds_secret = models.BooleanField(
        _("holds a secret"),
        default=False,
        editable=False,
        help_text=_("A person typed a secret: it is blanked once nothing sends it any more."),
    )
    subject = models.CharField(_("for"), max_length=80, blank=True, help_text=_("e.g. session:41"))
    asked_by = models.CharField(_("asked by"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    epoch = models.BigIntegerField(_("number of the connection"), null=True)
    asked_at = models.DateTimeField(_("asked"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.JSONField(_("answer"), default=dict)
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, default=Effect.NONE)
    awaits = models.CharField(
        _("effect shows by"), max_length=80, blank=True, help_text=_("e.g. boot, status:1:Unavailable, MeterValues:1")
    )
    effect_at = models.DateTimeField(_("effect seen"), null=True)
    expires_at = models.DateTimeField(_("expires"))

    objects = CommandQuerySet.as_manager()

    class Meta:
        verbose_name = _("command")
        verbose_name_plural = _("commands")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="queued", sent_at=None) | ~Q(state="queued"),
                name="queued_command_is_not_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "rejected"]) | Q(sent_at__isnull=False, answered_at__isnull=False),
                name="answered_command_was_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "id"], condition=Q(state="queued"), name="commands_to_send"),
            models.Index(fields=["expires_at"], condition=Q(state__in=["queued", "sent"]), name="commands_to_time_out"),
            models.Index(fields=["asked_at"], condition=Q(effect="expected"), name="commands_awaiting_an_effect"),
            models.Index(
                fields=["station", "awaits"], condition=Q(effect="expected"), name="commands_by_what_they_await"
            ),
            models.Index(fields=["id"], condition=Q(holds_secret=True), name="commands_that_hold_secrets"),
            models.Index(fields=["subject"], name="commands_of_a_subject"),
            models.Index(fields=["station", "-asked_at", "-id"], name="commands_of_a_station"),
            models.Index(fields=["asked_by", "asked_at"], name="commands_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.intent} → {self.station_id}"
