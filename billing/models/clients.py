"""Who pays otherwise than everybody: prices of single people and companies, and promo codes with their limits."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from billing.models.fields import AmountField, UnitPriceField
from billing.models.tariffs import TariffPlan
from drivepower.core.tenancy import CutQuerySet


class ClientTariffQuerySet(CutQuerySet["ClientTariff"]):
    """Questions about many client tariffs."""

    company_paths = ("company", "user__company")


class ClientTariff(models.Model):
    """What a person or a company pays instead: a plan, one rate for energy and nothing else, or a discount.

    The discount takes from energy and time, never from fees. The newest one that is in force counts.
    """

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="client_tariffs",
    )
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="client_tariffs",
    )
    plan = models.ForeignKey(TariffPlan, verbose_name=_("plan"), null=True, blank=True, on_delete=models.PROTECT)
    rate_per_kwh = UnitPriceField(_("rate per kWh"), null=True, blank=True)
    currency = models.CharField(_("currency of the rate"), max_length=3, blank=True)
    discount_percent = models.DecimalField(_("discount, %"), max_digits=5, decimal_places=2, default=0)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    made_by = models.CharField(_("made by"), max_length=80, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ClientTariffQuerySet.as_manager()

    class Meta:
        verbose_name = _("client tariff")
        verbose_name_plural = _("client tariffs")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, company=None) | Q(user=None, company__isnull=False),
                name="client_tariff_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(plan=None) | Q(rate_per_kwh=None), name="client_tariff_is_a_plan_or_a_rate"
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False) | Q(rate_per_kwh__isnull=False) | Q(discount_percent__gt=0),
                name="client_tariff_changes_something",
            ),
            models.CheckConstraint(
                condition=Q(rate_per_kwh=None, currency="")
                | (Q(rate_per_kwh__gte=0) & ~Q(currency="") & Q(discount_percent=0)),
                name="client_rate_has_a_currency_and_no_discount",
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
                name="client_discount_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="client_tariff_validity_is_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-valid_from"], name="client_tariffs_of_a_person"),
            models.Index(fields=["company", "-valid_from"], name="client_tariffs_of_a_company"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.company}: {self.plan or self.rate_per_kwh or f'-{self.discount_percent} %'}"


class PromoCode(models.Model):
    """A word that makes one charge cheaper; how often, for whom and until when."""

    class Kind(models.TextChoices):
        PERCENT = "percent", _("percent of the price")
        FIXED = "fixed", _("an amount")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    value = AmountField(_("value"), help_text=_("percent, or an amount"))
    currency = models.CharField(_("currency"), max_length=3, default="KGS")
    most = AmountField(_("at most"), null=True, blank=True, help_text=_("of the discount"))
    least_price = AmountField(_("from a price of"), null=True, blank=True, help_text=_("of the charge"))
    uses_in_all = models.PositiveIntegerField(_("uses in all"), null=True, blank=True)
    uses_per_driver = models.PositiveIntegerField(_("uses per driver"), null=True, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("can be used"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("promo code")
        verbose_name_plural = _("promo codes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(Upper("code"), name="promo_code_is_unique_without_case"),
            models.CheckConstraint(condition=~Q(code="") & Q(value__gt=0), name="promo_code_takes_something"),
            models.CheckConstraint(
                condition=Q(kind="fixed") | Q(kind="percent", value__lte=100), name="promo_percent_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="promo_validity_is_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PromoUse(models.Model):
    """One charge that a code was given for; counted from the start on, given back when the charge comes to nothing."""

    class State(models.TextChoices):
        TAKEN = "taken", _("taken")
        USED = "used", _("used")
        RETURNED = "returned", _("given back")

    code = models.ForeignKey(PromoCode, verbose_name=_("promo code"), on_delete=models.PROTECT, related_name="uses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="promo_uses"
    )
    subject = models.CharField(_("for"), max_length=80, unique=True, help_text=_("e.g. session:41"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TAKEN)
    amount = AmountField(_("discount"), null=True, blank=True)
    made_at = models.DateTimeField(_("taken"))
    ended_at = models.DateTimeField(_("used or given back"), null=True, blank=True)

    class Meta:
        verbose_name = _("use of a promo code")
        verbose_name_plural = _("uses of promo codes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="taken", ended_at=None, amount=None)
                | Q(state="used", ended_at__isnull=False, amount__isnull=False)
                | Q(state="returned", ended_at__isnull=False),
                name="promo_use_says_how_it_ended",
            ),
        ]
        indexes = [models.Index(fields=["code", "user"], name="uses_of_a_code_by_a_driver")]

    def __str__(self) -> str:
        return f"{self.code} · {self.subject}"
