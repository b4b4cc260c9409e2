"""What a person was charged, in numbers that never change."""

import uuid

from django.contrib.admin import display
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField, UnitPriceField
from billing.models.tariffs import Dimension
from billing.models.wallets import Wallet
from drivepower.core.tenancy import CutQuerySet


class ReceiptCounter(models.Model):
    """The last number given per seller and year; its row lock makes numbers gap-free. Invoices have their own."""

    seller = models.CharField(_("seller"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "year"], name="one_counter_per_seller_and_year")]

    def __str__(self) -> str:
        return f"{self.seller}-{self.year}"


class ReceiptQuerySet(CutQuerySet["Receipt"]):
    """Questions about many receipts."""

    company_paths = ("wallet__company",)


class Receipt(models.Model):
    """A sale, or a correction that names what it corrects; immutable (a trigger refuses UPDATE and DELETE).

    A correction's amounts are differences, so that all receipts of a subject sum to what it costs.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        CORRECTION = "correction", _("correction")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SALE)
    corrects = models.ForeignKey(
        "self", verbose_name=_("corrects"), null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    seller = models.CharField(_("seller"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    wallet = models.ForeignKey(
        Wallet, verbose_name=_("wallet"), null=True, blank=True, on_delete=models.PROTECT, related_name="receipts"
    )
    subject = models.CharField(_("for"), max_length=80, help_text=_("e.g. session:41"))
    about = models.CharField(_("about"), max_length=200, blank=True, help_text=_("the place, as the receipt prints it"))
    currency = models.CharField(_("currency"), max_length=3)
    net = AmountField(_("net"))
    tax = AmountField(_("tax"))
    gross = AmountField(_("total"))
    subject_gross = AmountField(_("costs in all"), help_text=_("with this receipt and those before it"))
    reason = models.CharField(_("why"), max_length=200, blank=True)
    tax_name = models.CharField(_("tax name"), max_length=40, blank=True)
    tax_percent = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2, default=0)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, help_text=_("the place's, for its times"))
    # As they were then, by name, tax_id and address; empty in receipts of before they were kept.
    sold_by = models.JSONField(_("sold by"), default=dict)
    bought_by = models.JSONField(_("bought by"), default=dict)
    made_at = models.DateTimeField(_("made"))

    objects = ReceiptQuerySet.as_manager()

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
                condition=models.Q(kind="correction") | models.Q(subject_gross=models.F("gross")),
                name="sale_is_all_that_its_subject_costs",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="sale", corrects=None) | models.Q(kind="correction", corrects__isnull=False),
                name="correction_names_what_it_corrects",
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(kind="sale"), name="subject_has_one_receipt_of_sale"
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="receipts_of_a_subject"),
            models.Index(fields=["-made_at"], name="receipts_newest_first"),
            models.Index(fields=["wallet", "-made_at"], name="receipts_of_a_wallet"),
        ]

    @property
    @display(description=_("number"))
    def full_number(self) -> str:
        """The number as printed, e.g. DP-2026-000041."""
        return f"{self.seller}-{self.year}-{self.number:06d}"

    def __str__(self) -> str:
        return self.full_number


class LineKind(models.TextChoices):
    """What a line is about: a dimension of the price, or what was taken off it."""

    PER_KWH = "per_kwh", Dimension.PER_KWH.label
    PER_MINUTE = "per_minute", Dimension.PER_MINUTE.label
    SESSION_FEE = "session_fee", Dimension.SESSION_FEE.label
    PARKING_FEE = "parking_fee", Dimension.PARKING_FEE.label
    PROMO = "promo", _("promo code")
    REFUND = "refund", _("refund")


class ReceiptLineQuerySet(CutQuerySet["ReceiptLine"]):
    """Questions about many lines."""

    company_paths = ("receipt__wallet__company",)


class ReceiptLine(models.Model):
    """One price times one quantity in one window; energy in Wh, time in seconds, fees in pieces.

    In a correction, lines that fall away stand again with quantity and amounts negated.
    """

    receipt = models.ForeignKey(Receipt, verbose_name=_("receipt"), on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    dimension = models.CharField(_("dimension"), max_length=12, choices=LineKind)
    rule_name = models.CharField(_("rule"), max_length=80)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=3, help_text=_("Wh, s or pc"))
    unit_price = UnitPriceField(_("unit price"))
    tax_percent = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2, default=0)
    net = AmountField(_("net"))
    tax = AmountField(_("tax"))
    gross = AmountField(_("total"))

    objects = ReceiptLineQuerySet.as_manager()

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


class StatementQuerySet(CutQuerySet["Statement"]):
    """Questions about many statements."""

    company_paths = ("wallet__company",)


class Statement(models.Model):
    """A company's month: what stood, what was charged, refunded and paid, what stands; written once (a trigger)."""

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="statements")
    month = models.DateField(_("month"), help_text=_("its first day"))
    opening = AmountField(_("opening balance"))
    charged = AmountField(_("charged"))
    refunded = AmountField(_("refunded"))
    paid = AmountField(_("paid"))
    other = AmountField(_("other movements"))
    closing = AmountField(_("closing balance"))
    owed = AmountField(_("owed beyond the credit"), help_text=_("of the closing balance"))
    tax = AmountField(_("tax in what was charged"))
    lines = models.JSONField(_("receipts"), default=list)
    made_at = models.DateTimeField(_("made"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-month", "wallet"]
        constraints = [
            models.UniqueConstraint(fields=["wallet", "month"], name="one_statement_per_wallet_and_month"),
            models.CheckConstraint(
                condition=models.Q(
                    closing=models.F("opening")
                    - models.F("charged")
                    + models.F("refunded")
                    + models.F("paid")
                    + models.F("other")
                ),
                name="statement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wallet} {self.month:%Y-%m}"
