"""From an ended session to money: priced, captured, receipted once per revision, or kept for a person to look at."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from billing import ledger, pricing, receipts, tariffs
from billing.pricing import Price, Terms
from charging import consumption, payers, readings, review
from charging.lifecycle.locks import lock_session
from charging.models import Session, Settlement
from drivepower.core import doorbell
from drivepower.core.money import plain

State = Session.State


@transaction.atomic
def settle(*, session_id: int, at: datetime) -> Settlement | None:
    """ENDED → SETTLED, or REVIEW with the hold kept; a second call changes nothing and answers what the first made.

    None while the session has not ended.
    """
    session = lock_session(session_id)
    if session.state != State.ENDED:
        return Settlement.objects.filter(session=session, revision=session.revision).first()
    terms = tariffs.thaw_terms(session.price_terms) if session.price_terms else None
    price = pricing.price(terms, consumption.of(session=session, at=at)) if terms else None
    doorbell.tell_portal({"type": "portal.changed"})
    found = review.merged(session.findings, [*_doubts(session), *_money_doubts(session, price)])
    if terms is None or price is None or review.SUSPECT.intersection(found):
        return _keep_for_review(session, price, found, at=at)
    return _charge(session, terms, price, found, at=at)


def _doubts(session: Session) -> list[str]:
    return review.findings(
        session,
        registers=readings.registers_of([session]).get(session.pk, []),
        peak_power_w=readings.peak_power_of(session),
        rated_power_w=session.connector.max_power_w,
        before_wh=readings.register_before(session),
    )


def _money_doubts(session: Session, price: Price | None) -> list[str]:
    """What is odd about the bill: nobody to pay it, a receipt given before, a limit that did not hold."""
    if price is None:
        return [review.NO_PRICE]
    limits = (session.limit_amount, price.gross), (session.limit_energy_wh, session.billed_energy_wh or 0)
    doubts = {
        review.NO_PAYER: price.gross > 0 and session.driver_id is None and session.company_id is None,
        review.CHARGED_BEFORE: session.receipt_id is not None,
        review.UNPRICED: bool(price.unpriced),
        review.OVERSHOOT: any(limit is not None and used > limit for limit, used in limits),
    }
    return [name for name, doubt in doubts.items() if doubt]


def _keep_for_review(session: Session, price: Price | None, found: list[str], *, at: datetime) -> Settlement:
    session.move(State.ENDED, State.REVIEW, findings=found)
    return _record(session, price, Settlement.Verdict.SUSPECT, at=at)


def _charge(session: Session, terms: Terms, price: Price, found: list[str], *, at: datetime) -> Settlement:
    wallet = payers.wallet_of(session=session, currency=price.currency)
    owed = Decimal(0)
    if wallet is not None:
        captured = ledger.capture(
            wallet=wallet, subject=session.subject, revision=session.revision, net=price.net, tax=price.tax, at=at
        )
        owed = captured.owed
    settlement = _record(session, price, Settlement.Verdict.OK, shortfall=owed, at=at)
    # The last thing: whoever has a receipt's number keeps everybody else waiting for theirs.
    receipt = receipts.give_receipt(wallet=wallet, subject=session.subject, price=price, terms=terms, at=at)
    session.move(State.ENDED, State.SETTLED, receipt=receipt, findings=found)
    return settlement


def _record(
    session: Session,
    price: Price | None,
    verdict: Settlement.Verdict,
    *,
    shortfall: Decimal = Decimal(0),
    at: datetime,
) -> Settlement:
    return Settlement.objects.create(
        session=session,
        revision=session.revision,
        verdict=verdict,
        currency=price.currency if price else settings.DEFAULT_CURRENCY,
        total=price.gross if price else Decimal(0),
        shortfall=shortfall,
        lines=lines_of(price) if price else [],
        made_at=at,
    )


def lines_of(price: Price) -> list[dict[str, Any]]:
    """The lines of a price as JSON: amounts as text with the currency's decimals, quantities in Wh, s or pieces."""
    return [
        {
            "dimension": line.dimension,
            "rule": line.rule_name,
            "starts_at": line.starts_at.isoformat(),
            "ends_at": line.ends_at.isoformat(),
            "quantity": f"{line.quantity:f}",
            "unit": line.unit,
            "unit_price": f"{line.unit_price:f}",
            "net": plain(line.net, price.currency),
            "tax": plain(line.tax, price.currency),
            "gross": plain(line.gross, price.currency),
        }
        for line in price.lines
    ]
