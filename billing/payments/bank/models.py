"""What the demo's bank knows: its own books, apart from ours."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField

LIFETIME = timedelta(minutes=5)


class SandboxInvoice(models.Model):
    """An invoice at the sandbox bank, which a person pays or declines on its page."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PAID = "paid", _("paid")
        DECLINED = "declined", _("declined")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.CharField(_("the shop's order"), max_length=80)
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
