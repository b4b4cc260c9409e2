"""What is watched over: alerts, and the sweeps that are the guarantee of everything else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
    opened_at = models.DateTimeField(_("opened"))
    last_at = models.DateTimeField(_("last seen"))
    count = models.PositiveIntegerField(_("times"), default=1)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=80, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(resolved_at=None),
                name="one_open_alert_per_kind_and_subject",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at"], name="core_alert_newest_first")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.subject}"


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
