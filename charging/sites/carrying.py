"""Carries a plan out: profiles to the stations, and the rows that say how the supply is shared."""

from datetime import datetime
from decimal import Decimal

import structlog
from django.db import connection, transaction

from charging import profiles
from charging.models import ChargingProfile
from charging.models.sites import SitePlan, SiteShare
from charging.sites import documents
from charging.sites.deciding import Ask, Orders, decide
from charging.sites.gathering import gather
from charging.sites.places import ASKED_BY, Place, Site
from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import joined, sentence

DISOBEYS = "charging_limit_refused"
EXCEEDED = "supply_exceeded"
# Whoever shares a location's supply waits for the one before; the number is this room's own.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(160118, %s)"

log = structlog.stdlib.get_logger(__name__)


def carry_out(*, location_id: int, at: datetime) -> int:
    """Share a location's supply anew and tell its stations; answers how many were told something.

    The mark goes first: a change that is noted while this works is looked at again.
    """
    SitePlan.objects.filter(location=location_id).exclude(dirty_since=None).update(dirty_since=None)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE_TURNS, [location_id % 2**31])
        told = 0
        for site in gather(location_ids=[location_id], at=at):
            orders = decide(site, at=at)
            told += _tell(site, orders, at=at)
            _raise_alerts(site, orders, at=at)
    return told


def _tell(site: Site, orders: Orders, *, at: datetime) -> int:
    """Send what is to be sent, and keep what was planned."""
    sent = {}
    for ask in orders.shares:
        if row := _send_share(ask, at=at):
            sent[ask.place.key] = (ask.share_a, row)
    kept = sum(_set(ask.place, documents.of_fallback(ask), at=at) is not None for ask in orders.fallbacks)
    rows = [row_of(one, orders, sent.get(one.key), at=at) for one in site.places if one.session is not None]
    _keep(site, orders, rows, at=at)
    return len(sent) + kept


def is_kept(site: Site, orders: Orders, *, at: datetime) -> bool:
    """Whether nothing is to be sent, and the rows say already how things stand."""
    if orders.shares or orders.fallbacks or site.past or site.plan is None:
        return False
    if (Decimal(site.plan.limit_a), site.plan.reserved_a) != (site.limit_a, orders.reserved_a):
        return False
    charging = [one for one in site.places if one.session is not None]
    return all(
        one.share is not None and _said(row_of(one, orders, None, at=at)) == _said(one.share) for one in charging
    )


def row_of(place: Place, orders: Orders, sent: tuple[Decimal, ChargingProfile] | None, *, at: datetime) -> SiteShare:
    """The share of a charge, as planned, as sent and as confirmed."""
    old = place.share or SiteShare()
    row = SiteShare(
        session=place.session,
        phases=place.outlet.phases or 3,
        planned_a=orders.planned[place.key],
        in_force_a=place.in_force_a(at=at),
        sent_a=old.sent_a,
        sent_at=old.sent_at,
        profile=old.profile,
        confirmed_at=old.confirmed_at,
    )
    if sent is not None:
        # The one before may still be on its way.
        row.in_force_a = place.counted_a(at=at)
        (row.sent_a, row.profile), row.sent_at, row.confirmed_at = sent, at, None
    elif row.profile is not None and row.profile.state == ChargingProfile.State.APPLIED:
        row.confirmed_at = row.profile.changed_at
    return row


def _said(share: SiteShare) -> tuple[object, ...]:
    return share.phases, share.planned_a, share.in_force_a, share.confirmed_at


def _keep(site: Site, orders: Orders, rows: list[SiteShare], *, at: datetime) -> None:
    """Write the plan and its shares; it is a new revision where somebody gets another share."""
    before = {one.session.pk: one.share and one.share.planned_a for one in site.places if one.session}
    is_new = bool(site.past) or before != {row.session_id: row.planned_a for row in rows}
    fresh = {
        "limit_a": site.location.supply_limit_a or 0,
        "reserved_a": orders.reserved_a,
        "planned_at": at,
        "revision": (site.plan.revision if site.plan else 0) + is_new,
    }
    plan, _ = SitePlan.objects.update_or_create(location=site.location, defaults=fresh)
    SiteShare.objects.filter(pk__in=[share.pk for share in site.past]).delete()
    for row in rows:
        row.plan = plan
    SiteShare.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["plan", "phases", "planned_a", "in_force_a", "sent_a", "profile", "sent_at", "confirmed_at"],
    )


def _send_share(ask: Ask, *, at: datetime) -> ChargingProfile | None:
    session = ask.place.session
    if session is None or not session.ocpp_id.isdecimal():
        return None
    return _set(ask.place, documents.of_share(ask, transaction_id=int(session.ocpp_id), at=at), at=at)


def _set(place: Place, document: dict[str, object], *, at: datetime) -> ChargingProfile | None:
    station, number = place.connector.station, place.connector.number
    try:
        return profiles.set_profile(station=station, number=number, profile=document, asked_by=ASKED_BY, at=at)
    except Refusal as refusal:  # its charge has ended meanwhile, or its station is odd: the next turn sees
        log.warning("a share was not sent", station=station.code, number=number, problems=refusal.details)
        return None


def _raise_alerts(site: Site, orders: Orders, *, at: datetime) -> None:
    """Tell of stations that do not listen, and of a supply that is exceeded; each once, until it is over."""
    stations = {f"station:{one.connector.station.code}" for one in site.places}
    asked = {f"station:{code}" for code in orders.asked}
    rest = sentence("It counts as all that it may take.")
    told: dict[str, str] = {f"station:{code}": joined([why, rest]) for code, why in orders.disobeying.items()}
    _follow(DISOBEYS, told, among=stations, undecided=asked, at=at)
    subject = f"location:{site.location.code}"
    text = sentence(
        "Connectors that nobody can lower may take %(more)s A more than the supply of %(limit)s A.",
        more=orders.exceeds_a,
        limit=site.limit_a,
    )
    _follow(EXCEEDED, {subject: text} if orders.exceeds_a > 0 else {}, among={subject}, undecided=set(), at=at)


def _follow(kind: str, texts: dict[str, str], *, among: set[str], undecided: set[str], at: datetime) -> None:
    """Open what is new, resolve what is over."""
    opened = Alert.objects.open().filter(kind=kind, subject__in=among)
    told = set(opened.values_list("subject", flat=True))
    if fresh := {subject: text for subject, text in texts.items() if subject not in told}:
        alerts.open_alerts(kind=kind, texts=fresh, at=at)
    for subject in told - set(texts) - undecided:
        alerts.resolve_alert(kind=kind, subject=subject, at=at)
