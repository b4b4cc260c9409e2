"""Money on its way in, and what of it went back."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.wallets import Transfer, Wallet
from drivepower.core.tenancy import CutQuerySet

# An open invoice is asked about no more often than this, and so many times by each round of the sweep, then slowly.
STEP = timedelta(seconds=5)
ROUNDS = 20
# Money that was paid after we gave an invoice up still belongs to its driver: for this long it is asked about.
LATE = timedelta(days=1)
LATE_STEP = timedelta(minutes=5)
# A payment that was credited can be taken back: for as long as card networks allow, it is asked about once a day.
REVERSIBLE = timedelta(days=120)
REVERSIBLE_STEP = timedelta(days=1)
# Some payments at Stripe can be disputed for longer: those are asked about now and then.
LONG_REVERSIBLE = timedelta(days=540)
LONG_REVERSIBLE_STEP = timedelta(days=30)
# A refund that its provider has taken on but not paid out is looked at again no more often than this.
REREAD_STEP = timedelta(hours=1)


class TopUpQuerySet(CutQuerySet["TopUp"]):
    """Questions about many top-ups."""

    company_paths = ("wallet__company",)

    def to_ask(self, *, at: datetime) -> "TopUpQuerySet":
        """Open ones, and now and then those we gave up that may yet be paid; longest unasked first."""
        opened = Q(state=TopUp.State.PROCESSING)
        over = Q(expires_at__lte=at) & not_asked_since(models.F("expires_at"))  # asked once more at its end
        often = opened & (Q(asked_times__lt=ROUNDS) | over) & not_asked_since(at - STEP)
        given_up = Q(state__in=[TopUp.State.CANCELED, TopUp.State.EXPIRED], expires_at__gt=at - LATE)
        hinted = (opened | given_up) & named_since() & not_asked_since(at - STEP)
        found = self.filter(often | hinted | ((opened | given_up) & not_asked_since(at - LATE_STEP)))
        return found.order_by(models.F("asked_at").asc(nulls_first=True), "id")

    def to_watch(self, *, at: datetime) -> "TopUpQuerySet":
        """Credited ones that may yet be taken back, or whose refunds may yet fail; longest unasked first."""
        daily = Q(made_at__gt=at - REVERSIBLE) & not_asked_since(at - REVERSIBLE_STEP)
        later = Q(provider="stripe", made_at__gt=at - LONG_REVERSIBLE) & not_asked_since(at - LONG_REVERSIBLE_STEP)
        hinted = named_since() & not_asked_since(at - STEP)
        found = self.credited().filter(daily | later | hinted).exclude(provider_invoice="")
        return found.order_by("asked_at", "id")

    def credited(self) -> "TopUpQuerySet":
        """Those of which something is left, or was sent back by us: a refund that was done may fail weeks later."""
        sent = PaymentRefund.objects.filter(top_up=models.OuterRef("pk"), state=PaymentRefund.State.DONE)
        gone = Q(state=TopUp.State.REVERSED) & models.Exists(sent)
        return self.filter(Q(state=TopUp.State.APPROVED) | gone)


def not_asked_since(at: datetime | models.F) -> Q:
    """Those that nobody has asked the provider about since then."""
    return Q(asked_at=None) | Q(asked_at__lt=at)


def named_since() -> Q:
    """Those that a callback has named since the provider was last asked."""
    return Q(hinted_at__gt=models.F("asked_at"))


class TopUp(models.Model):
    """An invoice at a payment provider that fills a wallet when its own status query says paid."""

    class State(models.TextChoices):
        PROCESSING = "processing", _("processing")
        APPROVED = "approved", _("approved")
        CANCELED = "canceled", _("canceled")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")
        REVERSED = "reversed", _("reversed")

    class Method(models.TextChoices):
        QR = "qr", _("QR")
        CARD = "card", _("card page")

    # Money that arrives in these states is credited: giving an invoice up does not undo a payment.
    PAYABLE = (State.PROCESSING, State.CANCELED, State.EXPIRED)

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="top_ups")
    provider = models.CharField(_("provider"), max_length=20)
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.QR)
    amount = AmountField(_("amount"))
    paid_amount = AmountField(_("paid"), null=True, blank=True)
    # Given back by us or taken back by the provider; what is left of the payment is the driver's.
    reversed_amount = AmountField(_("reversed"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PROCESSING)
    provider_invoice = models.CharField(_("provider's invoice"), max_length=80, blank=True)
    provider_transaction = models.CharField(_("provider's transaction"), max_length=80, blank=True)
    qr_code = models.CharField(_("QR content"), max_length=1000, blank=True)
    pay_url = models.URLField(_("payment page"), max_length=2000, blank=True)
    asked_times = models.PositiveSmallIntegerField(_("times asked"), default=0)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    hinted_at = models.DateTimeField(_("last named by a callback"), null=True, blank=True)
    ended_at = models.DateTimeField(_("given up"), null=True, blank=True)
    transfer = models.OneToOneField(
        Transfer, verbose_name=_("transfer"), null=True, blank=True, on_delete=models.PROTECT, related_name="top_up"
    )

    objects = TopUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("top-up")
        verbose_name_plural = _("top-ups")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="top_up_is_of_something"),
            models.UniqueConstraint(
                fields=["provider", "provider_invoice"],
                condition=~Q(provider_invoice=""),
                name="provider_invoice_belongs_to_one_top_up",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_transaction"],
                condition=~Q(provider_transaction=""),
                name="provider_transaction_pays_once",
            ),
            models.UniqueConstraint(
                fields=["wallet"], condition=Q(state="processing"), name="one_open_top_up_per_wallet"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "reversed"], transfer__isnull=False)
                | (~Q(state__in=["approved", "reversed"]) & Q(transfer=None)),
                name="approved_top_up_has_its_transfer",
            ),
            models.CheckConstraint(
                condition=Q(reversed_amount=0) | Q(reversed_amount__gt=0, reversed_amount__lte=models.F("paid_amount")),
                name="no_more_is_reversed_than_was_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="processing"), name="top_ups_to_ask_about"),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=["canceled", "expired"]), name="top_ups_maybe_paid_late"
            ),
            models.Index(
                fields=["made_at", "asked_at"],
                condition=Q(state__in=["approved", "reversed"]),
                name="top_ups_maybe_taken_back",
            ),
            models.Index(fields=["wallet", "-made_at"], name="top_ups_of_a_wallet"),
        ]

    @property
    def subject(self) -> str:
        """How transfers and alerts refer to it."""
        return f"top_up:{self.public_id}"

    def __str__(self) -> str:
        return str(self.public_id)


class PaymentRefundQuerySet(CutQuerySet["PaymentRefund"]):
    """Questions about many refunds."""

    company_paths = ("top_up__wallet__company",)

    def to_ask(self, *, at: datetime) -> "PaymentRefundQuerySet":
        """Those without an end; the ones that the provider has taken on wait for a while; longest unasked first."""
        unknown = Q(provider_refund="") | not_asked_since(at - REREAD_STEP)
        found = self.filter(unknown, state=PaymentRefund.State.PENDING)
        return found.order_by(models.F("asked_at").asc(nulls_first=True), "id")


class PaymentRefund(models.Model):
    """Money sent back the way it came: taken from the wallet first, then asked for at the provider until it answers."""

    class State(models.TextChoices):
        PENDING = "pending", _("on its way")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused by the provider, back in the wallet")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    top_up = models.ForeignKey(TopUp, verbose_name=_("top-up"), on_delete=models.PROTECT, related_name="refunds")
    amount = AmountField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    provider_refund = models.CharField(_("provider's refund"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.CharField(_("made by"), max_length=80)
    made_at = models.DateTimeField(_("made"))
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    transfer = models.OneToOneField(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="payment_refund"
    )

    objects = PaymentRefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund of a payment")
        verbose_name_plural = _("refunds of payments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_refund_is_of_something"),
            models.CheckConstraint(
                condition=Q(state="pending", ended_at=None) | (~Q(state="pending") & Q(ended_at__isnull=False)),
                name="payment_refund_that_ended_says_when",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(state="pending"), name="payment_refunds_on_their_way")]

    @property
    def subject(self) -> str:
        """How transfers and alerts refer to it."""
        return f"payment_refund:{self.public_id}"

    @property
    def provider(self) -> str:
        """Who sends it."""
        return self.top_up.provider

    @property
    def returned_as(self) -> str:
        """How the transfer is called that puts its money back into the wallet."""
        return f"{self.subject}:returned"

    def __str__(self) -> str:
        return str(self.public_id)


class SecondPayment(models.Model):
    """A further payment of an invoice that had been paid: not credited by itself, a person decides about it once."""

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        CREDITED = "credited", _("credited to the wallet")
        SENT_BACK = "sent_back", _("sent back by hand")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    top_up = models.ForeignKey(
        TopUp, verbose_name=_("top-up"), on_delete=models.PROTECT, related_name="second_payments"
    )
    provider = models.CharField(_("provider"), max_length=20)
    provider_transaction = models.CharField(_("provider's transaction"), max_length=80)
    amount = AmountField(_("amount"), help_text=_("as far as the provider says; else that of the invoice"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    seen_at = models.DateTimeField(_("first seen"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    transfer = models.OneToOneField(
        Transfer, verbose_name=_("transfer"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("second payment")
        verbose_name_plural = _("second payments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_transaction"], name="second_payment_is_seen_once"),
            models.CheckConstraint(
                condition=Q(state="credited", transfer__isnull=False) | (~Q(state="credited") & Q(transfer=None)),
                name="credited_second_payment_has_its_transfer",
            ),
        ]

    @property
    def subject(self) -> str:
        """How its transfer refers to it."""
        return f"second_payment:{self.public_id}"

    def __str__(self) -> str:
        return self.provider_transaction
