"""From an ended session to money: priced, charged and receipted once per revision, or kept for a person to look at.

What a later revision costs otherwise is charged, or given back, as the difference.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import IdTag
from billing import ledger, pricing, promos, receipts, tariffs
from billing.models import Receipt, Wallet
from billing.pricing import Price, Terms
from charging import consumption, decisions, doubts, events, idling, payers, review
from charging.decisions import Said
from charging.lifecycle.locks import lock_session
from charging.models import Decision, Session, Settlement
from drivepower.core import doorbell
from drivepower.core.money import plain
from drivepower.core.texts import storable

State, Verdict = Session.State, Settlement.Verdict


@dataclass(frozen=True)
class Bill:
    """What a session costs, and by which terms."""

    terms: Terms
    price: Price


@transaction.atomic
def settle(*, session_id: int, at: datetime) -> Settlement | None:
    """ENDED → SETTLED, or REVIEW with the hold kept; a second call changes nothing and answers what the first made.

    None while the session has not ended, or its car may still stand there: then `settle_from` says until when.
    """
    session = lock_session(session_id)
    if session.state != State.ENDED:
        return Settlement.objects.filter(session=session, revision=session.revision).first()
    return judge(session, at=at)


def judge(session: Session, *, at: datetime) -> Settlement | None:
    """The same for an ended session that is locked."""
    doorbell.tell_portal({"type": "portal.changed"})
    know_payer(session)
    terms = terms_of(session)
    # What is certain to need a person does not wait for a car.
    found = review.merged(review.lasting(session.findings), doubts.of(session))
    if terms is not None and not review.SUSPECT.intersection(found) and _waits(session, terms, at=at):
        return None
    bill = bill_of(session, terms, at=at) if terms else None
    price = bill.price if bill else None
    found = review.merged(found, doubts.of_bill(session, price))
    if bill is None or review.SUSPECT.intersection(found):
        return _keep_for_review(session, price, found, at=at)
    return charge(session, bill, Said(Verdict.OK), found, at=at)


def _waits(session: Session, terms: Terms, *, at: datetime) -> bool:
    """Whether its car may still stand there at a price; until when is kept."""
    until = idling.wait(session=session, terms=terms, at=at)
    if until is None:
        return False
    session.settle_from = until
    Session.objects.filter(pk=session.pk).update(settle_from=until)
    return True


@transaction.atomic
def settle_anew(
    *,
    session_id: int,
    terms: Terms,
    verdict: Settlement.Verdict,
    decided_by: str,
    reason: str,
    at: datetime,
    verb: Decision.Verb,
    seen: int | None = None,
    approved_by: str = "",
) -> Settlement:
    """SETTLED → SETTLED with the next revision, by other terms; the difference moves, a Decision says why.

    Refuses session_moved where it is not settled (any more), reason_missing, reason_too_long, second_person_needed.
    """
    session = decisions.open_for(session_id, State.SETTLED, reason=reason, by=decided_by, seen=seen)
    before = decisions.standing(session)
    decisions.reopen(session, at=at)
    keep_terms(session, terms, at=at)
    settlement = charge(
        session, bill_of(session, terms, at=at), Said(verdict, decided_by, reason), session.findings, at=at
    )
    decisions.write_down(session, verb, before=before, by=decided_by, reason=reason, at=at, approved_by=approved_by)
    return settlement


def terms_of(session: Session) -> Terms | None:
    """By what the session is priced; None: it began without a price."""
    return tariffs.thaw_terms(session.price_terms) if session.price_terms else None


def readable_terms_of(session: Session) -> Terms | None:
    """The same; None too where what was frozen cannot be read."""
    try:
        return terms_of(session)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None


def bill_of(session: Session, terms: Terms, *, at: datetime) -> Bill:
    """What the session costs by these terms."""
    return Bill(terms, pricing.price(terms, consumption.of(session=session, terms=terms, at=at)))


def know_payer(session: Session) -> None:
    """Give the bill to whom its card belongs, where nobody was known when it was shown."""
    if session.driver_id is not None or session.company_id is not None or not session.tag:
        return
    card = IdTag.objects.named(storable(session.tag)).select_related("user", "company").first()
    if card is not None and (card.user_id or card.company_id):
        session.driver, session.company = card.user, card.company
        Session.objects.filter(pk=session.pk).update(driver=card.user, company=card.company)


def keep_terms(session: Session, terms: Terms, *, at: datetime) -> None:
    """Let these terms price the session from now on."""
    session.price_terms = tariffs.freeze_terms(terms=terms, at=at)
    Session.objects.filter(pk=session.pk).update(price_terms=session.price_terms)


def charge(session: Session, bill: Bill, said: Said, found: list[str], *, at: datetime) -> Settlement:
    """ENDED (locked) → SETTLED: money moves as the difference to the revision before, if there was one."""
    bill = count_promo(session, bill, at=at)
    price = bill.price
    wallet = payers.wallet_of(session=session, currency=price.currency)
    captured = capture(session, wallet, price, at=at)
    settlement = record(session, price, said, shortfall=captured.owed + captured.absorbed, at=at)
    promos.use(subject=session.subject, amount=promo_part(price), at=at)
    # The last thing: whoever has a receipt's number keeps everybody else waiting for theirs.
    receipt = give_receipt(session, wallet, bill, said.reason, captured.kept, at=at)
    beyond = overshoot_of(session, price)
    session.move(State.ENDED, State.SETTLED, receipt=receipt, findings=found, settle_from=None, overshoot_amount=beyond)
    events.tell(session=session, kind="session.settled", at=at)
    return settlement


def count_promo(session: Session, bill: Bill, *, at: datetime) -> Bill:
    """The bill as it may be charged: without a promo code that was given back and that others have used up by now.

    Before any wallet is locked: codes come first.
    """
    if bill.terms.promo is None or promos.take_again(subject=session.subject, at=at):
        return bill
    terms = replace(bill.terms, promo=None)
    keep_terms(session, terms, at=at)
    return bill_of(session, terms, at=at)


def capture(session: Session, wallet: Wallet | None, price: Price, *, at: datetime) -> ledger.Captured:
    """Charge the wallet what this revision costs; nothing where nobody pays."""
    if wallet is None:
        return ledger.Captured()
    return ledger.capture(
        wallet=wallet, subject=session.subject, revision=session.revision, net=price.net, tax=price.tax, at=at
    )


def give_receipt(
    session: Session, wallet: Wallet | None, bill: Bill, reason: str, kept: Decimal, *, at: datetime
) -> Receipt:
    """Write down what it costs now, and where it was."""
    return receipts.give_receipt(
        wallet=wallet,
        subject=session.subject,
        about=place_of(session),
        price=bill.price,
        terms=bill.terms,
        at=at,
        reason=reason,
        kept=kept,
    )


def overshoot_of(session: Session, price: Price) -> Decimal | None:
    """By how much a charge costs more than its driver wanted to spend; None: by nothing."""
    limit = session.limit_amount
    return price.gross - limit if limit is not None and price.gross > limit else None


def place_of(session: Session) -> str:
    """Where it was, as receipts print it."""
    station = session.station
    parts = station.code, f"connector {session.connector.number}", station.location.address if station.location else ""
    return ", ".join(filter(None, parts))


def promo_part(price: Price) -> Decimal:
    """What a promo code took off, above 0."""
    return -sum((line.gross for line in price.lines if line.dimension == pricing.PROMO), Decimal(0))


def _keep_for_review(session: Session, price: Price | None, found: list[str], *, at: datetime) -> Settlement:
    session.move(State.ENDED, State.REVIEW, findings=found, settle_from=None)
    storable_price = None if price is None or doubts.is_too_large(price) else price
    settlement = record(session, storable_price, Said(Verdict.SUSPECT), at=at)
    events.tell(session=session, kind="session.review", at=at)
    return settlement


def record(
    session: Session, price: Price | None, said: Said, *, shortfall: Decimal = Decimal(0), at: datetime
) -> Settlement:
    """The row of this revision; one without a price came to nothing, in the currency that it would have cost."""
    currency = session.price_terms.currency if session.price_terms else settings.DEFAULT_CURRENCY
    return Settlement.objects.create(
        session=session,
        revision=session.revision,
        verdict=said.verdict,
        currency=price.currency if price else currency,
        total=price.gross if price else Decimal(0),
        shortfall=shortfall,
        lines=lines_of(price) if price else [],
        decided_by=said.by,
        reason=storable(said.reason),
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
