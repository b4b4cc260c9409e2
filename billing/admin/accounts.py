"""The ways from the house's accounts to their transfers: what came in, what went out, on a day or in a month."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from billing import movements
from billing.cells import FIRST_YEAR, LAST_YEAR
from billing.closing.spans import Span, day_of, of_days, of_month
from billing.models import Transfer, Wallet
from billing.statements.making import following, last_month

# What stands before a wallet's key, and the end of a transfer that the wallet is then.
WAYS = {"in": "target", "out": "source"}
DAY = timedelta(days=1)
# So far back months are offered; an address may name any.
MOST_MONTHS = 60


class AccountFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no type hints
    """What came into an account of the house, or went out of it: one way, which an index has in order."""

    title = _("account of the house")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Both ways of each account."""
        accounts = list(Wallet.objects.exclude(system="").order_by("system", "currency"))
        said = {"in": gettext("%(account)s: what came in"), "out": gettext("%(account)s: what went out")}
        return [(f"{way}-{one.pk}", said[way] % {"account": one}) for one in accounts for way in WAYS]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Its transfers of that way."""
        if not self.value():
            return queryset
        if self.value() not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        way, _dash, key = str(self.value()).partition("-")
        return queryset.filter(**{WAYS[way]: int(key)})


class TimeFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no type hints
    """A month, and then its days, on the seller's clock."""

    title = _("day or month")
    parameter_name = "made_on"
    names_nobody = True

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        """The months since the first transfer, under the one that is chosen its days."""
        chosen = asked_time(request.GET.get(self.parameter_name, ""))
        shown = list(months())
        if chosen and chosen[0].replace(day=1) not in shown:
            shown.append(chosen[0].replace(day=1))
        for month in shown:
            yield f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")
            if chosen and chosen[0].replace(day=1) == month:
                yield from ((f"{day:%Y-%m-%d}", f"– {date_format(day)}") for day in days(month))

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """What moved then."""
        if not self.value():
            return queryset
        chosen = asked_time(str(self.value()))
        if chosen is None:
            raise IncorrectLookupParameters
        return movements.made_in(queryset, chosen[1])


def asked_time(text: str) -> tuple[date, Span] | None:
    """The first day and the span of "2026-11" or "2026-11-21"; None for what is neither."""
    is_month = len(text) == len("2026-11")
    try:
        first = date.fromisoformat(f"{text}-01" if is_month else text)
    except ValueError:
        return None
    if not FIRST_YEAR <= first.year < LAST_YEAR:
        return None
    return first, of_month(first) if is_month else of_days(first, first)


def months() -> Iterator[date]:
    """The newest first, back to the first transfer."""
    month = day_of(timezone.now()).replace(day=1)
    first = Transfer.objects.order_by("pk").values_list("made_at", flat=True).first()
    since = day_of(first).replace(day=1) if first else month
    for _count in range(MOST_MONTHS):
        yield month
        if month <= since:
            return
        month = (month - DAY).replace(day=1)


def days(month: date) -> Iterator[date]:
    """Those of a month."""
    return (month + DAY * number for number in range((following(month) - month).days))


def ways_of(account: Wallet) -> list[tuple[str, str]]:
    """The addresses of what came in and went out, of all times and of the last two months."""
    transfers = reverse("admin:billing_transfer_changelist")
    this = day_of(timezone.now()).replace(day=1)
    times = {"": gettext("all times")}
    times |= {f"{one:%Y-%m}": date_format(one, "YEAR_MONTH_FORMAT") for one in (this, last_month(timezone.now()))}
    said = {"in": gettext("What came in"), "out": gettext("What went out")}
    return [
        (f"{transfers}?account={way}-{account.pk}" + (f"&made_on={time}" if time else ""), f"{said[way]}: {name}")
        for way in WAYS
        for time, name in times.items()
    ]
