"""What every app stands on; people and subjects are named by public ids, never by foreign keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertQuerySet(models.QuerySet["Alert"]):
    """Questions about many alerts."""

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
