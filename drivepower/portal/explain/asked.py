"""From when until when a station is to be explained, as an address says it: by the place's clock, or with an offset."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.windows import clock_change
from drivepower.core.clocks import comes_twice, offset

USUAL, LONGEST = timedelta(hours=1), timedelta(days=3)


@dataclass(frozen=True)
class Taken:
    """Which moment was taken for a time that came twice, or never; and the address of the other, where there is one."""

    text: str
    other: str = ""


@dataclass(frozen=True)
class Span:
    """From when until when a station is explained, what was wrong with the wish, and how it was understood."""

    since: datetime
    until: datetime
    problem: str = ""
    taken: tuple[Taken, ...] = ()


def span_of(query: QueryDict, zone: ZoneInfo, *, at: datetime) -> Span:
    """The two times of the address, by the place's clock where they name no other; else the last hour."""
    usual = Span(at - USUAL, at)
    try:
        first, last = (moment(query.get(name, ""), zone, is_end=name == "until") for name in ("since", "until"))
    except ValueError:
        return Span(usual.since, usual.until, _("These times cannot be read; the last hour is shown."))
    until = last or (min(at, first + USUAL) if first else at)
    since = first or until - USUAL
    if until <= since:
        problem = _("The end does not come after the beginning; the last hour is shown.")
        return Span(usual.since, usual.until, problem, tuple(taken(query, first, last, zone)))
    if until - since > LONGEST:
        problem = _("That is more than three days; the first three are shown.")
        return Span(since, since + LONGEST, problem, tuple(taken(query, first, None, zone)))
    return Span(since, until, taken=tuple(taken(query, first, last, zone)))


def taken(query: QueryDict, first: datetime | None, last: datetime | None, zone: ZoneInfo) -> Iterator[Taken]:
    """What is to be said of the times that were asked for, where there was a doubt."""
    for name, at in (("since", first), ("until", last)):
        said, local = read(query.get(name, "")), at and at.astimezone(zone)
        if said is None or local is None:
            continue
        if said.tzinfo is None and is_skipped(said, zone):
            facts = {"said": written(said), "taken": written(local)}
            yield Taken(_("%(said)s never came there, as the clocks were put forward: %(taken)s was taken.") % facts)
        elif comes_twice(local):
            other = local.replace(fold=1 - local.fold)
            begins, ends = (other, last) if name == "since" else (first, other)
            is_fit = begins is None or ends is None or begins.timestamp() < ends.timestamp()
            yield Taken(which(local), address_with(query, name, other) if is_fit else "")


def which(local: datetime) -> str:
    """Which of the two it was, of a time that came twice."""
    text = _("%(said)s came twice there, as the clocks were put back: the first was taken (%(offset)s).")
    if local.fold:
        text = _("%(said)s came twice there, as the clocks were put back: the second was taken (%(offset)s).")
    return text % {"said": written(local), "offset": offset(local)}


def address_with(query: QueryDict, name: str, at: datetime) -> str:
    """The same page with that time in place of its own."""
    asked = query.copy()
    asked[name] = at.isoformat()
    return f"?{asked.urlencode()}"


def moment(text: str, zone: ZoneInfo, *, is_end: bool = False) -> datetime | None:
    """A time of an address, in UTC; None where there is none, ValueError where it cannot be read.

    Of a time that the place's clock shows twice the first is meant, and of an end the second, so that nothing is left
    out; for one that it skips the moment is taken at which it does so.
    """
    value = read(text)
    if value is None or value.tzinfo:
        return value and value.astimezone(UTC)
    early, late = sorted(value.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if is_skipped(value, zone):
        return clock_change(early, late, zone)
    return late if is_end else early


def read(text: str) -> datetime | None:
    """A time as it is written, in a zone or in none."""
    if not text:
        return None
    # A plus sign in an address that somebody typed is read as a space.
    value = parse_datetime(text.strip().replace(" ", "+") if text.count(":") > 2 else text.strip())
    if value is None or not 2000 <= value.year <= 2100:
        raise ValueError(text)
    return value


def is_skipped(value: datetime, zone: ZoneInfo) -> bool:
    """Whether the place's clock never shows this time, since it is put forward over it."""
    return value.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != value


def written(local: datetime) -> str:
    """Date and time as they stand in these sentences."""
    return str(date_format(local, "j M Y, H:i:s" if local.second else "j M Y, H:i"))
