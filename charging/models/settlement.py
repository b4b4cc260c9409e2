"""One settlement per session and revision: what was found, what it cost, what was moved."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from charging.models.session import Session
from drivepower.core.tenancy import CutQuerySet


class SettlementQuerySet(CutQuerySet["Settlement"]):
    """Questions about many settlements."""

    company_paths = ("session__station__location__host", "session__company")


class Settlement(models.Model):
    """The money side of one revision of a session."""

    class Verdict(models.TextChoices):
        OK = "ok", _("in order")
        SUSPECT = "suspect", _("suspect")
        ACCEPTED = "accepted", _("accepted by a person")
        CORRECTED = "corrected", _("corrected by a person")
        WAIVED = "waived", _("waived")
        REPRICED = "repriced", _("priced anew")

    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="settlements"
    )
    revision = models.PositiveIntegerField(_("revision"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    currency = models.CharField(_("currency"), max_length=3)
    total = models.DecimalField(_("total"), max_digits=16, decimal_places=3)
    shortfall = models.DecimalField(_("owed"), max_digits=16, decimal_places=3, default=0)
    lines = models.JSONField(_("price lines"), default=list)
    # What a person who decided said; machines leave both empty.
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"))

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "revision"], name="one_settlement_per_session_and_revision"),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="settlement_total_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.session} r{self.revision}"


class Decision(models.Model):
    """What a person decided about a session, with what stood before and after; append-only by a trigger."""

    class Verb(models.TextChoices):
        ACCEPT = "accept", _("accepted")
        CORRECT = "correct", _("corrected")
        WAIVE = "waive", _("waived")
        RERUN = "rerun", _("looked at anew")
        REPRICE = "reprice", _("priced anew")

    session = models.ForeignKey(Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="decisions")
    revision = models.PositiveIntegerField(_("revision"))
    verb = models.CharField(_("decision"), max_length=10, choices=Verb)
    reason = models.CharField(_("reason"), max_length=200)
    decided_by = models.CharField(_("decided by"), max_length=80)
    # Who confirmed one that moves much; and what it moved, so that many small ones make a large one.
    approved_by = models.CharField(_("confirmed by"), max_length=80, blank=True)
    gave_back = AmountField(_("gave back"), default=Decimal(0))
    charged_more = AmountField(_("charged more"), default=Decimal(0))
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="decision_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("decided_by")),
                name="decision_is_confirmed_by_another_person",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "id"], name="decisions_of_a_session"),
            models.Index(fields=["made_at"], name="decisions_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.verb}"
