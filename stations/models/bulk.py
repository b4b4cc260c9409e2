"""One request to many stations, carried out step by step."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.models.commands import Command
from stations.models.network import Station


class BulkCommand(models.Model):
    """What is asked of many stations, no faster than one person may ask."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.CharField(_("action"), max_length=40)
    payload = models.JSONField(_("payload"), default=dict)
    is_forced = models.BooleanField(_("sent as it is"), default=False)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("bulk command")
        verbose_name_plural = _("bulk commands")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="bulk_command_ends_with_its_state",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="running"), name="bulk_commands_to_go_on_with"),
            models.Index(fields=["asked_by", "asked_at"], name="bulk_commands_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.asked_at:%Y-%m-%d %H:%M}"


class BulkStep(models.Model):
    """One station of a bulk command: not asked yet, asked by a command, or refused at the door."""

    bulk = models.ForeignKey(BulkCommand, on_delete=models.CASCADE, related_name="steps")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+")
    command = models.OneToOneField(Command, null=True, on_delete=models.PROTECT, related_name="+")
    refusal = models.CharField(_("refused"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True)

    class Meta:
        verbose_name = _("step of a bulk command")
        verbose_name_plural = _("steps of bulk commands")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "station"], name="one_step_per_bulk_and_station"),
            models.CheckConstraint(
                condition=Q(taken_at=None, command=None, refusal="")
                | Q(taken_at__isnull=False, command__isnull=False, refusal="")
                | (Q(taken_at__isnull=False, command=None) & ~Q(refusal="")),
                name="taken_step_was_asked_or_refused",
            ),
        ]
        indexes = [models.Index(fields=["bulk", "id"], condition=Q(taken_at=None), name="bulk_steps_to_take")]

    def __str__(self) -> str:
        return f"{self.bulk_id} → {self.station_id}"
