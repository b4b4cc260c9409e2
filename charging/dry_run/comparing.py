"""Sessions by their own price and by another: the same consumption, the same discount and promo code, other rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing import pricing, tariffs
from billing.models import TariffRule
from billing.pricing import Price, Terms
from billing.tariffs.differences import Edition
from billing.tariffs.finding import Offer, as_rule, as_terms, fits
from billing.windows import best
from charging import consumption
from charging.dry_run.sums import Compared, LeftOut, Sums
from charging.models import Decision, Session, Settlement
from stations import prices

State, Verb = Session.State, Decision.Verb
# A person set what it costs: its price says nothing of the tariff.
BY_PEOPLE = (Verb.CORRECT, Verb.WAIVE, Verb.REPRICE)
NOT_SETTLED, DECIDED, NO_RULE, UNREADABLE, MOVED = "not_settled", "decided", "no_rule", "unreadable", "moved"
UNUSABLE = (KeyError, TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True)
class Known:
    """What a session cost when it was settled, and by which terms; and the terms to try."""

    settlement: Settlement
    before: Terms
    after: Terms


def compare(sessions: Sequence[Session], edition: Edition, sums: Sums, *, at: datetime) -> None:
    """Add these sessions to the sums; the number of queries does not grow with them."""
    settlements = {
        row.session_id: row
        for row in Settlement.objects.filter(session__in=sessions)
        .order_by("session_id", "-revision")
        .distinct("session_id")
    }
    decided = set(Decision.objects.filter(session__in=sessions, verb__in=BY_PEOPLE).values_list("session", flat=True))
    known: dict[int, Known] = {}
    for session in sessions:
        found = know(session, settlements.get(session.pk), edition, is_decided=session.pk in decided)
        if isinstance(found, LeftOut):
            sums.leave_out(found)
        else:
            known[session.pk] = found
    able = [session for session in sessions if session.pk in known]
    before = priced(able, {key: one.before for key, one in known.items()}, at=at)
    after = priced(able, {key: one.after for key, one in known.items()}, at=at)
    for session in able:
        one = known[session.pk]
        weigh(session, one, before.get(session.pk), after.get(session.pk), sums)


def know(session: Session, settled: Settlement | None, edition: Edition, *, is_decided: bool) -> Known | LeftOut:
    """The terms of a session, then and to try; or why it cannot be compared."""
    then = settled.total if settled is not None else Decimal(0)
    if is_decided or session.state == State.WAIVED:
        return LeftOut(session.pk, DECIDED, then)
    if session.state != State.SETTLED or settled is None or session.price_terms is None:
        return LeftOut(session.pk, NOT_SETTLED, Decimal(0))
    try:
        before = tariffs.thaw_terms(session.price_terms)
    except UNUSABLE:
        return LeftOut(session.pk, UNREADABLE, then)
    after = terms_by(edition, session, before)
    return LeftOut(session.pk, NO_RULE, then) if after is None else Known(settled, before, after)


def terms_by(edition: Edition, session: Session, before: Terms) -> Terms | None:
    """What the session would have frozen, with the discount and the promo code that it had; None: no rule held.

    Connectors are as they are today, but for the version by which it was priced: of that one its own terms are known.
    """
    version = edition.version
    if before.version_id is not None and before.version_id == version.pk:
        return before
    place = prices.place_of(session.connector)
    rows: Sequence[TariffRule] = edition.rules
    rules = tuple(as_rule(row) for row in rows if fits(row, place.connector_type, place.power_w))
    at = session.started_at
    if at is None or best(rules, at.astimezone(ZoneInfo(before.time_zone))) is None:
        return None
    found = as_terms(Offer(before.level, version, before.discount_percent), rules, before.time_zone)
    return replace(found, promo=before.promo)


def priced(sessions: Sequence[Session], terms: dict[int, Terms], *, at: datetime) -> dict[int, Price]:
    """What each costs by its terms; one whose facts cannot be priced is not among them."""
    used = consumption.of_many(sessions=sessions, terms=terms, at=at)
    return {session.pk: pricing.price(terms[session.pk], used[session.pk]) for session in sessions}


def weigh(session: Session, known: Known, before: Price | None, after: Price | None, sums: Sums) -> None:
    """Count a session; not one that would cost something else today by its own price, for then its facts have changed
    since it was settled, and a difference would say nothing of the tariff.
    """
    then = known.settlement.total
    if before is None or after is None:
        return sums.leave_out(LeftOut(session.pk, UNREADABLE, then))
    if before.gross != then or session.started_at is None:
        return sums.leave_out(LeftOut(session.pk, MOVED, then))
    more = after.gross - then
    zone = known.before.time_zone
    local = session.started_at.astimezone(ZoneInfo(zone)).date()
    where_and_when = session.station.code, session.started_at, zone
    one = Compared(abs(more), -session.pk, session.pk, *where_and_when, then, after.gross)
    location = session.station.location
    sums.take(
        one,
        place=f"{location.code}, {location.address}" if location else "",
        week=local - timedelta(days=local.weekday()),
        then=parts_of([(line["dimension"], Decimal(line["gross"])) for line in known.settlement.lines]),
        now=parts_of([(line.dimension, line.gross) for line in after.lines]),
    )


def parts_of(lines: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Amounts by dimension."""
    found: dict[str, Decimal] = {}
    for dimension, amount in lines:
        found[dimension] = found.get(dimension, Decimal(0)) + amount
    return found
