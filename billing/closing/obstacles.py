"""What stands in the way of closing a month; a few short questions, so that a page may ask them, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Max, Min

from billing.closing.spans import DAY, day_of, of_month
from billing.models import ClosedMonth, DayClose, Receipt, Transfer
from billing.statements.making import following, preceding
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

BOOKS_DIFFER = "books_differ"


@dataclass(frozen=True)
class Obstacle:
    """Why a month cannot be closed (yet), and the name and query of the page where that is seen to."""

    refusal: Refusal
    page: str = ""
    query: str = ""


def to_close(at: datetime) -> date | None:
    """The first month that is open and has entries; None where nothing has ever moved."""
    since = ClosedMonth.objects.filter(seller=settings.RECEIPT_SELLER).aggregate(last=Max("month"))["last"]
    if since is not None:
        return min(following(since), day_of(at).replace(day=1))
    first = DayClose.objects.aggregate(first=Min("day"))["first"]
    if first is None:
        first = next(
            (day_of(one) for one in Transfer.objects.order_by("pk").values_list("made_at", flat=True)[:1]), None
        )
    return first.replace(day=1) if first else None


def obstacles(month: date, *, at: datetime) -> list[Obstacle]:
    """All of them, in the order in which they are best seen to."""
    return [*_already(month), *_time(month, at), *_earlier(month), *_days(month, at), *_differences()]


def _already(month: date) -> Iterator[Obstacle]:
    if ClosedMonth.objects.filter(seller=settings.RECEIPT_SELLER, month__gte=month).exists():
        yield Obstacle(Refusal("already_closed", "This month is closed."), "admin:billing_closedmonth_changelist")


def _time(month: date, at: datetime) -> Iterator[Obstacle]:
    """What is under way at midnight is there a day later."""
    if at < of_month(month).until + DAY:
        yield Obstacle(Refusal("month_not_over", "A month can be closed one day after its end."))


def _earlier(month: date) -> Iterator[Obstacle]:
    """A month before it that has entries and is open."""
    closed = ClosedMonth.objects.filter(seller=settings.RECEIPT_SELLER).order_by("-month").first()
    since = {"made_at__gte": closed.until} if closed else {}
    begin = of_month(month).since
    if any(rows.filter(made_at__lt=begin, **since).exists() for rows in (Transfer.objects, Receipt.objects)):
        query = f"?month={preceding(month):%Y-%m}"
        refusal = Refusal("earlier_month_open", "A month before it has entries and is open: close that one first.")
        yield Obstacle(refusal, "admin:billing_closedmonth_add", query)


def _days(month: date, at: datetime) -> Iterator[Obstacle]:
    """A day of it that was not counted; before the first one that was, nothing had moved."""
    first = DayClose.objects.aggregate(first=Min("day"))["first"]
    begin, end = max(month, first or month), following(month)
    counted = DayClose.objects.filter(day__gte=begin, day__lt=end).order_by().values("day").distinct().count()
    if counted < (min(end, day_of(at)) - begin).days:
        refusal = Refusal("days_not_closed", "Some of its days are not closed yet: the next night does it.")
        yield Obstacle(refusal, "admin:billing_dayclose_changelist", f"?day__gte={month}&day__lt={end}")


def _differences() -> Iterator[Obstacle]:
    """What the hourly look at the books has found, or the last night that compared all of them."""
    if Alert.objects.open().filter(kind=BOOKS_DIFFER).exists():
        yield Obstacle(books_differ(), "admin:core_alert_changelist", f"?kind={BOOKS_DIFFER}")
    last = last_whole()
    if last is not None and DayClose.objects.filter(day=last.day).exclude(differences=[]).exists():
        refusal = Refusal(
            BOOKS_DIFFER,
            "The books did not add up last night: see to it, and the next night compares all of them again.",
        )
        yield Obstacle(refusal, "admin:billing_dayclose_changelist", f"?day={last.day}")


def last_whole() -> DayClose | None:
    """The newest day: when it was counted, all books were compared."""
    return DayClose.objects.order_by("-day", "number").first()


def days_differ() -> Refusal:
    """That days were counted too early."""
    return Refusal(
        "days_not_closed", "Entries of its days came after those were counted: the next night counts them again."
    )


def books_differ() -> Refusal:
    """That figures are not what their parts sum to."""
    return Refusal(BOOKS_DIFFER, "The books do not add up: see to the differences first.")
