"""Money of a wallet that its owner wants to have on a bank account."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.wallets import Transfer, Wallet
from drivepower.core.tenancy import CutQuerySet


class PayoutQuerySet(CutQuerySet["Payout"]):
    """Questions about many payouts."""

    company_paths = ("wallet__company",)


class Payout(models.Model):
    """Asked for, approved by a second person (the money leaves the wallet), paid with the bank's reference.

    One that the bank sends back gives the money back to the wallet.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        APPROVED = "approved", _("to be paid")
        PAID = "paid", _("paid")
        REFUSED = "refused", _("refused")
        RETURNED = "returned", _("sent back by the bank")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="payouts")
    amount = AmountField(_("amount"))
    destination = models.CharField(_("to"), max_length=200, help_text=_("account, bank and name of who gets it"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    paid_by = models.CharField(_("entered by"), max_length=80, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    bank_reference = models.CharField(_("the bank's reference"), max_length=60, blank=True)
    transfer = models.OneToOneField(
        Transfer, verbose_name=_("transfer"), null=True, blank=True, on_delete=models.PROTECT, related_name="payout"
    )
    returned_by = models.CharField(_("return entered by"), max_length=80, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    returning = models.OneToOneField(
        Transfer,
        verbose_name=_("transfer back"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payout_returned",
    )

    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_is_of_something"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(destination=""), name="payout_says_why_and_where_to"),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("asked_by")), name="nobody_approves_their_own_payout"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, transfer=None)
                | Q(state="refused", decided_at__isnull=False, transfer=None)
                | Q(state__in=["approved", "paid", "returned"], decided_at__isnull=False, transfer__isnull=False),
                name="payout_leaves_the_wallet_when_approved",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["paid", "returned"], paid_at__isnull=False) & ~Q(bank_reference=""))
                | Q(state="returned", paid_at=None)
                | (~Q(state__in=["paid", "returned"]) & Q(paid_at=None, bank_reference="")),
                name="paid_payout_has_the_banks_reference",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returning__isnull=False, returned_at__isnull=False)
                | (~Q(state="returned") & Q(returning=None, returned_at=None)),
                name="returned_payout_is_back_in_the_wallet",
            ),
            models.UniqueConstraint(
                fields=["bank_reference"], condition=~Q(bank_reference=""), name="bank_reference_pays_one_payout"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state__in=["asked", "approved"]), name="payouts_to_do"),
            models.Index(fields=["wallet", "-id"], name="payouts_of_a_wallet"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} #{self.pk}"
