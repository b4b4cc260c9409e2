"""What a payment provider says it took, kept and paid out, line by line, beside what we have booked."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.payments import TopUp
from billing.models.wallets import Transfer, Wallet


class ProviderRegister(models.Model):
    """A file of a provider; the same file is taken once for each currency, and booked once somebody has looked at its
    differences.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    provider = models.CharField(_("provider"), max_length=20)
    currency = models.CharField(_("currency"), max_length=3)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("its SHA-256"), max_length=64)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    payments = AmountField(_("payments"), default=0)
    refunds = AmountField(_("refunds and chargebacks"), default=0)
    commission = AmountField(_("commission"), default=0)
    remitted = AmountField(_("paid out to us"), default=0)
    imported_by = models.CharField(_("imported by"), max_length=80)
    imported_at = models.DateTimeField(_("imported"))
    booked_by = models.CharField(_("booked by"), max_length=80, blank=True)
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True)

    class Meta:
        verbose_name = _("provider's register")
        verbose_name_plural = _("providers' registers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["sha256", "currency"], name="register_is_taken_once_for_a_currency"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="register_is_of_some_time"),
            models.CheckConstraint(
                condition=Q(booked_at=None, booked_by="") | (Q(booked_at__isnull=False) & ~Q(booked_by="")),
                name="booked_register_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.file_name}"


class RegisterLine(models.Model):
    """One movement at the provider, the payment of ours that it is, and in what they differ."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")
        CHARGEBACK = "chargeback", _("chargeback")
        FEE = "fee", _("fee")
        FEE_BACK = "fee_back", _("fee given back")
        REMITTANCE = "remittance", _("paid out to us")
        OTHER = "other", _("something else")

    class Difference(models.TextChoices):
        UNKNOWN = "unknown", _("we know nothing of it")
        NOT_CREDITED = "not_credited", _("paid there, not credited here")
        AMOUNT = "amount", _("another amount")
        CURRENCY = "currency", _("another currency")
        NOT_REVERSED = "not_reversed", _("given back there, not taken back here")
        REPEATED = "repeated", _("told before, in another register")

    register = models.ForeignKey(
        ProviderRegister, verbose_name=_("register"), on_delete=models.PROTECT, related_name="lines"
    )
    number = models.PositiveIntegerField(_("line"))
    provider = models.CharField(_("provider"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    provider_transaction = models.CharField(_("provider's transaction"), max_length=80)
    called = models.CharField(_("provider's word for it"), max_length=40, blank=True)
    at = models.DateTimeField(_("at"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = AmountField(_("amount"))
    commission = AmountField(_("commission"), default=0)
    top_up = models.ForeignKey(
        TopUp,
        verbose_name=_("top-up"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="register_lines",
    )
    difference = models.CharField(_("difference"), max_length=12, blank=True, choices=Difference)
    # What they have there beside what we have, where it is the amount that differs.
    ours = AmountField(_("our amount"), null=True, blank=True)
    note = models.CharField(_("what was done about it"), max_length=200, blank=True)
    noted_by = models.CharField(_("noted by"), max_length=80, blank=True)
    noted_at = models.DateTimeField(_("noted"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a register")
        verbose_name_plural = _("lines of registers")
        ordering = ["register", "number"]
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="register_line_has_its_own_number"),
            models.UniqueConstraint(
                fields=["provider", "currency", "kind", "provider_transaction"],
                condition=~Q(difference__in=["repeated", "currency"]),
                name="movement_at_a_provider_is_told_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) | Q(kind="other"), name="register_line_says_its_way_by_its_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["register"], condition=~Q(difference="") & Q(noted_at=None), name="differences_to_look_at"
            ),
            models.Index(fields=["at"], condition=Q(kind="other", difference="unknown"), name="others_to_book"),
        ]

    def __str__(self) -> str:
        return f"{self.register} #{self.number}"


class RegisterEntry(models.Model):
    """Something else at a provider that a person books to an account of the house: each line once; people are `staff:`
    and a public id. What a second person refused may be asked for again, and what was booked by mistake is taken back
    by an entry that moves as much the other way (undoes).
    """

    class Account(models.TextChoices):
        """The accounts that may have it: the others are what charges, wallets and papers come to."""

        COMMISSIONS = Wallet.System.COMMISSIONS.value, Wallet.System.COMMISSIONS.label
        BANK = Wallet.System.CLEARING_BANK.value, Wallet.System.CLEARING_BANK.label
        ADJUSTMENTS = Wallet.System.ADJUSTMENTS.value, Wallet.System.ADJUSTMENTS.label

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        BOOKED = "booked", _("booked")
        REFUSED = "refused", _("refused")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        RegisterLine, verbose_name=_("line of a register"), on_delete=models.PROTECT, related_name="entries"
    )
    account = models.CharField(_("account"), max_length=40, choices=Account)
    undoes = models.ForeignKey(
        "self", verbose_name=_("takes back"), null=True, blank=True, on_delete=models.PROTECT, related_name="undoings"
    )
    turn = models.PositiveSmallIntegerField(
        _("turn"), default=1, db_default=1, help_text=_("above 1: booked again after it was taken back")
    )
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    needs_approval = models.BooleanField(_("needs a second person"))
    transfer = models.OneToOneField(
        Transfer,
        verbose_name=_("transfer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="register_entry",
    )

    class Meta:
        verbose_name = _("entry of a register's line")
        verbose_name_plural = _("entries of registers' lines")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "turn"],
                condition=Q(undoes=None) & ~Q(state="refused"),
                name="register_line_is_booked_once",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(undoes__isnull=False) & ~Q(state="refused"),
                name="register_entry_is_taken_back_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="register_entry_has_a_reason"),
            models.CheckConstraint(
                condition=Q(account__in=["commissions", "clearing:bank", "adjustments"]),
                name="register_entry_goes_to_an_account_that_fits",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False) | Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="nobody_approves_their_own_register_entry",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, transfer=None)
                | Q(state="booked", decided_at__isnull=False, transfer__isnull=False)
                | Q(state="refused", decided_at__isnull=False, transfer=None),
                name="register_entry_says_how_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="register_entries_to_approve"),
        ]

    @property
    def amount(self) -> Decimal:
        """What moved there, in the line's currency: above 0 that came to what the provider holds for us.

        What takes an entry back has the other sign.
        """
        moved: Decimal = self.line.amount
        return moved if self.undoes_id is None else -moved

    @property
    def booked(self) -> Decimal:
        """What of it is in our books: all of it, or nothing while it waits and where it was refused."""
        return self.amount if self.state == self.State.BOOKED else Decimal(0)

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} #{self.pk}"


class RegisterTransfer(models.Model):
    """A transfer of a register: commission, money that the provider paid out to us, something else of its lines."""

    register = models.ForeignKey(
        ProviderRegister, verbose_name=_("register"), on_delete=models.PROTECT, related_name="booked"
    )
    transfer = models.OneToOneField(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="register"
    )

    class Meta:
        verbose_name = _("transfer of a register")
        verbose_name_plural = _("transfers of registers")

    def __str__(self) -> str:
        return f"{self.register}: {self.transfer}"
