"""A Start that nobody requested: a card at the station, or a tag that we refuse while the energy flows."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from accounts.models import IdTag
from billing import ledger, tariffs
from billing.models import Wallet
from billing.pricing import Terms
from charging import authorization, events, payers, reserves, review
from charging.lifecycle import bounding
from charging.lifecycle.locks import lock_card
from charging.lifecycle.starts import Start
from charging.models import Session
from drivepower.core.compiled import insert
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

State = Session.State
CALL_BY_KEY = "UPDATE charging_session SET ocpp_id = id::text WHERE id = %s"


def arrive(start: Start, id_tag: IdTag | None, wallets: Sequence[Wallet], *, key: str, holds: bool) -> Session:
    """A new ACTIVE session: held for like a start without a limit, or recorded with the reason why it should not be.

    `wallets` are locked: those of the tag's payer are among them.
    """
    if id_tag is not None and id_tag.kind != IdTag.Kind.VIRTUAL and not any(_pays(one, id_tag) for one in wallets):
        # Two stations may see one card at the same moment; only one of them is the first.
        lock_card(id_tag)
    status: str = authorization.judge(id_tag, station=start.station, at=start.started_at, starting=True).status
    terms = payers.card_terms(connector=start.connector, id_tag=id_tag, at=start.started_at)
    session = _record(start, id_tag, terms, key=key, holds=holds, status=status)
    if status == "Accepted" and terms is not None and not hold_for_card(session, wallets, terms, at=start.received_at):
        status = "Blocked"
        findings = review.merged(session.findings, [review.UNAUTHORIZED, review.NO_HOLD])
        Session.objects.filter(pk=session.pk).update(start_status=status, findings=findings)
        session.start_status, session.findings = status, findings
    events.tell(session=session, kind="session.started", at=start.received_at)
    return session


def hold_for_card(session: Session, wallets: Sequence[Wallet], terms: Terms, *, at: datetime) -> bool:
    """Hold what a start without a limit holds; False where somebody should pay and cannot."""
    if terms.level == tariffs.SERVICE:
        return True
    locked = (one for one in wallets if one.currency == terms.currency and _pays(one, session))
    wallet = next(locked, None) or payers.wallet_of(session=session, currency=terms.currency)
    if wallet is None:
        return True
    try:
        reserve = reserves.reserve_for(terms=terms, wallet=wallet, energy_wh=None, amount=None, at=at)
        if reserve:
            ledger.hold(wallet=wallet, amount=reserve, subject=session.subject, number=1, expires_at=None, at=at)
    except Refusal:
        return False
    return True


def _pays(wallet: Wallet, who: IdTag | Session) -> bool:
    """Whether the wallet is that of a card's or session's payer: its company, else its driver."""
    if who.company_id is not None:
        return wallet.company_id == who.company_id
    driver = who.driver_id if isinstance(who, Session) else who.user_id
    return driver is not None and wallet.user_id == driver


def _record(start: Start, id_tag: IdTag | None, terms: Terms | None, *, key: str, holds: bool, status: str) -> Session:
    doubts = {review.UNAUTHORIZED: status != "Accepted", review.NO_PRICE: terms is None}
    findings = [name for name, is_so in doubts.items() if is_so]
    session = insert(
        Session(
            station=start.station,
            driver=id_tag.user if id_tag else None,
            company=id_tag.company if id_tag else None,
            id_tag=id_tag,
            tag=storable(start.tag)[:255],
            asked_by=Session.AskedBy.CARD,
            state=State.ACTIVE,
            price_terms=tariffs.freeze_terms(terms=terms, at=start.received_at) if terms else None,
            **bounding.limits_of(id_tag, station=start.station, at=start.started_at),
            **start.begins(key=key, holds=holds, status=status, findings=findings),
        )
    )
    session.ocpp_id = str(session.pk)
    with connection.cursor() as cursor:
        cursor.execute(CALL_BY_KEY, [session.pk])
    return session
