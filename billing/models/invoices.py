"""What companies are asked to pay for a month, and what they paid of it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.receipts import Statement
from billing.models.wallets import Transfer, Wallet
from drivepower.core.tenancy import CutQuerySet


class InvoiceQuerySet(CutQuerySet["Invoice"]):
    """Questions about many invoices."""

    company_paths = ("wallet__company",)


class Invoice(models.Model):
    """What a company charged in a month, with a number of its own; only what was paid of it ever changes (a trigger).

    Below 0 it is a credit note: corrections of that month came to more than its charges.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="invoices")
    statement = models.OneToOneField(
        Statement, verbose_name=_("statement"), on_delete=models.PROTECT, related_name="invoice"
    )
    seller = models.CharField(_("seller"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    month = models.DateField(_("month"), help_text=_("its first day"))
    currency = models.CharField(_("currency"), max_length=3)
    net = AmountField(_("net"))
    tax = AmountField(_("tax"))
    gross = AmountField(_("total"))
    paid = AmountField(_("paid"), default=0)
    due_on = models.DateField(_("due"))
    lines: "models.JSONField[Any, Any]" = models.JSONField(_("lines"), default=list)
    sold_by: "models.JSONField[Any, Any]" = models.JSONField(_("sold by"), default=dict)
    bought_by: "models.JSONField[Any, Any]" = models.JSONField(_("bought by"), default=dict)
    made_at = models.DateTimeField(_("made"))

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["seller", "year", "number"], name="invoice_number_is_given_once"),
            models.UniqueConstraint(fields=["wallet", "month"], name="one_invoice_per_wallet_and_month"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="invoice_total_is_net_and_tax"),
            models.CheckConstraint(
                condition=Q(paid=0) | Q(paid__gt=0, paid__lte=F("gross")), name="no_more_is_paid_than_is_invoiced"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("month")), name="invoice_is_due_after_its_month_began"),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(paid__lt=F("gross")), name="invoices_to_be_paid"),
            models.Index(fields=["-month", "wallet"], name="invoices_by_month"),
        ]

    @property
    def full_number(self) -> str:
        """The number as printed, e.g. DP-INV-2026-000041."""
        return f"{self.seller}-INV-{self.year}-{self.number:06d}"

    def __str__(self) -> str:
        return self.full_number


class InvoicePaymentQuerySet(CutQuerySet["InvoicePayment"]):
    """Questions about many payments."""

    company_paths = ("invoice__wallet__company",)


class InvoicePayment(models.Model):
    """What is set against an invoice, or takes back (amount < 0) what was; append-only (a trigger).

    Without a transfer the wallet itself has settled it: by money that came another way, or by a credit note.
    """

    invoice = models.ForeignKey(Invoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="payments")
    transfer = models.ForeignKey(
        Transfer,
        verbose_name=_("transfer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invoices_paid",
        help_text=_("none: settled by the standing of the wallet"),
    )
    undoes = models.OneToOneField(
        "self", verbose_name=_("takes back"), null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    turn = models.PositiveSmallIntegerField(
        _("turn"), default=1, help_text=_("above 1: set again after it was taken back")
    )
    amount = AmountField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.CharField(_("made by"), max_length=80)
    made_at = models.DateTimeField(_("made"))

    objects = InvoicePaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of an invoice")
        verbose_name_plural = _("payments of invoices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, undoes=None) | Q(amount__lt=0, undoes__isnull=False),
                name="invoice_payment_is_of_something",
            ),
            models.UniqueConstraint(
                fields=["invoice", "transfer", "turn"],
                condition=Q(undoes=None),
                name="transfer_pays_an_invoice_once",
            ),
            models.CheckConstraint(
                condition=Q(undoes=None) | ~Q(reason=""), name="payment_that_is_taken_back_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.amount}"
