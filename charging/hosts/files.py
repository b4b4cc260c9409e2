"""The statement of a host on paper, and its charges as CSV; neither names a driver."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.closing.files import as_file, lines_of
from billing.models import HostAgreement, HostStatement, Receipt
from billing.paper import Paper
from billing.parties import Party, named, seller_at
from billing.wording import moment, money, percent, quantity, rate, zone_of
from charging.hosts.earned import key_of, shares, with_energy
from charging.models import Session

HEADS = ["receipt", "made_at", "kind", "session", "station", "connector", "started_at", "stopped_at", "energy_wh"]
AMOUNTS = ["net", "tax", "gross"]
# How a receipt counts: one in another currency does per kWh alone, and its amounts are in another statement.
WHOLE, PER_KWH = "whole", "per_kwh"


def receipts_of(statement: HostStatement) -> list[Any]:
    """What it has counted, the oldest first, each with its energy."""
    return list(with_energy(Receipt.objects.filter(host_lines__statement=statement)).order_by("pk"))


def csv_of(statement: HostStatement) -> HttpResponseBase:
    """The receipts of its charges."""
    name = f"host-{statement.place}-{statement.month:%Y-%m}-{statement.currency}"
    return as_file(lines_of([*HEADS, *AMOUNTS, "currency", "counts"], list(lines(statement))), name=name, kind="csv")


def lines(statement: HostStatement) -> Iterator[list[Any]]:
    """One line a receipt, the oldest first; two questions in all."""
    receipts = receipts_of(statement)
    sessions = Session.objects.select_related("connector__station").in_bulk({key_of(one) for one in receipts})
    for one in receipts:
        session = sessions[key_of(one)]
        station, connector = session.connector.station.code, session.connector.number
        times = session.started_at, session.stopped_at
        is_whole = one.currency == statement.currency
        amounts = [getattr(one, name) if is_whole else None for name in AMOUNTS]
        place, told = [session.pk, station, connector, *times], [one.full_number, one.made_at, one.kind]
        counts = WHOLE if is_whole else PER_KWH
        yield [*told, *place, int(one.energy_wh), *amounts, one.currency, counts]


def pdf_of(statement: HostStatement) -> bytes:
    """The statement on paper, in the language in force."""
    company, currency = statement.company, statement.currency
    other = quantity(Decimal(statement.other_energy_wh), "Wh")
    paper = Paper(title=title(statement), seller=seller_at(statement.made_at), at=statement.made_at)
    paper.facts(
        [
            (_("Host"), named(Party(company.name, company.tax_id))),
            (_("Location"), f"{statement.place_name} ({statement.place})"),
            (_("Made"), moment(statement.made_at, zone_of(""))),
            (_("Charges"), str(statement.sessions)),
            (_("Energy"), quantity(Decimal(statement.energy_wh), "Wh")),
            *([(_("Energy of charges in other currencies"), other)] if statement.other_energy_wh else []),
            (_("Agreement"), agreed(statement.agreement, currency)),
        ]
    )
    names = [(_("Net"), "net"), (_("Tax amount"), "tax"), (_("Total"), "gross")]
    paper.sums([(name, money(getattr(statement, field), currency)) for name, field in names])
    paper.sums(by_agreement(statement))
    carried = [(_("Brought from earlier"), statement.brought), (_("Carried on"), statement.carried)]
    sums = [(name, money(amount, currency)) for name, amount in carried if amount]
    paper.sums([*sums, (_("Share"), money(statement.share, currency))])
    return paper.done()


def by_agreement(statement: HostStatement) -> list[tuple[str, str]]:
    """What each agreement has come to, where there are several: what is corrected is shared as its sale was."""
    receipts = {one.pk: one for one in receipts_of(statement)}
    lines = list(statement.lines.select_related("agreement").order_by("agreement__valid_from", "pk"))
    for line in lines:
        line.receipt = receipts[line.receipt_id]
    parts = shares(lines, statement.currency)
    if set(parts) <= {statement.agreement}:
        return []
    return [
        (
            _("By the agreement of %(day)s: %(terms)s")
            % {"day": day_of(one), "terms": agreed(one, statement.currency)},
            money(share, statement.currency),
        )
        for one, share in parts.items()
    ]


def day_of(agreement: HostAgreement) -> str:
    """Since when it is in force."""
    return date_format(agreement.valid_from, "SHORT_DATE_FORMAT")


def agreed(agreement: HostAgreement, currency: str) -> str:
    """What the host gets by an agreement, and in which statement where that is not the one in this currency."""
    parts = []
    if agreement.share_percent:
        parts.append(_("%(percent)s of what is earned without tax") % {"percent": percent(agreement.share_percent)})
    if agreement.per_kwh:
        price = f"{rate(agreement.per_kwh, agreement.currency)} {agreement.currency}"
        here = agreement.currency == currency
        text = _("%(price)s per kWh") if here else _("%(price)s per kWh, in the statement in %(currency)s")
        parts.append(text % {"price": price, "currency": agreement.currency})
    return ", ".join(parts) or "–"


def title(statement: HostStatement) -> str:
    """What the paper is, and of which month."""
    return _("Statement of a host, %(month)s") % {"month": date_format(statement.month, "YEAR_MONTH_FORMAT")}


def file_name(statement: HostStatement, language: str) -> str:
    """What the file is called where it is kept."""
    return f"host-{statement.place}-{statement.month:%Y-%m}-{statement.currency}-{language}.pdf"
