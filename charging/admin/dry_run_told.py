"""A dry run's result in words: tables for the page, lines for a file."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.admin.columns import written
from billing.models import Dimension
from billing.pricing import PROMO
from charging.dry_run import Run
from charging.dry_run.comparing import DECIDED, MOVED, NO_RULE, NOT_SETTLED, UNREADABLE
from charging.dry_run.sums import Sum
from drivepower.core import clocks
from drivepower.core.money import plain

WHY = {
    DECIDED: gettext_lazy("a person corrected, waived or priced it anew: its price says nothing of the tariff"),
    NOT_SETTLED: gettext_lazy("it is not settled yet"),
    NO_RULE: gettext_lazy("no rule of this version held at its start: another plan would have priced it"),
    UNREADABLE: gettext_lazy("what is kept of it cannot be priced"),
    MOVED: gettext_lazy(
        "its readings have changed since it was settled: even by its own price it would cost another sum now"
    ),
}


class Row(NamedTuple):
    """A part of the whole."""

    name: str
    sessions: int
    then: str
    now: str
    more: str
    is_less: bool


class Table(NamedTuple):
    """The whole by one thing."""

    title: str
    head: str
    rows: list[Row]


def told(run: Run) -> dict[str, Any]:
    """What the page shows."""
    sums, currency = run.sums, currency_of(run)
    return {
        "whole": row("", sums.whole, currency),
        "changed": sums.changed,
        "tables": [
            Table(title, head, [row(name, part, currency) for name, part in parts])
            for title, head, parts in groups(run)
        ],
        "most": [
            {
                "key": one.session,
                "station": one.station,
                "started_at": one.started_at,
                "there": clocks.elsewhere(ZoneInfo(one.time_zone), one.started_at),
                "then": written(one.then, currency),
                "now": written(one.now, currency),
                "more": signed(one.more, currency),
                "is_less": one.more < 0,
            }
            for one in sorted(sums.most, reverse=True)
        ],
        "reasons": [(count, WHY[why]) for why, count in sums.reasons.most_common()],
        "left_out": [(one.session, written(one.then, currency), WHY[one.why]) for one in sums.left_out],
        "left_out_count": sums.reasons.total(),
        "left_out_then": written(sums.left_out_then, currency),
        "edition": edition_said(run),
        "days": days_said(run),
        "zone": timezone.get_current_timezone_name(),
    }


def groups(run: Run) -> Iterator[tuple[str, str, Sequence[tuple[str, Sum]]]]:
    """The sums by dimension, by place and by week."""
    sums = run.sums
    order = [*Dimension.values, PROMO]
    dimensions = sorted(sums.dimensions.items(), key=lambda item: order.index(item[0]))
    yield _("By dimension"), _("Dimension"), [(dimension(name), part) for name, part in dimensions]
    yield (
        _("By location"),
        _("Location"),
        [(name or _("no location"), part) for name, part in sorted(sums.places.items())],
    )
    said = _("%(first)s – %(last)s")
    weeks = [
        (said % {"first": date_format(week, "j M"), "last": date_format(week + timedelta(days=6), "j M Y")}, part)
        for week, part in sorted(sums.weeks.items())
    ]
    yield _("By week"), _("Week"), weeks


def lines(run: Run) -> Iterator[list[Any]]:
    """The same as lines of a file; the headings are for programs too."""
    currency = currency_of(run)

    def line(part: str, name: str, sessions: int, then: Decimal, now: Decimal | None) -> list[Any]:
        would = [None, None] if now is None else [money(now, currency), money(now - then, currency)]
        return [part, name, sessions, money(then, currency), *would, currency]

    yield ["part", "name", "sessions", "earned", "would_have_earned", "difference", "currency"]
    whole = run.sums.whole
    yield line("total", f"{edition_said(run)}, {days_said(run)}", whole.sessions, whole.then, whole.now)
    for part, (_title, _head, parts) in zip(("dimension", "location", "week"), groups(run), strict=True):
        for name, one in parts:
            yield line(part, name, one.sessions, one.then, one.now)
    for most in sorted(run.sums.most, reverse=True):
        yield line("session", f"#{most.session} {most.station}", 1, most.then, most.now)
    for left in run.sums.left_out:
        yield line("left out", f"#{left.session} {WHY[left.why]}", 1, left.then, None)


def row(name: str, part: Sum, currency: str) -> Row:
    """A sum as people read it."""
    amounts = written(part.then, currency), written(part.now, currency), signed(part.more, currency)
    return Row(name, part.sessions, *amounts, part.more < 0)


def signed(amount: Decimal, currency: str) -> str:
    """An amount with its sign; none where nothing changes."""
    return f"{'+' if amount > 0 else ''}{written(amount, currency)}"


def money(amount: Decimal, currency: str) -> Decimal:
    """A number with the currency's decimals."""
    return Decimal(plain(amount, currency))


def currency_of(run: Run) -> str:
    """The plan's."""
    return str(run.ask.edition.version.plan.currency)


def dimension(name: str) -> str:
    """What was priced."""
    return _("promo codes") if name == PROMO else str(Dimension(name).label)


def edition_said(run: Run) -> str:
    """Centre v3; Centre, draft."""
    version = run.ask.edition.version
    if version.pk is None:
        return _("%(plan)s, draft") % {"plan": version.plan}
    return str(version)


def days_said(run: Run) -> str:
    """1 Oct – 31 Oct 2026."""
    first = timezone.localtime(run.ask.since)
    last = timezone.localtime(run.ask.until - timedelta(seconds=1))
    return f"{date_format(first, 'j M Y')} – {date_format(last, 'j M Y')}"
