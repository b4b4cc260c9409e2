"""Rules of alerts: what counts as a trouble, how bad it is, and what is tried before a person is called."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    """How bad it is, the least first."""

    INFO = "info", _("info")
    WARNING = "warning", _("warning")
    CRITICAL = "critical", _("critical")


def at_least(severity: str) -> list[str]:
    """That severity and all that are worse."""
    return Severity.values[Severity.values.index(severity) :]


class AlertRule(models.Model):
    """What makes an alert of a kind, where, and what follows; the first rule whose scope fits counts."""

    name = models.SlugField(_("name"), max_length=60, unique=True, help_text=_("Commands bear it behind “rule:”."))
    kind = models.CharField(_("kind"), max_length=40, db_index=True, help_text=_("the kind of alerts it is about"))
    parameters = models.JSONField(
        _("condition"), default=dict, blank=True, help_text=_('e.g. {"minutes": 15}; what each kind knows is below')
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.WARNING)
    labels = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("labels"),
        default=list,
        blank=True,
        help_text=_("of stations or locations, commas between them; empty: all"),
    )
    locations = ArrayField(
        models.CharField(max_length=50), verbose_name=_("locations"), default=list, blank=True,
        help_text=_("codes, commas between them; empty: all"),
    )  # fmt: skip
    vendors = ArrayField(
        models.CharField(max_length=100), verbose_name=_("vendors"), default=list, blank=True,
        help_text=_("as stations name them, commas between them; empty: all"),
    )  # fmt: skip
    escalate_minutes = models.PositiveSmallIntegerField(
        _("to the next on duty after, min"), default=15, help_text=_("while nobody acknowledges it; 0: never")
    )
    most_ladders_per_day = models.PositiveSmallIntegerField(
        _("tries of its ladder per day"),
        default=4,
        help_text=_("for one subject; beyond that a person is told at once"),
    )
    is_on = models.BooleanField(_("on"), default=True, help_text=_("Off: its alerts are kept, and nobody is told."))

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class AlertStep(models.Model):
    """One step of a rule's ladder: a command to the station, counted from when the alert opened."""

    class Action(models.TextChoices):
        TRIGGER = "TriggerMessage", _("ask for its status")
        AVAILABLE = "ChangeAvailability", _("set it operative")
        UNLOCK = "UnlockConnector", _("unlock the cable")
        RESET = "Reset", _("reset the station softly")

    rule = models.ForeignKey(AlertRule, verbose_name=_("rule"), on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("step"))
    action = models.CharField(_("command"), max_length=30, choices=Action)
    after_s = models.PositiveIntegerField(_("after, s"), help_text=_("since the alert opened"))
    after_charge_s = models.PositiveIntegerField(
        _("after a charge, s"), null=True, blank=True,
        help_text=_("the same where a charge ended there within five minutes; empty: this step is left out then"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("step of a ladder")
        verbose_name_plural = _("ladder")
        ordering = ["rule", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "position"],
                name="one_step_per_position_of_a_ladder",
                violation_error_message=_("The ladder has a step of this number already."),
            ),
            models.CheckConstraint(
                condition=Q(after_charge_s=None) | Q(after_charge_s__gte=models.F("after_s")),
                name="after_a_charge_a_step_comes_no_sooner",
                violation_error_message=_("After a charge a step comes no sooner than otherwise."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_action_display()}"
