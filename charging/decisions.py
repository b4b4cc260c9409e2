"""What people decide about finished sessions: where that is possible, what stood before, and the row that says so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charging.lifecycle.locks import lock_session
from charging.models import Decision, Session, Settlement
from charging.models.session import SessionState
from drivepower.core import doorbell
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

State = Session.State
LONGEST_REASON = 200


@dataclass(frozen=True)
class Said:
    """What a settlement says of itself: its verdict, and who decided so and why, where a person did."""

    verdict: Settlement.Verdict
    by: str = ""
    reason: str = ""


def open_for(session_id: int, *states: SessionState, reason: str, seen: int | None) -> Session:
    """The session, locked, for a decision; `seen` is the revision that the person decides about, where that is known.

    Refuses reason_missing, reason_too_long, and session_moved where it stands elsewhere by now.
    """
    if not reason.strip():
        raise Refusal("reason_missing", "Say why.")
    if len(reason) > LONGEST_REASON:
        raise Refusal("reason_too_long", f"The reason is longer than {LONGEST_REASON} characters.")
    session = lock_session(session_id)
    if session.state not in states or seen not in (None, session.revision):
        raise Refusal(
            "session_moved",
            f"Session {session.pk} is {session.get_state_display()} by now: somebody or something was faster.",
            {"state": session.state, "revision": session.revision},
        )
    return session


def reopen(session: Session) -> None:
    """A settled one, or one in review → ENDED with the next revision, so that it is settled once more."""
    session.move(State(session.state), State.ENDED, revision=session.revision + 1, settle_from=None)


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
    session: Session, verb: Decision.Verb, *, before: dict[str, Any], by: str, reason: str, at: datetime
) -> Decision:
    """The decision, as it has been carried out."""
    doorbell.tell_portal({"type": "portal.changed"})
    return Decision.objects.create(
        session=session,
        revision=session.revision,
        verb=verb,
        reason=storable(reason),
        decided_by=by,
        before=before,
        after=standing(session),
        made_at=at,
    )
