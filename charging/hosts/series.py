"""Whose statements are due, of which place, and for which months."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Company
from billing.closing.days import currencies
from billing.closing.spans import of_month
from billing.models import HostAgreement, HostStatement
from billing.statements.making import following
from charging.hosts.earned import (
    Counted,
    agreement_of,
    counted,
    elsewhere,
    of_service,
    open_receipts,
    places_of_unshared,
)
from charging.models import HostedCharge
from stations.models import Location


@dataclass(frozen=True)
class Series:
    """All statements of one company at one place in one currency, and all of its agreements, in whatever currency."""

    company: Company
    place: str
    currency: str
    agreements: Sequence[HostAgreement]

    def last(self) -> HostStatement | None:
        """The newest."""
        mine = HostStatement.objects.filter(company=self.company, place=self.place, currency=self.currency)
        return mine.order_by("-month").first()

    def agreement_of(self, month: date) -> HostAgreement | None:
        """The agreement in that currency that is in force in that month."""
        own = [one for one in self.agreements if one.currency == self.currency]
        return agreement_of(own, self.place, month)

    def waiting(self, month: date) -> list[Counted]:
        """What is to be shared and was not yet, dated in that month or earlier."""
        here, until = (self.company, self.place, self.currency), of_month(month).until
        left_out = of_service(self.company, self.place)
        mine = counted(open_receipts(*here, until=until), self.agreements, self.place, self.currency, left_out=left_out)
        return [*mine, *elsewhere(*here, self.agreements, until=until)]

    def turn(self, month: date) -> int:
        """Its place among those of a company and place: first those that nothing is paid per kWh in, then those with
        charges that are paid per kWh in another one, which has to wait for them.
        """
        paying = {one.currency for one in self.agreements if one.per_kwh}
        if self.currency not in paying:
            return 0
        waited_for = len(paying) > 1 and any(one.agreement.currency != self.currency for one in self.waiting(month))
        return 1 if waited_for else 2

    def name(self) -> str:
        """What the place is called, as a statement keeps it: today, or in the last one where it is no more."""
        place, last = Location.objects.filter(code=self.place).first(), self.last()
        return place.name_in("en")[:200] if place else last.place_name if last else self.place


def lacking(month: date) -> Iterator[Series]:
    """Places that are or were of companies with an agreement, and have no statement of that month or later: in the
    currencies of the company's agreements, and in those of charges that were shared in none.
    """
    done = set(HostStatement.objects.filter(month__gte=month).values_list("company_id", "place", "currency"))
    agreements: dict[int, list[HostAgreement]] = {}
    for one in HostAgreement.objects.filter(valid_from__lte=month).select_related("company").order_by("pk"):
        agreements.setdefault(one.company_id, []).append(one)
    places = {*Location.objects.filter(host__in=agreements).values_list("host_id", "code")}
    places |= {*HostedCharge.objects.filter(host__in=agreements).values_list("host_id", "place").distinct()}
    others = unshared(agreements)
    for key, place in sorted(places):
        mine = agreements[key]
        all_of_them = {one.currency for one in mine} | others.get((key, place), set())
        due = [Series(mine[0].company, place, one, mine) for one in sorted(all_of_them)]
        # What charges in other currencies come to per kWh is known once those are stated: where two wait for one
        # another, that is in the next statement.
        yield from sorted(
            (one for one in due if (key, place, one.currency) not in done), key=lambda one: one.turn(month)
        )


def unshared(agreements: Mapping[int, Sequence[HostAgreement]]) -> dict[tuple[int, str], set[str]]:
    """By host and place the currencies of charges that no statement has, and of losses that wait to be booked; not
    looked for in a currency that all of these hosts have agreements in.
    """
    found: dict[tuple[int, str], set[str]] = {}
    carried = HostStatement.objects.filter(company__in=agreements, carried__lt=0)
    for host, place, currency in carried.values_list("company_id", "place", "currency"):
        found.setdefault((host, place), set()).add(currency)
    for currency in currencies():
        if all(currency in {one.currency for one in mine} for mine in agreements.values()):
            continue
        for at in places_of_unshared(agreements, currency):
            found.setdefault(at, set()).add(currency)
    return found


def months_due(series: Series, until: date) -> list[date]:
    """The months up to that one that need a statement, in order: those that something is to be shared of, and from the
    first of them on all in which an agreement is in force, while the place is the company's; the last one, too, where
    a loss waits to be booked.
    """
    last, waiting = series.last(), [one.month for one in series.waiting(until)]
    begin = following(last.month) if last else min(waiting, default=until)
    # What is dated earlier than its statement is in the first that can have it.
    due = {max(month, begin) for month in waiting}
    if Location.objects.filter(code=series.place, host=series.company).exists():
        due |= {month for month in months(begin, until) if series.agreement_of(month)}
    if last and last.carried:
        due.add(until)
    return sorted(due)


def months(begin: date, until: date) -> Iterator[date]:
    """From one to another, both of them in it."""
    while begin <= until:
        yield begin
        begin = following(begin)
