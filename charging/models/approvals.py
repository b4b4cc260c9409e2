"""A decision that moves much: asked for by one person, carried out when another one confirms it."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from charging.models.session import Session
from charging.models.settlement import Decision


class DecisionRequest(models.Model):
    """What was asked for about a session as it stood at that revision; `said` is what else the verb is told."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for a second person")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="decisions_asked"
    )
    revision = models.PositiveIntegerField(_("revision"))
    verb = models.CharField(_("decision"), max_length=10, choices=Decision.Verb)
    said = models.JSONField(_("how"), default=dict)
    gives_back = AmountField(_("gives back"))
    charges_more = AmountField(_("charges more"), default=Decimal(0))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision to confirm")
        verbose_name_plural = _("decisions to confirm")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="asked"), name="one_decision_at_a_time_waits_for_a_session"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_asked_for_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("asked_by")), name="nobody_confirms_their_own_decision"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by="", decided_at=None)
                | (~Q(state="asked") & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="decision_asked_for_says_how_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.get_verb_display()}"
