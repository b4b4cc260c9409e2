"""manage.py reprice_sessions: what settled sessions would cost by other prices, and on demand the transfers."""

from argparse import ArgumentParser, ArgumentTypeError
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from billing.models import TariffPlan, TariffVersion
from charging import repricing
from charging.models import Session
from charging.models.session import SessionQuerySet
from charging.repricing import Difference
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from stations.models import Station

BATCH = 200
RIGHT = "charging.add_decision"


def instant(text: str) -> datetime:
    """A time as ISO 8601 has it, on the house's clock where it says no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a time: write 2026-03-01 or 2026-03-01T18:00+06:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=house_zone())


def house_zone() -> ZoneInfo:
    """By whose clock times are read and written."""
    return ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)


class Command(BaseCommand):
    # How many of what was asked for takes another person's word first.
    waiting = 0
    help = "Show what settled sessions would cost by other prices; with --apply charge or give back the differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which sessions, by which prices, and who says so."""
        parser.add_argument("--session", type=int, action="append", help="its number; may be given again")
        parser.add_argument("--station", help="the code of a station")
        parser.add_argument("--plan", help="the plan by which they were priced")
        parser.add_argument("--since", type=instant, help="started then or later")
        parser.add_argument("--until", type=instant, help="started before then")
        parser.add_argument(
            "--tariff", metavar="PLAN:NUMBER", help="the version to price by; else today's tables as of each start"
        )
        parser.add_argument("--apply", action="store_true", help="let the money move")
        parser.add_argument("--by", metavar="EMAIL", help="the member of staff who decides so")
        parser.add_argument("--reason", default="", help="why, as receipts of correction say it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every difference and the totals; CommandError for what cannot be asked."""
        by = staff_named(options) if options["apply"] else ""
        keys = list(chosen(options).order_by("pk").values_list("pk", flat=True))
        version = version_named(options["tariff"])
        totals: dict[str, Decimal] = defaultdict(Decimal)
        changed = left_out = failed = 0
        self.waiting = 0
        for part, differences in self._plans(keys, version):
            left_out += len(part) - len(differences)
            for difference in differences:
                if not difference.is_one:
                    continue
                if by and not self._apply(difference, by=by, reason=options["reason"]):
                    failed += 1
                    continue
                changed += 1
                totals[difference.price.currency] += difference.more
                self.stdout.write(told(difference))
        self.stdout.write(f"{len(keys)} settled sessions, {changed} differ, {left_out} left out, {failed} failed.")
        if self.waiting:
            self.stdout.write(f"{self.waiting} of them wait for a second person among the decisions to confirm.")
        for currency, more in sorted(totals.items()):
            self.stdout.write(f"In all {signed(more, currency)}.")
        if not by:
            self.stdout.write("Nothing was changed: that takes --apply, --by and --reason.")

    def _plans(self, keys: list[int], version: TariffVersion | None) -> Iterator[tuple[list[int], list[Difference]]]:
        """The differences part by part, so that neither memory nor a query grows with the sessions."""
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            sessions = Session.objects.filter(pk__in=part)
            yield part, repricing.plan(sessions=sessions, version=version, at=timezone.now())
            if len(keys) > BATCH:
                self.stderr.write(f"{start + len(part)} of {len(keys)}")

    def _apply(self, difference: Difference, *, by: str, reason: str) -> bool:
        try:
            waits = repricing.apply(difference=difference, by=by, reason=reason, at=timezone.now())
        except Refusal as refusal:
            self.stderr.write(f"{difference.session}: {refusal.message}")
            return False
        self.waiting += waits is not None
        return True


def chosen(options: dict[str, Any]) -> SessionQuerySet:
    """The settled sessions that are asked for; CommandError where none were named at all."""
    filters = {
        "pk__in": options["session"],
        "station__code": options["station"],
        "price_terms__version__plan__name": options["plan"],
        "started_at__gte": options["since"],
        "started_at__lt": options["until"],
    }
    asked = {name: value for name, value in filters.items() if value is not None}
    if not asked:
        raise CommandError("Say which sessions: --session, --station, --plan, --since, --until.")
    check_known(options)
    return Session.objects.filter(state=Session.State.SETTLED, **asked)


def check_known(options: dict[str, Any]) -> None:
    """CommandError for a session, station or plan that there is not."""
    keys = options["session"] or []
    known = set(Session.objects.filter(pk__in=keys).values_list("pk", flat=True))
    if unknown := [f"#{key}" for key in keys if key not in known]:
        raise CommandError(f"There is no session {', '.join(unknown)}.")
    if options["station"] is not None and not Station.objects.filter(code=options["station"]).exists():
        raise CommandError(f"There is no station {options['station']}.")
    if options["plan"] is not None and not TariffPlan.objects.filter(name=options["plan"]).exists():
        raise CommandError(f"There is no tariff plan {options['plan']}.")


def version_named(text: str | None) -> TariffVersion | None:
    """The version of PLAN:NUMBER; CommandError where there is none."""
    if text is None:
        return None
    name, _, number = text.rpartition(":")
    found = TariffVersion.objects.select_related("plan").filter(plan__name=name)
    version = found.filter(number=number).first() if number.isdecimal() else None
    if version is None:
        raise CommandError(f"There is no tariff version {text}; write the plan's name, a colon and its number.")
    return version


def staff_named(options: dict[str, Any]) -> str:
    """Who decides, as `staff:<public_id>`; CommandError without a reason or such a person with the right."""
    if not options["by"] or not options["reason"].strip():
        raise CommandError("--apply takes --by and --reason.")
    person = User.objects.filter(email__iexact=options["by"], role=User.Role.STAFF, is_active=True).first()
    if person is None:
        raise CommandError(f"{options['by']} is no active member of staff.")
    if not person.has_perm(RIGHT):
        raise CommandError(f"{options['by']} may not decide about sessions: that takes the right {RIGHT}.")
    return f"staff:{person.public_id}"


def told(difference: Difference) -> str:
    """One line: session, station, start, what it cost, what it costs, the difference."""
    session, currency = difference.session, difference.price.currency
    zone = house_zone()
    started_at = f"{session.started_at.astimezone(zone):%Y-%m-%d %H:%M} {zone}" if session.started_at else "-"
    before, after = (plain(amount, currency) for amount in (difference.gross, difference.price.gross))
    return f"{session} {session.station.code} {started_at}: {before} -> {after}, {signed(difference.more, currency)}"


def signed(amount: Decimal, currency: str) -> str:
    """An amount with its sign and currency."""
    return f"{'+' if amount >= 0 else ''}{plain(amount, currency)} {currency}"
