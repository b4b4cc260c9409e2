"""A driver's start: the session, the money held for it and the call to the station are one transaction."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import IdTag, User
from billing import ledger, promos, tariffs
from billing.models import PromoCode
from billing.pricing import Terms
from charging import access, events, own_tags, pausing, payers, reservations, reserves
from charging.lifecycle import bounding
from charging.lifecycle.checks import TAKEN, check_alone, check_connector, check_driver, check_station
from charging.lifecycle.choosing import choose_connector
from charging.lifecycle.failing import keep_refused, limit_kind_of
from charging.lifecycle.locks import lock_connector
from charging.models import Reservation, Session
from drivepower.core import doorbell
from drivepower.core.refusals import Refusal
from stations import commands
from stations.models import Station

State = Session.State


def request_start(
    *,
    driver: User,
    station: Station,
    connector_number: int | None,
    energy_wh: int | None,
    amount: Decimal | None,
    asked_by: Session.AskedBy,
    at: datetime,
    by: str = "",
    currency: str = "",
    promo_code: str = "",
    soc: int | None = None,
    duration: timedelta | None = None,
) -> Session:
    """Ask a station to charge for a driver; energy in Wh, amount in the price's currency, `by` who asks for another.

    `soc` is the state of charge in percent at which to stop, which needs a station that tells it; `duration` how long
    to charge from the Start on. `currency` is what the amount was meant in, where that was said.

    Refusals as product.md 4.2 and 4.10; each but those about the connector's number leaves a FAILED session, which
    `details.session_id` names.
    """
    connector = choose_connector(station=station, number=connector_number)
    asked = Session(
        station=station,
        connector=connector,
        driver=driver,
        asked_by=asked_by,
        requested_at=at,
        limit_energy_wh=energy_wh,
        limit_amount=amount,
        limit_soc=soc,
        limit_seconds=None if duration is None else int(duration.total_seconds()),
    )
    try:
        return _start(asked, by or f"driver:{driver.public_id}", currency, promo_code, at=at)
    except Refusal as refusal:
        raise _kept(refusal, asked, at=at) from refusal


def _kept(refusal: Refusal, asked: Session, *, at: datetime) -> Refusal:
    """The refusal with the FAILED session that it leaves."""
    keep_refused(asked, refusal, at=at)
    details = {**refusal.details, "session_id": str(asked.public_id)}
    return Refusal(refusal.code, refusal.message, details)


@transaction.atomic
def _start(session: Session, by: str, currency: str, promo_code: str, *, at: datetime) -> Session:
    check_driver(session.driver)
    lock_connector(session.connector)
    check_station(session.station, at=at)
    pausing.check(session.station)
    kept = reservations.at_connector(session.connector, at=at)
    own = reservations.own(kept, session.driver)
    bounding.take_turns(own.id_tag if own else None)
    promo = promos.find(code=promo_code, at=at) if promo_code else None
    if session.driver is not None:
        access.check(station=session.station, driver=session.driver, id_tag=own.id_tag if own else None, at=at)
    terms = _terms_for(session, own, promo, currency, at=at)
    check_connector(session.connector, kept=kept, own=own)
    check_alone(session)
    wallet = ledger.wallet_of(user=session.driver, currency=terms.currency)
    reserve = reserves.reserve_for(
        terms=terms, wallet=wallet, energy_wh=session.limit_energy_wh, amount=session.limit_amount, at=at
    )
    session.id_tag = _tag_for(session, own, at=at)
    _insert(session, terms, at=at)
    if terms.promo is not None and promo is not None and session.driver is not None:
        promos.take(promo=promo, user=session.driver, subject=session.subject, at=at)
    if reserve:
        until = session.expires_at
        ledger.hold(wallet=wallet, amount=reserve, subject=session.subject, number=1, expires_at=until, at=at)
    _ask_station(session, by=by, at=at)
    events.tell(session=session, kind="session.requested", at=at)
    return session


def _terms_for(
    session: Session, own: Reservation | None, promo: PromoCode | None, currency: str, *, at: datetime
) -> Terms:
    terms = payers.terms_for(
        connector=session.connector,
        driver=session.driver,
        company=None,
        id_tag=own.id_tag if own else None,
        promo=promo,
        at=at,
    )
    if terms is None:
        raise Refusal("no_price", "This connector has no price yet.")
    if currency not in ("", terms.currency):
        raise Refusal("invalid_parameters", "The price is in another currency.", {"currency": terms.currency})
    return terms


def _tag_for(session: Session, own: Reservation | None, *, at: datetime) -> IdTag:
    """The one that the station keeps a connector for, a card too, since it takes no other (S 5.13); else a new one."""
    reserved = own.id_tag if own else None
    if reserved is None:
        return own_tags.make(driver=session.driver, expires_at=at + own_tags.LIVES)
    if reserved.kind == IdTag.Kind.VIRTUAL:
        return own_tags.open_again(reserved, expires_at=at + own_tags.LIVES)
    return reserved


def _ask_station(session: Session, *, by: str, at: datetime) -> None:
    commands.send(
        station=session.station,
        intent="start_charging",
        payload={"connector": session.connector.number, "id_tag": session.tag},
        subject=session.subject,
        asked_by=by,
        expires_at=at + timedelta(seconds=settings.OCPP_CALL_TIMEOUT_SECONDS),
        at=at,
        effect_expected=True,
    )
    doorbell.tell_portal({"type": "portal.changed"})


def _insert(session: Session, terms: Terms, *, at: datetime) -> None:
    """Write the session; a racer who was first is a refusal by the constraint's name."""
    session.tag = session.id_tag.value if session.id_tag else ""
    session.state = State.REQUESTED
    session.holds_connector = True
    session.expires_at = at + timedelta(seconds=settings.START_TIMEOUT_SECONDS)
    session.limit_kind = limit_kind_of(session)
    for name, limit in bounding.limits_of(session.id_tag, station=session.station, at=at, asked=session).items():
        setattr(session, name, limit)
    session.price_terms = tariffs.freeze_terms(terms=terms, at=at)
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if constraint in TAKEN:
            raise Refusal(*TAKEN[constraint]) from error
        raise
