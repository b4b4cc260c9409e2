"""What people decide about finished sessions: where that is possible, what stood before, and the row that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F, Sum

from billing import second_person
from billing.models import Capture
from charging import events, review
from charging.lifecycle.locks import lock_session
from charging.models import Decision, Session, Settlement
from charging.models.session import SessionState
from drivepower.core import doorbell
from drivepower.core.models import Alert
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable

State = Session.State
LONGEST_REASON = 200
# The kind of the alert of an ended session that cannot be settled.
STUCK = "session_stuck"
SECOND_PERSON = "second_person_needed"
BEYOND = "The connector cannot have delivered that much in that time: a second person has to confirm that."
# What of a session says how much its car could have got.
USED = ("energy_wh", "started_at", "stopped_at")
# By these a payer pays something else than a station's meter and the tables say.
OF_MONEY = (Decision.Verb.WAIVE, Decision.Verb.CORRECT, Decision.Verb.REPRICE)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Said:
    """What a settlement says of itself: its verdict; where a person decided so, who, why, and who confirmed it."""

    verdict: Settlement.Verdict
    by: str = ""
    reason: str = ""
    approved_by: str = ""


def open_for(session_id: int, *states: SessionState, reason: str, by: str, seen: int | None) -> Session:
    """The session, locked, for a decision; `seen` is the revision that the person decides about, where that is known.

    What the same person decides at the same time waits. Refuses reason_missing, reason_too_long, and session_moved
    where it stands elsewhere by now.
    """
    if not reason.strip():
        raise Refusal("reason_missing", "Say why.")
    if len(reason) > LONGEST_REASON:
        too_long = sentence("The reason is longer than %(most)s characters.", most=LONGEST_REASON)
        raise Refusal("reason_too_long", too_long)
    second_person.take_turn(by)
    session = lock_session(session_id)
    if not stands_in(session, *states) or seen not in (None, session.revision):
        raise Refusal(
            "session_moved",
            sentence(
                "Session %(number)s is %(state)s by now: somebody or something was faster.",
                number=session.pk,
                state=sentence("in review" if session.state == Session.State.REVIEW else session.state),
            ),
            {"state": session.state, "revision": session.revision},
        )
    return session


def stands_in(session: Session, *states: SessionState) -> bool:
    """Whether it stands in one of these states; an ended one only while nothing settles it by itself at once.

    That is so while its car stands there at a price, and when the sweep cannot settle it.
    """
    if session.state not in states:
        return False
    stuck = Alert.objects.open().filter(kind=STUCK, subject=session.subject)
    return session.state != State.ENDED or session.settle_from is not None or stuck.exists()


def reopen(session: Session, *, at: datetime) -> None:
    """A settled one, one in review or one that waits → ENDED with the next revision, to be settled once more."""
    session.move(State(session.state), State.ENDED, revision=session.revision + 1, settle_from=None)
    events.tell(session=session, kind="session.ended", at=at)


def standing(session: Session) -> dict[str, Any]:
    """What a decision may change, as JSON: energy in Wh, times, total, payer, state."""
    last = session.settlements.order_by("-revision").first()
    return {
        "state": session.state,
        "energy_wh": session.billed_energy_wh,
        "started_at": session.started_at and session.started_at.isoformat(),
        "stopped_at": session.stopped_at and session.stopped_at.isoformat(),
        "total": last and f"{plain(last.total, last.currency)} {last.currency}",
        "payer": payer_of(session),
    }


def payer_of(session: Session) -> str | None:
    """Who pays, by public id: company:… or driver:…; None: nobody is known."""
    if session.company is not None:
        return f"company:{session.company.public_id}"
    return f"driver:{session.driver.public_id}" if session.driver is not None else None


def write_down(
    session: Session,
    verb: Decision.Verb,
    *,
    before: dict[str, Any],
    by: str,
    reason: str,
    at: datetime,
    approved_by: str = "",
) -> Decision:
    """The decision, as it has been carried out.

    Refuses second_person_needed, so that nothing of it happens, where it gives back or charges much, or takes what
    cannot be for true, and nobody else confirmed it; access_denied where somebody lets themselves pay something else.
    """
    gave_back, currency = given_back(session)
    more = charged_more(session, currency) if verb == Decision.Verb.CORRECT else NOTHING
    if verb in OF_MONEY:
        check_not_own([before["payer"], payer_of(session)], [by, approved_by])
    if not approved_by:
        details = {"gives_back": gave_back, "charges_more": more, "currency": currency}
        if why := needs_second(session, details, before, by=by, at=at, is_correction=verb == Decision.Verb.CORRECT):
            raise Refusal(SECOND_PERSON, why, details)
    doorbell.tell_portal({"type": "portal.changed"})
    return Decision.objects.create(
        session=session,
        revision=session.revision,
        verb=verb,
        reason=storable(reason),
        decided_by=by,
        approved_by=approved_by,
        gave_back=gave_back,
        charged_more=more,
        before=before,
        after=standing(session),
        made_at=at,
    )


def needs_second(
    session: Session, moves: Mapping[str, Any], before: dict[str, Any], *, by: str, at: datetime, is_correction: bool
) -> str:
    """Why a second person has to confirm what moves so much of that currency; nothing: nobody has to."""
    back, more, currency = moves["gives_back"], moves["charges_more"], moves["currency"]
    if is_large(session, back, currency, by=by, at=at):
        text = "It gives back %(amount)s %(currency)s: a second person has to confirm that."
        return sentence(text, amount=Decimal(plain(back, currency)), currency=currency)
    if more and second_person.is_large(more, currency, by=by, at=at):
        text = "It charges %(amount)s %(currency)s more: a second person has to confirm that."
        return sentence(text, amount=Decimal(plain(more, currency)), currency=currency)
    return BEYOND if is_correction and is_beyond(session, before) else ""


def check_not_own(payers: Sequence[str | None], people: Sequence[str]) -> None:
    """Refuse access_denied where one of these people is who pays."""
    paying = {second_person.person_of(payer) for payer in payers if payer}
    if paying & {second_person.person_of(one) for one in people}:
        raise second_person.of_own()


def given_back(session: Session) -> tuple[Decimal, str]:
    """How much less its payer pays since this revision, and in which currency; all of it where another one pays now."""
    captures = list(Capture.objects.filter(subject=session.subject).select_related("wallet").order_by("-revision")[:2])
    if len(captures) < 2 or captures[0].revision != session.revision:
        return NOTHING, settings.DEFAULT_CURRENCY
    now, before = captures
    left = now.gross if now.wallet_id == before.wallet_id else NOTHING
    return max(NOTHING, before.gross - left), before.wallet.currency


def charged_more(session: Session, currency: str) -> Decimal:
    """How much more it costs since this revision than was said before; all of it where nothing was said."""
    found = list(session.settlements.order_by("-revision")[:2])
    if not found or found[0].revision != session.revision:
        return NOTHING
    before = found[1].total if len(found) == 2 and found[1].currency == found[0].currency else NOTHING
    return max(NOTHING, found[0].total - before)


def is_beyond(session: Session, before: dict[str, Any]) -> bool:
    """Whether a person has said what the connector cannot have delivered, more than it could in that time."""
    now = standing(session)
    if all(now[name] == before[name] for name in USED) or session.started_at is None or session.stopped_at is None:
        return False
    seconds = (session.stopped_at - session.started_at).total_seconds()
    power_w = session.connector.max_power_w
    return review.is_impossible(session.billed_energy_wh or 0, seconds=seconds, rated_power_w=power_w)


def is_large(session: Session, gave_back: Decimal, currency: str, *, by: str, at: datetime) -> bool:
    """Whether giving that back takes a second person.

    Together with what single people gave back of it before, or with what this person moved alone lately.
    """
    if not gave_back:
        return False
    before = session.decisions.filter(approved_by="").aggregate(all=Sum("gave_back"))["all"] or NOTHING
    return before + gave_back >= settings.APPROVAL_FROM or second_person.is_large(gave_back, currency, by=by, at=at)


def alone(names: Sequence[str], since: datetime) -> Decimal:
    """What that person gave back, or charged more, since then by decisions that nobody else confirmed."""
    theirs = Decision.objects.filter(decided_by__in=names, approved_by="", made_at__gt=since)
    total: Decimal = theirs.aggregate(all=Sum(F("gave_back") + F("charged_more"), default=NOTHING))["all"]
    return total
