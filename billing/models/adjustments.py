"""Money that a person wants to move: asked for with a reason, booked at once or after a second person's word."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.wallets import Transfer, Wallet


class Adjustment(models.Model):
    """A balance put right by hand, or a charge given back in part or in full; people are `staff:` and a public id."""

    class Kind(models.TextChoices):
        ADJUSTMENT = "adjustment", _("adjustment")
        REFUND = "refund", _("refund of a charge")

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        BOOKED = "booked", _("booked")
        REFUSED = "refused", _("refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="adjustments")
    refunds = models.ForeignKey(
        Transfer,
        verbose_name=_("charge"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="refunds_asked",
    )
    amount = AmountField(_("amount"), help_text=_("below 0: taken from the wallet"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    needs_approval = models.BooleanField(_("needs a second person"))
    transfer = models.OneToOneField(
        Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="adjustment"
    )

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_is_of_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="refund", refunds__isnull=False, amount__gt=0) | Q(kind="adjustment", refunds=None),
                name="refund_names_its_charge",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False) | Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="nobody_approves_their_own_adjustment",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, transfer=None)
                | Q(state="booked", decided_at__isnull=False, transfer__isnull=False)
                | Q(state="refused", decided_at__isnull=False, transfer=None),
                name="adjustment_says_how_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="adjustments_to_approve"),
            models.Index(fields=["wallet", "-id"], name="adjustments_of_a_wallet"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
