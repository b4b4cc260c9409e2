"""What people decide about finished sessions: where that is possible, what stood before, and the row that says so."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum

from billing.models import Capture
from charging import events
from charging.lifecycle.locks import lock_session
from charging.models import Decision, Session, Settlement
from charging.models.session import SessionState
from drivepower.core import doorbell
from drivepower.core.models import Alert
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

State = Session.State
LONGEST_REASON = 200
# The kind of the alert of an ended session that cannot be settled.
STUCK = "session_stuck"
SECOND_PERSON = "second_person_needed"
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Said:
    """What a settlement says of itself: its verdict; where a person decided so, who, why, and who confirmed it."""

    verdict: Settlement.Verdict
    by: str = ""
    reason: str = ""
    approved_by: str = ""


def open_for(session_id: int, *states: SessionState, reason: str, seen: int | None) -> Session:
    """The session, locked, for a decision; `seen` is the revision that the person decides about, where that is known.

    Refuses reason_missing, reason_too_long, and session_moved where it stands elsewhere by now.
    """
    if not reason.strip():
        raise Refusal("reason_missing", "Say why.")
    if len(reason) > LONGEST_REASON:
        raise Refusal("reason_too_long", f"The reason is longer than {LONGEST_REASON} characters.")
    session = lock_session(session_id)
    if not stands_in(session, *states) or seen not in (None, session.revision):
        raise Refusal(
            "session_moved",
            f"Session {session.pk} is {session.get_state_display()} by now: somebody or something was faster.",
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

    Refuses second_person_needed, so that nothing of it happens, where it gives back much and nobody else confirmed it.
    """
    gave_back, currency = given_back(session)
    if not approved_by:
        _check_alone(session, gave_back, currency)
    doorbell.tell_portal({"type": "portal.changed"})
    return Decision.objects.create(
        session=session,
        revision=session.revision,
        verb=verb,
        reason=storable(reason),
        decided_by=by,
        approved_by=approved_by,
        gave_back=gave_back,
        before=before,
        after=standing(session),
        made_at=at,
    )


def _check_alone(session: Session, gave_back: Decimal, currency: str) -> None:
    if is_large(session, gave_back, currency):
        amount = f"{plain(gave_back, currency)} {currency}"
        details = {"gives_back": gave_back, "currency": currency}
        raise Refusal(SECOND_PERSON, f"It gives back {amount}: a second person has to confirm that.", details)


def given_back(session: Session) -> tuple[Decimal, str]:
    """How much less its payer pays since this revision, and in which currency; all of it where another one pays now."""
    captures = list(Capture.objects.filter(subject=session.subject).select_related("wallet").order_by("-revision")[:2])
    if len(captures) < 2 or captures[0].revision != session.revision:
        return NOTHING, settings.DEFAULT_CURRENCY
    now, before = captures
    left = now.gross if now.wallet_id == before.wallet_id else NOTHING
    return max(NOTHING, before.gross - left), before.wallet.currency


def is_large(session: Session, gave_back: Decimal, currency: str) -> bool:
    """Whether giving that back takes a second person: together with what single people gave back of it before.

    The threshold is in the house's own currency; in another one everything is large.
    """
    if not gave_back or currency != settings.DEFAULT_CURRENCY:
        return gave_back > 0
    alone = session.decisions.filter(approved_by="").aggregate(all=Sum("gave_back"))["all"] or NOTHING
    return alone + gave_back >= settings.APPROVAL_FROM
