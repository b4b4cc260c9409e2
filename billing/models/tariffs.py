"""What a charge costs: plans, their immutable versions and rules, and the terms that one session froze."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from billing.models.fields import UnitPriceField


class TariffPlan(models.Model):
    """A name under which prices are versioned."""

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    currency = models.CharField(_("currency"), max_length=3, default="KGS")
    is_default = models.BooleanField(_("default of its currency"), default=False)
    is_private = models.BooleanField(_("private to one station"), default=False)
    owner = models.ForeignKey(Company, verbose_name=_("owner"), null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("tariff plan")
        verbose_name_plural = _("tariff plans")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency"], condition=models.Q(is_default=True), name="one_default_plan_per_currency"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IdleFrom(models.TextChoices):
    """When the car counts as idle, so that the parking fee begins after its grace."""

    SUSPENDED = "suspended", _("the car takes no more (SuspendedEV), or charging has finished")
    FINISHED = "finished", _("charging has finished (Finishing, or the Stop)")


class TariffVersion(models.Model):
    """One edition of a plan; never edited, only followed by the next."""

    plan = models.ForeignKey(
        TariffPlan, verbose_name=_("tariff plan"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    in_force_from = models.DateTimeField(_("in force from"))
    tax_name = models.CharField(_("tax"), max_length=40, default="VAT")
    tax_percent = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2, default=0)
    tax_included = models.BooleanField(_("prices include tax"), default=True)
    idle_grace_seconds = models.PositiveIntegerField(_("idle grace, s"), default=600)
    idle_from = models.CharField(_("idle from"), max_length=10, choices=IdleFrom, default=IdleFrom.SUSPENDED)
    idle_cap = models.DecimalField(_("idle fee at most"), max_digits=16, decimal_places=3, null=True, blank=True)
    made_by = models.CharField(_("made by"), max_length=80, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tariff version")
        verbose_name_plural = _("tariff versions")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_is_unique_in_its_plan"),
            models.CheckConstraint(
                condition=models.Q(tax_percent__gte=0, tax_percent__lte=100), name="tax_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class TaxChange(models.Model):
    """A new tax for all plans from some day on, as it was announced; plans that are made later know it from here."""

    tax_name = models.CharField(_("tax"), max_length=40)
    tax_percent = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2)
    tax_included = models.BooleanField(_("prices include tax"))
    in_force_from = models.DateTimeField(_("in force from"))
    made_by = models.CharField(_("made by"), max_length=80)
    reason = models.CharField(_("why"), max_length=200)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("change of tax")
        verbose_name_plural = _("changes of tax")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tax_percent__gte=0, tax_percent__lte=100), name="new_tax_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tax_name} {self.tax_percent} %"


class Dimension(models.TextChoices):
    """What is priced, in OCPI's sense."""

    PER_KWH = "per_kwh", _("energy, per kWh")
    PER_MINUTE = "per_minute", _("time, per minute")
    SESSION_FEE = "session_fee", _("session fee")
    PARKING_FEE = "parking_fee", _("idle after charging, per minute")


class TariffRule(models.Model):
    """One price of one dimension, and when it holds; times are the location's, half-open [start, end)."""

    version = models.ForeignKey(
        TariffVersion, verbose_name=_("tariff version"), on_delete=models.PROTECT, related_name="rules"
    )
    name = models.CharField(_("name"), max_length=80)
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    price = UnitPriceField(_("price"))
    connector_type = models.CharField(_("connector type"), max_length=20, blank=True, help_text=_("empty: any"))
    power_from_w = models.PositiveIntegerField(_("power from, W"), default=0)
    power_to_w = models.PositiveIntegerField(_("power to, W"), null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
        help_text=_("1 = Monday … 7 = Sunday; empty: every day"),
    )
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True, help_text=_("before its start: over midnight"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("this day included"))
    priority = models.IntegerField(_("priority"), default=0)

    class Meta:
        verbose_name = _("tariff rule")
        verbose_name_plural = _("tariff rules")
        ordering = ["version", "dimension", "-priority"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="price_is_not_negative"),
            models.CheckConstraint(
                condition=models.Q(power_to_w=None) | models.Q(power_to_w__gt=models.F("power_from_w")),
                name="power_range_is_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(starts=None, ends=None)
                | (models.Q(starts__isnull=False, ends__isnull=False) & ~models.Q(starts=models.F("ends"))),
                name="window_has_both_ends_and_they_differ",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="validity_is_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriceTerms(models.Model):
    """All that decides one session's price, frozen at its start; the document is billing.pricing.Terms as JSON."""

    version = models.ForeignKey(
        TariffVersion, verbose_name=_("tariff version"), null=True, blank=True, on_delete=models.PROTECT
    )
    currency = models.CharField(_("currency"), max_length=3)
    document = models.JSONField(_("terms"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("price terms")
        verbose_name_plural = _("price terms")

    def __str__(self) -> str:
        return str(self.version or self.pk)
