"""What the demo's bank knows: its own books, apart from ours."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.fields import AmountField

LIFETIME = timedelta(minutes=5)


class SandboxInvoice(models.Model):
    """An invoice at the sandbox bank, which a person pays or declines on its page."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("an invoice", "open")
        PAID = "paid", _("paid")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    order = models.CharField(_("the shop's order"), max_length=80)
    about = models.CharField(_("about"), max_length=200, blank=True)
    return_url = models.CharField(_("back to the shop"), max_length=500, blank=True)
    amount = AmountField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    transaction = models.CharField(_("transaction"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("made"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("invoice of the sandbox bank")
        verbose_name_plural = _("invoices of the sandbox bank")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_invoice_is_of_something"),
            models.CheckConstraint(
                condition=(Q(state="paid") & ~Q(transaction="")) | (~Q(state="paid") & Q(transaction="")),
                name="paid_bank_invoice_has_its_transaction",
            ),
        ]

    @property
    def expires_at(self) -> datetime:
        """Until when it can be paid."""
        return self.made_at + LIFETIME

    def __str__(self) -> str:
        return str(self.public_id)


class SandboxMovement(models.Model):
    """What moved after an invoice was paid: a second payment of it, or money of the first on its way back."""

    class Kind(models.TextChoices):
        AGAIN = "again", _("paid once more")
        REFUND = "refund", _("refund by the shop")
        REVERSAL = "reversal", _("reversal by the bank")

    invoice = models.ForeignKey(
        SandboxInvoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="movements"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = AmountField(_("amount"))
    name = models.CharField(_("name"), max_length=40, unique=True)
    # The shop's name of a refund: the same one is the same refund.
    key = models.CharField(_("the shop's key"), max_length=80, blank=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("movement at the sandbox bank")
        verbose_name_plural = _("movements at the sandbox bank")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_movement_is_of_something"),
            models.CheckConstraint(
                condition=(Q(kind="refund") & ~Q(key="")) | (~Q(kind="refund") & Q(key="")),
                name="bank_refund_has_its_key",
            ),
            models.UniqueConstraint(
                fields=["invoice", "key"], condition=~Q(key=""), name="bank_refunds_once_per_invoice_and_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name
