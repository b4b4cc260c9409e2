"""What a person was charged, in numbers that never change."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField, UnitPriceField
from billing.models.tariffs import Dimension
from billing.models.wallets import Wallet


class ReceiptCounter(models.Model):
    """The last number given per seller and year; its row lock makes numbers gap-free."""

    seller = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "year"], name="one_counter_per_seller_and_year")]

    def __str__(self) -> str:
        return f"{self.seller}-{self.year}"


class Receipt(models.Model):
    """A sale, or a correction that names what it corrects; immutable (a trigger refuses UPDATE and DELETE)."""

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        CORRECTION = "correction", _("correction")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SALE)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    seller = models.CharField(_("seller"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    wallet = models.ForeignKey(Wallet, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts")
    subject = models.CharField(_("for"), max_length=80, help_text=_("e.g. session:41"))
    currency = models.CharField(_("currency"), max_length=3)
    net = AmountField(_("net"))
    tax = AmountField(_("tax"))
    gross = AmountField(_("total"))
    tax_name = models.CharField(_("tax name"), max_length=40, blank=True)
    tax_percent = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2, default=0)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["seller", "year", "number"], name="receipt_number_is_given_once"),
            models.CheckConstraint(
                condition=models.Q(gross=models.F("net") + models.F("tax")),
                name="receipt_total_is_net_and_tax",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="sale", corrects=None) | models.Q(kind="correction", corrects__isnull=False),
                name="correction_names_what_it_corrects",
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(kind="sale"), name="subject_has_one_receipt_of_sale"
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="receipts_of_a_subject")]

    @property
    def full_number(self) -> str:
        """The number as printed, e.g. DP-2026-000041."""
        return f"{self.seller}-{self.year}-{self.number:06d}"

    def __str__(self) -> str:
        return self.full_number


class ReceiptLine(models.Model):
    """One price times one quantity in one window; energy in Wh, time in seconds, fees in pieces."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    rule_name = models.CharField(_("rule"), max_length=80)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=3, help_text=_("Wh, s or pc"))
    unit_price = UnitPriceField(_("unit price"))
    net = AmountField(_("net"))
    tax = AmountField(_("tax"))
    gross = AmountField(_("total"))

    class Meta:
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        ordering = ["receipt", "position"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "position"], name="receipt_line_has_its_own_position"),
            models.CheckConstraint(
                condition=models.Q(gross=models.F("net") + models.F("tax")),
                name="receipt_line_total_is_net_and_tax",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} #{self.position}"
