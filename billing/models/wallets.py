"""Whose money, what is held of it, how it moved, and what is owed; billing.ledger alone writes these tables.

A Transfer is balanced by construction: one row takes its amount from one wallet and gives it to another. Wallets of
people and companies carry their balance beside it, moved in the same transaction; system wallets carry none and are
the sum of their transfers.
"""

import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from billing.models.fields import AmountField
from drivepower.core.tenancy import CutQuerySet


class WalletQuerySet(CutQuerySet["Wallet"]):
    """Questions about many wallets."""

    company_paths = ("company",)


class Wallet(models.Model):
    """Money of a person, a company, or one of the house's own accounts, in one currency."""

    class System(models.TextChoices):
        REVENUE = "revenue", _("revenue")
        TAX = "tax", _("tax")
        RECEIVABLE = "receivable", _("receivable")
        OPENING = "opening", _("opening balances")
        ADJUSTMENTS = "adjustments", _("adjustments")
        ABSORBED = "absorbed", _("shortfalls that the house bears")
        COMMISSIONS = "commissions", _("commissions of providers")
        SHARES = "shares", _("shares of hosts")
        CLEARING_SANDBOX = "clearing:sandbox", _("clearing, sandbox")
        CLEARING_ODENGI = "clearing:odengi", _("clearing, O!Dengi")
        CLEARING_STRIPE = "clearing:stripe", _("clearing, Stripe")
        CLEARING_BANK = "clearing:bank", _("clearing, bank transfers")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wallets",
    )
    company = models.ForeignKey(
        Company, verbose_name=_("company"), null=True, blank=True, on_delete=models.PROTECT, related_name="wallets"
    )
    system = models.CharField(_("system account"), max_length=40, blank=True, choices=System)
    currency = models.CharField(_("currency"), max_length=3)
    balance = AmountField(_("balance"), default=Decimal(0))
    held = AmountField(_("held"), default=Decimal(0))
    owed = AmountField(_("owed"), default=Decimal(0))
    credit_limit = AmountField(_("credit limit"), default=Decimal(0), help_text=_("0: prepaid"))

    objects = WalletQuerySet.as_manager()

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")
        constraints = [
            models.UniqueConstraint(fields=["user", "currency"], name="one_wallet_per_person_and_currency"),
            models.UniqueConstraint(fields=["company", "currency"], name="one_wallet_per_company_and_currency"),
            models.UniqueConstraint(
                fields=["system", "currency"], condition=~Q(system=""), name="one_system_wallet_per_currency"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, company=None, system="")
                | Q(user=None, company__isnull=False, system="")
                | (Q(user=None, company=None) & ~Q(system="")),
                name="wallet_has_exactly_one_owner",
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="held_is_not_negative"),
            models.CheckConstraint(condition=Q(owed__gte=0), name="owed_is_not_negative"),
            models.CheckConstraint(condition=Q(credit_limit__gte=0), name="credit_limit_is_not_negative"),
            models.CheckConstraint(
                condition=Q(balance__gte=F("held") - F("credit_limit")),
                name="wallet_balance_covers_its_holds",
            ),
        ]

    @property
    def available(self) -> Decimal:
        """What is there and not held, in the wallet's currency."""
        free: Decimal = self.balance - self.held
        return free

    @property
    def spendable(self) -> Decimal:
        """What can be held or charged now: the credit limit counts."""
        most: Decimal = self.available + self.credit_limit
        return most

    def __str__(self) -> str:
        return f"{self.user or self.company or self.get_system_display()} ({self.currency})"


class HoldQuerySet(CutQuerySet["Hold"]):
    """Questions about many holds."""

    company_paths = ("wallet__company",)


class Hold(models.Model):
    """Money set aside for something that may cost it; ends once, captured or released."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        CAPTURED = "captured", _("captured")
        RELEASED = "released", _("released")

    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="holds")
    amount = AmountField(_("amount"))
    subject = models.CharField(_("for"), max_length=80, help_text=_("e.g. session:41"))
    reference = models.CharField(_("reference"), max_length=80, unique=True, help_text=_("e.g. session:41:1"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("when the start is given up, and this with it")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_is_of_something"),
            models.CheckConstraint(
                condition=Q(state="active", ended_at=None) | (~Q(state="active") & Q(ended_at__isnull=False)),
                name="hold_that_ended_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="holds_of_a_subject"),
            models.Index(fields=["subject"], condition=Q(state="active"), name="active_holds_of_a_subject"),
        ]

    def __str__(self) -> str:
        return self.reference


class Capture(models.Model):
    """What a subject costs as of one revision, written once (append-only by a trigger).

    Its transfers are the difference to the revision before.
    """

    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="captures")
    subject = models.CharField(_("for"), max_length=80, help_text=_("e.g. session:41"))
    revision = models.PositiveIntegerField(_("revision"))
    net = AmountField(_("net"))
    tax = AmountField(_("tax"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("capture")
        verbose_name_plural = _("captures")
        constraints = [
            models.UniqueConstraint(fields=["subject", "revision"], name="revision_is_captured_once"),
            models.CheckConstraint(condition=Q(net__gte=0, tax__gte=0), name="capture_is_not_negative"),
        ]

    @property
    def gross(self) -> Decimal:
        """What the subject costs, tax included."""
        whole: Decimal = self.net + self.tax
        return whole

    def __str__(self) -> str:
        return f"{self.subject}:r{self.revision}"


class TransferQuerySet(CutQuerySet["Transfer"]):
    """Questions about many transfers."""

    company_paths = ("source__company", "target__company")


class Transfer(models.Model):
    """Money that moved; append-only (a trigger refuses UPDATE and DELETE)."""

    class Kind(models.TextChoices):
        TOP_UP = "top_up", _("top-up")
        CAPTURE = "capture", _("charge")
        TAX = "tax", _("tax of a charge")
        DEBT = "debt", _("charge on credit")
        REPAYMENT = "repayment", _("repayment of a debt")
        REFUND = "refund", _("refund")
        FORGIVEN = "forgiven", _("debt that is not asked for any more")
        ABSORBED = "absorbed", _("shortfall that the house bears")
        REVERSAL = "reversal", _("reversal of a top-up")
        ADJUSTMENT = "adjustment", _("adjustment")
        OPENING = "opening", _("opening balance")
        COMMISSION = "commission", _("commission of a provider")
        REMITTANCE = "remittance", _("paid out by a provider")
        AT_PROVIDER = "at_provider", _("other movement at a provider")
        PAYOUT = "payout", _("payout")
        SHARE = "share", _("share of a host")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(
        Wallet, verbose_name=_("from wallet"), on_delete=models.PROTECT, related_name="transfers_out", db_index=False
    )
    target = models.ForeignKey(
        Wallet, verbose_name=_("to wallet"), on_delete=models.PROTECT, related_name="transfers_in", db_index=False
    )
    amount = AmountField(_("amount"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    subject = models.CharField(_("for"), max_length=80, help_text=_("e.g. session:41"))
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    reverses = models.ForeignKey(
        "self", verbose_name=_("reverses"), null=True, blank=True, on_delete=models.PROTECT, related_name="reversals"
    )
    made_by = models.CharField(_("made by"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"))

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_has_two_ends"),
        ]
        indexes = [
            models.Index(fields=["subject"], name="transfers_of_a_subject"),
            # The last ones of a wallet, either way; they stand for those that a foreign key has.
            models.Index(fields=["source", "-id"], name="transfers_out_of_a_wallet"),
            models.Index(fields=["target", "-id"], name="transfers_into_a_wallet"),
            # Rows lie in the order of time: a month is a few blocks, and writing costs next to nothing.
            BrinIndex(fields=["made_at"], name="transfers_by_time", autosummarize=True),
        ]

    def __str__(self) -> str:
        return self.reference


class DebtQuerySet(CutQuerySet["Debt"]):
    """Questions about many debts."""

    company_paths = ("wallet__company",)


class Debt(models.Model):
    """What a wallet could not pay; paid oldest first by the next top-ups, blocks new starts while open."""

    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="debts")
    subject = models.CharField(_("for"), max_length=80)
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    amount = AmountField(_("amount"))
    paid = AmountField(_("paid"), default=Decimal(0))
    made_at = models.DateTimeField(_("made"))

    objects = DebtQuerySet.as_manager()

    class Meta:
        verbose_name = _("debt")
        verbose_name_plural = _("debts")
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="debt_is_of_something"),
            models.CheckConstraint(condition=Q(paid__gte=0, paid__lte=F("amount")), name="debt_is_not_overpaid"),
        ]
        indexes = [
            models.Index(
                fields=["wallet", "made_at"],
                condition=Q(paid__lt=F("amount")),
                name="open_debts_oldest_first",
            )
        ]

    def __str__(self) -> str:
        return self.reference
