"""Money given to many at once because something went wrong for all of them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.wallets import Transfer, Wallet


class Goodwill(models.Model):
    """One act over selected charges: a part of each, or the same amount for each; large sums need a second person."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        BOOKED = "booked", _("booked")
        REFUSED = "refused", _("refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    percent = models.DecimalField(_("part of each charge, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    each = AmountField(_("amount for each"), null=True, blank=True)
    total = AmountField(_("total"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    needs_approval = models.BooleanField(_("needs a second person"))

    class Meta:
        verbose_name = _("goodwill")
        verbose_name_plural = _("goodwill")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="goodwill_is_of_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="goodwill_has_a_reason"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100, each=None) | Q(percent=None, each__gt=0),
                name="goodwill_is_a_part_or_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False) | Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="nobody_approves_their_own_goodwill",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None) | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="goodwill_says_when_it_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} #{self.pk}"


class GoodwillLine(models.Model):
    """What one charge gets back: a refund of it, so that its tax goes back, too."""

    goodwill = models.ForeignKey(Goodwill, verbose_name=_("goodwill"), on_delete=models.CASCADE, related_name="lines")
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="goodwill")
    subject = models.CharField(_("for"), max_length=80, help_text=_("e.g. session:41"))
    amount = AmountField(_("amount"))
    transfer = models.OneToOneField(
        Transfer,
        verbose_name=_("transfer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="goodwill_line",
    )
    failure = models.CharField(_("why it was not booked"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line of goodwill")
        verbose_name_plural = _("lines of goodwill")
        ordering = ["goodwill", "id"]
        constraints = [
            models.UniqueConstraint(fields=["goodwill", "subject"], name="charge_is_in_a_goodwill_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="goodwill_line_is_of_something"),
            models.CheckConstraint(
                condition=Q(failure="") | Q(transfer=None), name="goodwill_line_is_booked_or_failed"
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="goodwill_of_a_charge")]

    def __str__(self) -> str:
        return self.subject
