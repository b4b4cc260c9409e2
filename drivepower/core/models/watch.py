"""What is watched over: alerts, and the sweeps that are the guarantee of everything else."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drivepower.core.alert_kinds import title_of
from drivepower.core.models.rules import AlertRule, AlertStep, Severity
from drivepower.core.sentences import say
from drivepower.core.tenancy import CutQuerySet


class AlertQuerySet(CutQuerySet["Alert"]):
    """Questions about many alerts, which are the house's."""

    def open(self) -> "AlertQuerySet":
        """Those whose cause has not gone."""
        return self.filter(resolved_at=None)


class Alert(models.Model):
    """Something that a person should look at, open until its cause goes."""

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=80, help_text=_("what it is about, e.g. station:BSK-01"))
    text = models.CharField(_("what happened"), max_length=500)
    # The same as `core.sentences` keeps it, to be said in any language; empty: it is nobody's words but these.
    words = models.JSONField(_("in every language"), default=dict, db_default={}, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    last_at = models.DateTimeField(_("last seen"))
    count = models.PositiveIntegerField(_("times"), default=1)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=80, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.WARNING)
    rule = models.ForeignKey(AlertRule, verbose_name=_("rule"), null=True, blank=True, on_delete=models.SET_NULL)
    group = models.CharField(
        _("group"), max_length=80, blank=True, help_text=_("what it stands with, e.g. its station")
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    snoozed_by = models.CharField(_("snoozed by"), max_length=80, blank=True)
    assigned_to = models.CharField(_("looked after by"), max_length=80, blank=True)
    # From when on the next round of notices is due; empty: nobody is to be told (any more).
    notice_at = models.DateTimeField(_("next notice"), null=True, blank=True, editable=False)
    notice_round = models.PositiveSmallIntegerField(_("rounds of notices"), default=0, editable=False)
    # When its ladder is looked at again; empty: it has none, or is at its end.
    ladder_at = models.DateTimeField(_("ladder looked at next"), null=True, blank=True, editable=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        # PostgreSQL has what is empty first: those that are open.
        ordering = ["-resolved_at", "-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(resolved_at=None),
                name="one_open_alert_per_kind_and_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at"], name="core_alert_newest_first"),
            models.Index(fields=["-resolved_at", "-opened_at"], name="core_alert_open_first"),
            models.Index(fields=["subject", "-opened_at"], name="core_alert_of_a_subject"),
            models.Index(fields=["group"], condition=Q(resolved_at=None), name="core_alert_open_of_a_group"),
            models.Index(fields=["notice_at"], condition=Q(notice_at__isnull=False), name="core_alert_to_tell"),
            models.Index(fields=["ladder_at"], condition=Q(ladder_at__isnull=False), name="core_alert_on_a_ladder"),
        ]

    @property
    def said(self) -> str:
        """What happened, in the language in force."""
        return say(self.words, self.text)

    def __str__(self) -> str:
        return f"{title_of(self.kind)} · {self.subject}"


class AlertAct(models.Model):
    """One line of an alert's history: what people, rules and commands did about it."""

    class What(models.TextChoices):
        OPENED = "opened", _("opened")
        AGAIN = "again", _("happened again")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        SNOOZED = "snoozed", _("snoozed")
        ASSIGNED = "assigned", _("given to")
        NOTE = "note", _("note")
        STEP = "step", _("step of its ladder")
        ESCALATED = "escalated", _("escalated")
        TOLD = "told", _("people were told")
        RESOLVED = "resolved", _("resolved")

    alert = models.ForeignKey(Alert, verbose_name=_("alert"), on_delete=models.CASCADE, related_name="acts")
    what = models.CharField(_("what"), max_length=12, choices=What)
    at = models.DateTimeField(_("when"))
    by = models.CharField(_("by"), max_length=80, blank=True)
    text = models.CharField(_("in words"), max_length=500, blank=True)
    words = models.JSONField(_("in every language"), default=dict, db_default={}, editable=False)
    step = models.PositiveSmallIntegerField(_("step"), null=True, blank=True)
    command = models.UUIDField(_("command"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("act on an alert")
        verbose_name_plural = _("history")
        ordering = ["alert", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "step"], condition=Q(step__isnull=False), name="a_ladder_climbs_each_step_once"
            ),
        ]
        indexes = [models.Index(fields=["alert"], condition=Q(outcome="asked"), name="ladder_steps_unanswered")]

    @property
    def said(self) -> str:
        """What is told of it, in the language in force; a step by what it asks of the station."""
        if self.what == self.What.STEP and self.text in AlertStep.Action:
            return str(AlertStep.Action(self.text).label)
        return say(self.words, self.text)

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class Sweep(models.Model):
    """A sweep by its task's name, and when it last ran: what has not run for long is broken."""

    name = models.CharField(_("sweep"), max_length=80, primary_key=True)
    last_at = models.DateTimeField(_("last run"))
    took_ms = models.PositiveIntegerField(_("took, ms"))
    error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SweepRun(models.Model):
    """What one run of a sweep did; runs that found nothing to do leave none."""

    name = models.CharField(_("sweep"), max_length=80)
    made_at = models.DateTimeField(_("made"))
    took_ms = models.PositiveIntegerField(_("took, ms"))
    did = models.JSONField(_("what it did"), default=dict)
    error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("run of a sweep")
        verbose_name_plural = _("runs of sweeps")
        ordering = ["-id"]
        indexes = [models.Index(fields=["made_at"], name="sweep_runs_by_time")]

    def __str__(self) -> str:
        return f"{self.name} {self.made_at:%Y-%m-%d %H:%M:%S}"


class Tally(models.Model):
    """What a counter that only grows stood at on a day, so that its growth can be told; kept for a month or so."""

    what = models.CharField(_("what is counted"), max_length=20)
    subject = models.CharField(_("of"), max_length=80)
    day = models.DateField(_("day"))
    total = models.BigIntegerField(_("stood at"))

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["what", "subject", "day"]
        constraints = [models.UniqueConstraint(fields=["what", "subject", "day"], name="one_tally_per_day")]
        indexes = [models.Index(fields=["day"], name="tallies_by_day")]

    def __str__(self) -> str:
        return f"{self.what} {self.subject} {self.day:%Y-%m-%d}"
