"""What the pages of money share: amounts with their currency, and rows inside a page that nobody edits."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.formats import number_format
from unfold.admin import TabularInline

from billing.models import TariffPlan
from drivepower.core.money import plain

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def money(
    field: str, label: "str | _StrPromise", *, currency: str = "currency", ordering: Combinable | None = None
) -> Callable[[Any], str]:
    """A column: the amount in that field as "382.50 KGS", sorted by the field, or by what computes it in a query."""
    amount_of, currency_of = attrgetter(field), attrgetter(currency)

    @admin.display(description=label, ordering=ordering or field)
    def column(row: Any) -> str:
        return written(amount_of(row), currency_of(row))

    column.__name__ = f"{field}_money"
    return column


def written(amount: Decimal | None, currency: str) -> str:
    """An amount for people; a dash where there is none."""
    return "–" if amount is None else f"{number_format(Decimal(plain(amount, currency)))} {currency}"


def currencies() -> list[str]:
    """Those that any price was ever named in."""
    named = TariffPlan.objects.order_by().values_list("currency", flat=True).distinct()
    return sorted({settings.DEFAULT_CURRENCY, *named})


class RecordInline(TabularInline):  # type: ignore[misc]  # unfold has no type hints
    """Rows that are read in the page of what they belong to."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody writes them by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits them."""
        return False
