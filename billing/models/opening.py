"""Balances that people bring along from another system."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.wallets import Transfer, Wallet


class OpeningImport(models.Model):
    """A file of balances; booked by a second person, and only if it sums to the control total."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        BOOKED = "booked", _("booked")
        REFUSED = "refused", _("refused")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("its SHA-256"), max_length=64)
    currency = models.CharField(_("currency"), max_length=3)
    control_total = models.DecimalField(_("control total"), max_digits=20, decimal_places=3)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of opening balances")
        verbose_name_plural = _("imports of opening balances")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(state="refused"), name="opening_balances_are_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="nobody_approves_their_own_opening_balances",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None) | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="opening_balances_say_when_they_were_decided",
            ),
        ]

    @property
    def booked(self) -> Decimal:
        """What of it is in our books: all of it, or nothing while it waits and where it was refused."""
        return self.control_total if self.state == self.State.BOOKED else Decimal(0)

    def __str__(self) -> str:
        return self.file_name


class OpeningLine(models.Model):
    """One balance, by what the file calls its owner; below 0: the owner owes it."""

    opening = models.ForeignKey(OpeningImport, verbose_name=_("import"), on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("line"))
    owner = models.CharField(_("owner"), max_length=254, help_text=_("phone, e-mail, or a company's tax id"))
    wallet = models.ForeignKey(
        Wallet, verbose_name=_("wallet"), null=True, blank=True, on_delete=models.PROTECT, related_name="opening_lines"
    )
    amount = AmountField(_("amount"))
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    transfer = models.OneToOneField(
        Transfer,
        verbose_name=_("transfer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opening_line",
    )

    class Meta:
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")
        ordering = ["opening", "number"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "number"], name="opening_line_has_its_own_number"),
            models.UniqueConstraint(
                fields=["opening", "wallet"], condition=Q(wallet__isnull=False), name="wallet_is_opened_once_per_import"
            ),
            models.UniqueConstraint(
                fields=["wallet"],
                condition=Q(transfer__isnull=False),
                name="opening_balance_of_a_wallet_is_booked_once",
            ),
        ]

    @property
    def booked(self) -> Decimal:
        """What of it is in our books: all of it, or nothing while its import waits and where that was refused."""
        return self.amount if self.opening.state == OpeningImport.State.BOOKED else Decimal(0)

    def __str__(self) -> str:
        return f"{self.opening} #{self.number}"
