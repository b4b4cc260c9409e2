"""What a person does with a finished session: accept it, correct it, waive it, have it looked at anew.

Each verb is one transaction, makes the next revision, and leaves a Decision; nothing that was settled is rewritten.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from billing import ledger, promos
from billing.models import Capture
from billing.pricing import Price, Terms
from charging import decisions, doubts, events, payers, review, settlement
from charging.decisions import Said
from charging.models import Decision, Session, Settlement
from charging.settlement import Bill
from drivepower.core.refusals import Refusal

State, Verdict, Verb = Session.State, Settlement.Verdict, Decision.Verb
NOTHING = Decimal(0)
# Where nothing has been charged yet.
UNPAID = (State.REVIEW, State.ENDED)


@transaction.atomic
def accept(*, session_id: int, reason: str, by: str, at: datetime, seen: int | None = None) -> Settlement:
    """REVIEW → SETTLED as it stands: it is charged what it costs.

    `seen` is the revision that the person looked at. What has ended and waits for its car, or is stuck, is decided
    about like what is in review. Refuses session_moved, reason_missing, reason_too_long, no_price, no_payer,
    price_too_large.
    """
    session = decisions.open_for(session_id, *UNPAID, reason=reason, by=by, seen=seen)
    before = decisions.standing(session)
    decisions.reopen(session, at=at)
    return _charge(session, Verb.ACCEPT, Said(Verdict.ACCEPTED, by, reason), before, at=at)


@transaction.atomic
def correct(
    *,
    session_id: int,
    reason: str,
    by: str,
    at: datetime,
    energy_wh: int | None = None,
    started_at: datetime | None = None,
    stopped_at: datetime | None = None,
    driver: User | None = None,
    seen: int | None = None,
    approved_by: str = "",
) -> Settlement:
    """REVIEW or SETTLED → SETTLED with other energy (Wh), times or payer; what is None stays; the difference moves.

    A driver pays instead of the company too, by the price that held for them at the start; the code of who was taken
    for the driver is theirs again. Refuses as `accept` does, and nothing_to_correct, invalid_energy,
    invalid_times.
    """
    session = decisions.open_for(session_id, *UNPAID, State.SETTLED, reason=reason, by=by, seen=seen)
    before = decisions.standing(session)
    changed = _changed(session, billed_energy_wh=energy_wh, started_at=started_at, stopped_at=stopped_at, driver=driver)
    _put_right(session, changed, at=at)
    if "driver" in changed:
        _price_for_payer(session, at=at)
    decisions.reopen(session, at=at)
    said = Said(Verdict.CORRECTED, by, reason, approved_by)
    return _charge(session, Verb.CORRECT, said, before, at=at)


@transaction.atomic
def waive(
    *, session_id: int, reason: str, by: str, at: datetime, seen: int | None = None, approved_by: str = ""
) -> Settlement:
    """REVIEW or SETTLED → WAIVED: it costs nothing, what is held is free again, what was paid goes back.

    Refuses session_moved, reason_missing, reason_too_long.
    """
    session = decisions.open_for(session_id, *UNPAID, State.SETTLED, reason=reason, by=by, seen=seen)
    before = decisions.standing(session)
    decisions.reopen(session, at=at)
    settled = settlement.record(session, None, Said(Verdict.WAIVED, by, reason), at=at)
    kept = _give_back(session, settled, at=at)
    promos.give_back(subject=session.subject, at=at)
    receipt, terms = session.receipt, settlement.readable_terms_of(session)
    if receipt is not None and terms is not None:
        bill = Bill(terms, Price((), NOTHING, NOTHING, NOTHING, terms.currency, ()))
        receipt = settlement.give_receipt(session, receipt.wallet, bill, reason, kept, at=at)
    session.move(State.ENDED, State.REVIEW)
    session.move(State.REVIEW, State.WAIVED, receipt=receipt)
    events.tell(session=session, kind="session.waived", at=at)
    decisions.write_down(session, Verb.WAIVE, before=before, by=by, reason=reason, at=at, approved_by=approved_by)
    return settled


@transaction.atomic
def rerun(*, session_id: int, reason: str, by: str, at: datetime, seen: int | None = None) -> Settlement | None:
    """REVIEW → ENDED → SETTLED or REVIEW: the rules look once more, by today's settings, payer and price.

    A session that had no price when it began, or has one that cannot be read, takes what holds now for that time. None
    where its car may still stand there. Refuses session_moved, reason_missing, reason_too_long.
    """
    session = decisions.open_for(session_id, *UNPAID, reason=reason, by=by, seen=seen)
    before = decisions.standing(session)
    decisions.reopen(session, at=at)
    settlement.know_payer(session)
    _find_price(session, at=at)
    settled = settlement.judge(session, at=at)
    decisions.write_down(session, Verb.RERUN, before=before, by=by, reason=reason, at=at)
    return settled


def _charge(session: Session, verb: Decision.Verb, said: Said, before: dict[str, Any], *, at: datetime) -> Settlement:
    """Settle what a person answers for; only what cannot be charged at all is refused."""
    settlement.know_payer(session)
    terms = settlement.readable_terms_of(session)
    if terms is None:
        raise Refusal("no_price", "There is no price for it: have it looked at anew, or waive it.")
    bill = settlement.bill_of(session, terms, at=at)
    if bill.price.gross > 0 and session.driver is None and session.company is None:
        raise Refusal("no_payer", "Nobody is known to pay for it: name the driver, or waive it.")
    if doubts.is_too_large(bill.price):
        raise Refusal("price_too_large", "It comes to more than any wallet can hold: correct it, or waive it.")
    settled = settlement.charge(session, bill, said, session.findings, at=at)
    decisions.write_down(
        session, verb, before=before, by=said.by, reason=said.reason, at=at, approved_by=said.approved_by
    )
    return settled


def _changed(session: Session, **wanted: Any) -> dict[str, Any]:
    """Of the columns that are wanted those that would be others; a driver takes the company's place too."""
    changed = {name: value for name, value in wanted.items() if value is not None and value != getattr(session, name)}
    if wanted["driver"] is not None and session.company is not None:
        changed |= {"driver": wanted["driver"], "company": None}
    return changed


def price_if(
    *,
    session: Session,
    at: datetime,
    energy_wh: int | None = None,
    started_at: datetime | None = None,
    stopped_at: datetime | None = None,
    driver: User | None = None,
) -> Price | None:
    """What `correct` would charge for it; writes nothing but on the object it is given. None: there is no price.

    Refuses invalid_energy and invalid_times.
    """
    changed = _changed(session, billed_energy_wh=energy_wh, started_at=started_at, stopped_at=stopped_at, driver=driver)
    if changed:
        _set(session, changed, at=at)
    terms = _terms_for_payer(session) if "driver" in changed else settlement.readable_terms_of(session)
    return settlement.bill_of(session, terms, at=at).price if terms else None


def _put_right(session: Session, changed: dict[str, Any], *, at: datetime) -> None:
    """Write what was corrected, if it can be."""
    _set(session, changed, at=at)
    Session.objects.filter(pk=session.pk).update(**changed)


def _set(session: Session, changed: dict[str, Any], *, at: datetime) -> None:
    """Put it on the session, if it can be."""
    if not changed:
        raise Refusal("nothing_to_correct", "Nothing of it would be another.")
    for name, value in changed.items():
        setattr(session, name, value)
    if not 0 <= (session.billed_energy_wh or 0) <= review.MOST_WH:
        raise Refusal("invalid_energy", "The energy is 0 or more.")
    if session.started_at is None or session.stopped_at is None:
        raise Refusal("invalid_times", "A charge has a start and an end.")
    if not session.started_at <= session.stopped_at <= at:
        raise Refusal("invalid_times", "The end comes after the start, and not in the future.")


def _give_back(session: Session, settled: Settlement, *, at: datetime) -> Decimal:
    """Undo the charge, or the hold where nothing was charged; answers what had been given back by hand before."""
    last = Capture.objects.filter(subject=session.subject).order_by("-revision").select_related("wallet").first()
    if last is None:
        ledger.release(subject=session.subject, at=at)
        return NOTHING
    return ledger.capture(
        wallet=last.wallet, subject=session.subject, revision=settled.revision, net=NOTHING, tax=NOTHING, at=at
    ).kept


def _price_for_payer(session: Session, *, at: datetime) -> None:
    """Let the terms of who pays now hold."""
    found = _terms_for_payer(session)
    if found is not None:
        settlement.keep_terms(session, found, at=at)


def _terms_for_payer(session: Session) -> Terms | None:
    """Those of who pays now; without such a price in its currency the ones that stand, less the promo code."""
    before, found = settlement.readable_terms_of(session), _terms_at_start(session)
    if before is not None and (found is None or found.currency != before.currency):
        return replace(before, promo=None)
    return found


def _find_price(session: Session, *, at: datetime) -> None:
    if settlement.readable_terms_of(session) is None:
        terms = _terms_at_start(session)
        if terms is not None:
            settlement.keep_terms(session, terms, at=at)


def _terms_at_start(session: Session) -> Terms | None:
    """What its payer would have agreed to when it began, as the tables say today."""
    if session.started_at is None:
        return None
    return payers.terms_for(
        connector=session.connector,
        driver=session.driver,
        company=session.company,
        id_tag=session.id_tag,
        at=session.started_at,
    )
