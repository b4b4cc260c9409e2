"""One act on many stations, carried out in waves."""

import uuid
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet
from stations.models.commands import Command
from stations.models.network import Station


class BulkQuerySet(CutQuerySet["BulkCommand"]):
    """Questions about many jobs."""

    def seen_by(self, person: Any) -> Self:
        """All of them, or for staff of a company those that they began themselves."""
        return self if person.company_id is None else self.filter(asked_by=f"staff:{person.public_id}")


class BulkCommand(models.Model):
    """What is wanted of many stations, no faster than one person may ask, a wave at a time."""

    class Kind(models.TextChoices):
        COMMAND = "command", _("command")
        CONFIGURATION = "configuration", _("configuration")
        FIRMWARE = "firmware", _("firmware")
        RESET = "reset", _("reset")
        AVAILABILITY = "availability", _("availability")
        TARIFF = "tariff", _("tariff plan")
        LOCAL_LIST = "local_list", _("local list")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("stopped by a person")
        HALTED = "halted", _("stopped by failures")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.COMMAND)
    action = models.CharField(_("action"), max_length=40, blank=True, help_text=_("the OCPP request, where it is one"))
    payload = models.JSONField(_("payload"), default=dict)
    target = models.CharField(_("over what"), max_length=300, blank=True)
    wave_size = models.PositiveIntegerField(
        _("stations in a wave"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    patience_s = models.PositiveIntegerField(
        _("seconds for a station"), default=900, help_text=_("Whoever is not done by then counts as a failure.")
    )
    most_failures = models.PositiveIntegerField(_("failures allowed"), null=True, blank=True)
    most_failures_percent = models.PositiveSmallIntegerField(
        _("failures allowed, %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    forgiven = models.PositiveIntegerField(
        _("failures passed over"),
        default=0,
        editable=False,
        help_text=_("Failures that stood when a person went on in spite of them."),
    )
    is_forced = models.BooleanField(_("sent as it is"), default=False)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.CharField(_("stopped by"), max_length=80, blank=True)

    objects = BulkQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk job")
        verbose_name_plural = _("bulk jobs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="bulk_command_ends_with_its_state",
            ),
            models.CheckConstraint(condition=Q(wave_size=None) | Q(wave_size__gt=0), name="wave_has_a_station"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="running"), name="bulk_commands_to_go_on_with"),
            models.Index(fields=["asked_by", "asked_at"], name="bulk_commands_of_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.action or self.get_kind_display())


class BulkStep(models.Model):
    """One station of a job: what was asked of it, or why it was not, and what came of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waiting")
        IN_PROGRESS = "in_progress", _("in progress")
        SUCCESS = "success", _("success")
        FAILURE = "failure", _("failure")

    bulk = models.ForeignKey(BulkCommand, verbose_name=_("bulk job"), on_delete=models.CASCADE, related_name="steps")
    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="+")
    command = models.OneToOneField(
        Command, verbose_name=_("command"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal = models.CharField(_("refused"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True)
    wave = models.PositiveIntegerField(_("wave"), default=1)
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(_("why"), max_length=80, blank=True)
    judged_at = models.DateTimeField(_("known since"), null=True)

    class Meta:
        verbose_name = _("step of a bulk command")
        verbose_name_plural = _("steps of bulk commands")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "station"], name="one_step_per_bulk_and_station"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", taken_at=None, command=None, refusal="")
                | (~Q(outcome="waiting") & Q(taken_at__isnull=False) & (Q(refusal="") | Q(command=None))),
                name="taken_step_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "in_progress"], judged_at=None)
                | Q(outcome__in=["success", "failure"], judged_at__isnull=False),
                name="step_is_judged_with_its_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["bulk", "wave", "id"],
                condition=Q(outcome__in=["waiting", "in_progress"]),
                name="bulk_steps_to_go_on_with",
            ),
            models.Index(fields=["id"], condition=Q(outcome="in_progress"), name="bulk_steps_in_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} → {self.station_id}"
