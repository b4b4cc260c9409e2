"""Days that were counted, and months that take no entries any more."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _


class DayCloseQuerySet(models.QuerySet["DayClose"]):
    """Questions about many days."""

    def standing(self) -> "DayCloseQuerySet":
        """Of each day and currency the last count."""
        later = DayClose.objects.filter(
            day=OuterRef("day"), currency=OuterRef("currency"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))


class DayClose(models.Model):
    """What a day came to by account and kind, and what did not add up; written once it is over.

    A day that got an entry after it was counted is counted again, beside the first.
    """

    day = models.DateField(_("day"), help_text=_("on the seller's clock"))
    currency = models.CharField(_("currency"), max_length=3)
    number = models.PositiveSmallIntegerField(_("count"), default=1, help_text=_("above 1: counted again"))
    totals: "models.JSONField[Any, Any]" = models.JSONField(_("totals"), default=dict)
    differences: "models.JSONField[Any, Any]" = models.JSONField(_("differences"), default=list)
    last_transfer = models.BigIntegerField(_("up to transfer"))
    made_at = models.DateTimeField(_("made"))

    objects = DayCloseQuerySet.as_manager()

    class Meta:
        verbose_name = _("close of a day")
        verbose_name_plural = _("closes of days")
        ordering = ["-day", "currency", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "currency", "number"], name="day_is_closed_once_per_currency_and_count"
            ),
        ]

    @property
    def amount(self) -> Decimal:
        """What moved in all."""
        return Decimal(self.totals["amount"])

    @property
    def net(self) -> Decimal:
        """What its receipts said without tax."""
        return self._receipted("net")

    @property
    def tax(self) -> Decimal:
        """The tax in its receipts."""
        return self._receipted("tax")

    @property
    def gross(self) -> Decimal:
        """What its receipts said."""
        return self._receipted("gross")

    def _receipted(self, name: str) -> Decimal:
        return Decimal(self.totals["receipts"].get(name, "0"))

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"


class ClosedMonth(models.Model):
    """A month of a seller that takes no transfer and no receipt any more (a trigger); late ones are in the next."""

    seller = models.CharField(_("seller"), max_length=10)
    month = models.DateField(_("month"), help_text=_("its first day"))
    # The instant at which it is over, for the trigger: months are those of the seller's clock.
    until = models.DateTimeField(_("until"))
    totals: "models.JSONField[Any, Any]" = models.JSONField(_("totals"), default=dict)
    closed_by = models.CharField(_("closed by"), max_length=80)
    closed_at = models.DateTimeField(_("closed"))

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["seller", "month"], name="month_is_closed_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="closed_month_is_named_by_its_first_day"),
            models.CheckConstraint(condition=Q(closed_at__gte=models.F("until")), name="month_is_closed_after_its_end"),
        ]

    def __str__(self) -> str:
        return f"{self.seller} {self.month:%Y-%m}"
