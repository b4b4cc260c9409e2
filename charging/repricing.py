"""What settled sessions would cost by other prices: first as a list to look at, then as transfers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from billing import pricing, tariffs
from billing.models import TariffRule, TariffVersion, TaxChange
from billing.pricing import Price, Terms
from billing.tariffs.finding import Offer, as_rule, as_terms, fits
from billing.tariffs.levels import CLIENT, SERVICE
from billing.windows import best
from charging import approvals, consumption, payers
from charging.models import DecisionRequest, Session, Settlement
from stations import prices

State = Session.State


@dataclass(frozen=True)
class Difference:
    """What a settled session cost (net and tax as of `revision`), and what it costs by other terms."""

    session: Session
    revision: int
    net: Decimal
    tax: Decimal
    terms: Terms
    price: Price
    # The lines of what it cost, as its settlement keeps them.
    lines: Sequence[dict[str, Any]] = ()

    @property
    def gross(self) -> Decimal:
        """What it cost."""
        return self.net + self.tax

    @property
    def more(self) -> Decimal:
        """How much more it costs; below 0: less."""
        return self.price.gross - self.gross

    @property
    def is_one(self) -> bool:
        """Whether anything changes, the tax included."""
        return (self.net, self.tax) != (self.price.net, self.price.tax)


def plan(*, sessions: Iterable[Session], version: TariffVersion | None = None, at: datetime) -> list[Difference]:
    """What each settled one of these sessions would cost by that version; changes nothing.

    None: by the price that should have held at its start, as the tables say today. Left out are sessions for which
    there is no such price, or in another currency; by a version also what was agreed with a client otherwise, and
    service cards. A promo code stays, and so does the tax of a charge that began before the tax was changed. Queries do
    not grow with the sessions but for None: a few to find each price.
    """
    settled = _settled(sessions)
    rows = list(version.rules.order_by("pk")) if version else []
    plans = _plans_of(settled) if version else {}
    taxed_anew = _tax_changes(version) if version else []
    terms: dict[int, Terms] = {}
    for session in settled:
        before = tariffs.thaw_terms(session.price_terms) if session.price_terms else None
        found = _terms_by(version, rows, session, before, plans) if version else _terms_today(session)
        if found and before and any(session.started_at and session.started_at < change for change in taxed_anew):
            found = replace(found, tax_name=before.tax_name, tax_percent=before.tax_percent)
        if found is not None and (before is None or before.currency == found.currency):
            terms[session.pk] = replace(found, promo=before.promo if before else None)
    return _differences([session for session in settled if session.pk in terms], terms, at=at)


@transaction.atomic
def apply(*, difference: Difference, by: str, reason: str, at: datetime) -> DecisionRequest | None:
    """Let the difference move as new transfers, with a receipt of correction and a Decision.

    One that gives much back waits for a second person: then its request. Refuses session_moved where the session has
    another revision by now, reason_missing, reason_too_long, already_asked.
    """
    return approvals.reprice(
        session_id=difference.session.pk,
        seen=difference.revision,
        terms=difference.terms,
        by=by,
        reason=reason,
        at=at,
    )


def _settled(sessions: Iterable[Session]) -> list[Session]:
    """The settled ones with all that finding their price takes, oldest first."""
    rows = Session.objects.filter(pk__in=[session.pk for session in sessions], state=State.SETTLED)
    return list(
        rows.select_related(
            "station__location",
            "station__own_plan",
            "station__tariff_plan",
            "connector__tariff_plan",
            "connector__station__location",
            "connector__station__own_plan",
            "connector__station__tariff_plan",
            "price_terms",
            "driver__membership",
            "company",
            "id_tag",
        ).order_by("pk")
    )


def _plans_of(sessions: Sequence[Session]) -> dict[int, int]:
    """The plan of every version by which these sessions were priced."""
    terms = [session.price_terms for session in sessions if session.price_terms]
    return dict(TariffVersion.objects.filter(priceterms__in=terms).values_list("pk", "plan"))


def _tax_changes(version: TariffVersion) -> list[datetime]:
    """When the tax was changed for everybody, up to where the version begins."""
    changes = TaxChange.objects.filter(in_force_from__lte=version.in_force_from)
    return list(changes.values_list("in_force_from", flat=True))


def _terms_today(session: Session) -> Terms | None:
    if session.started_at is None:
        return None
    return payers.terms_for(
        connector=session.connector,
        driver=session.driver,
        company=session.company,
        id_tag=session.id_tag,
        at=session.started_at,
    )


def _terms_by(
    version: TariffVersion, rows: Sequence[TariffRule], session: Session, before: Terms | None, plans: dict[int, int]
) -> Terms | None:
    """The version as it would have been frozen at the session's start, at the level and discount that it had."""
    level, discount = (before.level, before.discount_percent) if before else ("", Decimal(0))
    is_agreed = level == CLIENT and before and plans.get(before.version_id or 0) != version.plan_id
    if level == SERVICE or is_agreed or session.started_at is None:
        return None
    place = prices.place_of(session.connector)
    rules = tuple(as_rule(row) for row in rows if fits(row, place.connector_type, place.power_w))
    if best(rules, session.started_at.astimezone(ZoneInfo(place.time_zone))) is None:
        return None
    return as_terms(Offer(level, version, discount), rules, place.time_zone)


def _differences(sessions: Sequence[Session], terms: dict[int, Terms], *, at: datetime) -> list[Difference]:
    used = consumption.of_many(sessions=sessions, terms=terms, at=at)
    last = {
        row.session_id: row
        for row in Settlement.objects.filter(session__in=sessions)
        .order_by("session_id", "-revision")
        .distinct("session_id")
    }
    return [
        Difference(
            session=session,
            revision=session.revision,
            net=_sum(last[session.pk], "net"),
            tax=_sum(last[session.pk], "tax"),
            terms=terms[session.pk],
            price=pricing.price(terms[session.pk], used[session.pk]),
            lines=last[session.pk].lines,
        )
        for session in sessions
        if session.pk in last
    ]


def _sum(settled: Settlement, part: str) -> Decimal:
    return sum((Decimal(line[part]) for line in settled.lines), Decimal(0))
