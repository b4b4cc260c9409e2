"""What hosts of places are to get of what is earned there; places are text, since billing knows none."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from billing.models.fields import AmountField, UnitPriceField
from billing.models.receipts import Receipt
from billing.models.wallets import Transfer
from drivepower.core.tenancy import CutQuerySet


class HostAgreementQuerySet(CutQuerySet["HostAgreement"]):
    """Questions about many agreements."""

    company_paths = ("company",)


class HostAgreement(models.Model):
    """A host's share of what is earned without tax, and what it gets for each kWh, at one place or at all of its.

    It is for charges in its currency, and for those in another one that no agreement in that currency is for: their
    part in percent is paid in theirs, that per kWh in its own.
    """

    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.PROTECT, related_name="host_agreements"
    )
    place = models.CharField(
        _("location"), max_length=50, blank=True, help_text=_("its code; empty: every location of the company")
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        help_text=_("of what is paid per kWh; what charges in another currency earn is shared in that currency"),
    )
    share_percent = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2, default=0)
    per_kwh = UnitPriceField(_("per kWh"), default=0)
    valid_from = models.DateField(_("from"), help_text=_("the first day of a month"))
    valid_until = models.DateField(_("until"), null=True, blank=True, help_text=_("the first day that it is over"))
    made_by = models.CharField(_("made by"), max_length=80)
    made_at = models.DateTimeField(_("made"))

    objects = HostAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement with a host")
        verbose_name_plural = _("agreements with hosts")
        ordering = ["company", "place", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "place", "currency", "valid_from"], name="one_agreement_per_place_and_first_day"
            ),
            models.CheckConstraint(
                condition=Q(share_percent__gte=0, share_percent__lte=100), name="share_is_a_part_of_what_is_earned"
            ),
            models.CheckConstraint(condition=Q(per_kwh__gte=0), name="share_per_kwh_is_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_from__day=1) & (Q(valid_until=None) | Q(valid_until__day=1)),
                name="agreement_holds_for_whole_months",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="agreement_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.place}".strip()


class HostStatementQuerySet(CutQuerySet["HostStatement"]):
    """Questions about many statements."""

    company_paths = ("company",)


class HostStatement(models.Model):
    """A host's month at one place in one currency: energy, sessions, what was earned, its share; written once (a
    trigger).

    What was corrected after its month was stated is in the next one, also where the agreement is over by then or the
    place has another host, so that all of a place's sum to what it earned while it was the company's.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.PROTECT, related_name="host_statements"
    )
    agreement = models.ForeignKey(
        HostAgreement, verbose_name=_("agreement"), on_delete=models.PROTECT, related_name="statements"
    )
    place = models.CharField(_("location"), max_length=50)
    place_name = models.CharField(_("name of the location"), max_length=200)
    month = models.DateField(_("month"), help_text=_("its first day"))
    currency = models.CharField(_("currency"), max_length=3)
    sessions = models.IntegerField(_("sessions"))
    energy_wh = models.BigIntegerField(_("energy, Wh"))
    other_energy_wh = models.BigIntegerField(
        _("energy of charges in other currencies, Wh"),
        default=0,
        help_text=_("counted per kWh alone: what they earned is shared in their currency"),
    )
    net = AmountField(_("net"))
    tax = AmountField(_("tax"))
    gross = AmountField(_("total"))
    share = AmountField(_("share"), help_text=_("below 0: corrections came to more than was earned"))
    # Both are 0 or below: what a wallet could not bear waits for what the place earns next.
    brought = AmountField(_("brought from earlier"), default=0)
    carried = AmountField(_("carried on"), default=0)
    made_at = models.DateTimeField(_("made"))
    transfer = models.OneToOneField(
        Transfer,
        verbose_name=_("transfer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="host_statement",
    )

    objects = HostStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of a host")
        verbose_name_plural = _("statements of hosts")
        ordering = ["-month", "company", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "place", "month", "currency"], name="one_host_statement_per_place_and_month"
            ),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="host_statement_total_is_net_and_tax"),
            models.CheckConstraint(
                condition=Q(share=0, transfer=None) | (~Q(share=0) & Q(transfer__isnull=False)),
                name="share_of_a_host_is_booked",
            ),
            models.CheckConstraint(
                condition=Q(brought__lte=0, carried__lte=0), name="host_statement_carries_nothing_but_losses"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.month:%Y-%m}"


class HostStatementLine(models.Model):
    """A receipt that a statement has counted, and the agreement that it was shared by; written once (a trigger).

    A correction is shared by the agreement of the sale that it corrects. One in another currency than its agreement is
    in a statement of each: what it earned in that of its own, its energy (is_per_kwh) in that of the agreement's.
    """

    statement = models.ForeignKey(
        HostStatement, verbose_name=_("statement"), on_delete=models.PROTECT, related_name="lines"
    )
    receipt = models.ForeignKey(
        Receipt, verbose_name=_("receipt"), on_delete=models.PROTECT, related_name="host_lines", db_index=False
    )
    agreement = models.ForeignKey(
        HostAgreement, verbose_name=_("agreement"), on_delete=models.PROTECT, related_name="lines"
    )
    is_per_kwh = models.BooleanField(_("per kWh alone"), default=False, db_default=False)

    class Meta:
        verbose_name = _("line of a host's statement")
        verbose_name_plural = _("lines of hosts' statements")
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(is_per_kwh=False), name="receipt_is_in_one_statement_of_a_host"
            ),
            models.UniqueConstraint(
                fields=["receipt"],
                condition=Q(is_per_kwh=True),
                name="receipt_counts_per_kwh_in_one_statement_of_a_host",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.receipt_id}"
