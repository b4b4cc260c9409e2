"""Money that a person wants to move: asked for with a reason, booked at once or after a second person's word."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.payments import SecondPayment, TopUp
from billing.models.wallets import Debt, Transfer, Wallet
from drivepower.core.tenancy import CutQuerySet


def nothing(but: str = "") -> dict[str, Any]:
    """That an adjustment names nothing it could be about, but that one thing."""
    names: dict[str, Any] = {"refunds": None, "forgives": None, "sends_back": None, "credits": None}
    return {name: value for name, value in (names | {"bank_reference": ""}).items() if name != but}


class AdjustmentQuerySet(CutQuerySet["Adjustment"]):
    """Questions about many adjustments."""

    company_paths = ("wallet__company",)


class Adjustment(models.Model):
    """Money that a person wants to move, or a limit to shift; people are `staff:` and a public id."""

    class Kind(models.TextChoices):
        ADJUSTMENT = "adjustment", _("adjustment")
        REFUND = "refund", _("refund of a charge")
        BANK = "bank", _("bank transfer")
        FORGIVE = "forgive", _("debt that is not asked for any more")
        CREDIT_LIMIT = "credit_limit", _("change of the credit limit")
        SEND_BACK = "send_back", _("payment that goes back to its payer")
        SECOND = "second", _("second payment that is credited")

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        BOOKED = "booked", _("booked")
        REFUSED = "refused", _("refused")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="adjustments")
    refunds = models.ForeignKey(
        Transfer,
        verbose_name=_("charge"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="refunds_asked",
    )
    forgives = models.ForeignKey(
        Debt,
        verbose_name=_("debt"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="forgiving_asked",
    )
    sends_back = models.ForeignKey(
        TopUp,
        verbose_name=_("payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sending_asked",
    )
    credits = models.ForeignKey(
        SecondPayment,
        verbose_name=_("second payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="crediting_asked",
    )
    bank_reference = models.CharField(_("the bank's reference"), max_length=60, blank=True)
    # The same without case, spaces and marks, which people write in many ways.
    bank_key = models.CharField(max_length=180, blank=True, editable=False)
    amount = AmountField(_("amount"), help_text=_("below 0: taken from the wallet, or from its credit limit"))
    credit_limit = AmountField(_("credit limit"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    needs_approval = models.BooleanField(_("needs a second person"))
    transfer = models.OneToOneField(
        Transfer, verbose_name=_("transfer"), null=True, blank=True, on_delete=models.PROTECT, related_name="adjustment"
    )

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_is_of_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="refund", amount__gt=0, refunds__isnull=False, **nothing("refunds"))
                | Q(kind="forgive", amount__gt=0, forgives__isnull=False, **nothing("forgives"))
                | Q(kind="send_back", amount__gt=0, sends_back__isnull=False, **nothing("sends_back"))
                | Q(kind="second", amount__gt=0, credits__isnull=False, **nothing("credits"))
                | (Q(kind="bank", amount__gt=0, **nothing("bank_reference")) & ~Q(bank_reference=""))
                | Q(kind__in=["adjustment", "credit_limit"], **nothing()),
                name="adjustment_names_what_it_is_about",
            ),
            models.CheckConstraint(
                condition=Q(kind="credit_limit", credit_limit__isnull=False)
                | (~Q(kind="credit_limit") & Q(credit_limit=None)),
                name="change_of_the_credit_limit_names_it",
            ),
            models.UniqueConstraint(
                fields=["bank_key"],
                condition=~Q(bank_key="") & ~Q(state="refused"),
                name="bank_transfer_is_entered_once",
            ),
            models.UniqueConstraint(
                fields=["credits"],
                condition=Q(credits__isnull=False) & ~Q(state="refused"),
                name="second_payment_is_asked_for_once",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False) | Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="nobody_approves_their_own_adjustment",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, transfer=None)
                | Q(state="booked", decided_at__isnull=False, transfer__isnull=False)
                | Q(state="booked", decided_at__isnull=False, kind__in=["credit_limit", "send_back"], transfer=None)
                | Q(state="refused", decided_at__isnull=False, transfer=None),
                name="adjustment_says_how_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="adjustments_to_approve"),
            models.Index(fields=["wallet", "-id"], name="adjustments_of_a_wallet"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} #{self.pk}"
