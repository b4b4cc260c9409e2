"""Whose statements are due, of which place, and for which months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Company
from billing.closing.spans import of_month
from billing.models import HostAgreement, HostStatement
from billing.statements.making import following
from charging.hosts.earned import Counted, agreement_of, counted, of_service, open_receipts
from charging.models import HostedCharge
from stations.models import Location


@dataclass(frozen=True)
class Series:
    """All statements of one company at one place in one currency, and all agreements of it in that currency."""

    company: Company
    place: str
    currency: str
    agreements: Sequence[HostAgreement]

    def last(self) -> HostStatement | None:
        """The newest."""
        mine = HostStatement.objects.filter(company=self.company, place=self.place, currency=self.currency)
        return mine.order_by("-month").first()

    def agreement_of(self, month: date) -> HostAgreement | None:
        """The agreement in force in that month."""
        return agreement_of(self.agreements, self.place, month)

    def waiting(self, month: date) -> list[Counted]:
        """What is to be shared and was not yet, dated in that month or earlier."""
        rows = open_receipts(self.company, self.place, self.currency, until=of_month(month).until)
        left_out = of_service(self.company, self.place)
        return counted(rows, self.agreements, self.place, left_out=left_out)

    def name(self) -> str:
        """What the place is called, as a statement keeps it: today, or in the last one where it is no more."""
        place, last = Location.objects.filter(code=self.place).first(), self.last()
        return str(place)[:200] if place else last.place_name if last else self.place


def lacking(month: date) -> Iterator[Series]:
    """Places that are or were of companies with an agreement, and have no statement of that month or later."""
    done = set(HostStatement.objects.filter(month__gte=month).values_list("company_id", "place", "currency"))
    agreements: dict[tuple[int, str], list[HostAgreement]] = {}
    for one in HostAgreement.objects.filter(valid_from__lte=month).select_related("company").order_by("pk"):
        agreements.setdefault((one.company_id, one.currency), []).append(one)
    hosts = {key for key, _currency in agreements}
    places = {*Location.objects.filter(host__in=hosts).values_list("host_id", "code")}
    places |= {*HostedCharge.objects.filter(host__in=hosts).values_list("host_id", "place").distinct()}
    for (key, currency), mine in sorted(agreements.items(), key=lambda item: item[0]):
        for place in sorted(code for host, code in places if host == key):
            if (key, place, currency) not in done:
                yield Series(mine[0].company, place, currency, mine)


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
