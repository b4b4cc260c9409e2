"""Decisions that move much take two people: who asks for one, and who confirms it; small ones are done at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from billing import second_person
from billing.pricing import Terms
from charging import decisions, reviewing, settlement
from charging.decisions import SECOND_PERSON
from charging.models import Decision, DecisionRequest, Session, Settlement
from drivepower.core import doorbell
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

State, Verb = DecisionRequest.State, Decision.Verb
# What of a request says with which others it waits.
BATCH = "batch"


def waive(**said: Any) -> DecisionRequest | None:
    """`reviewing.waive`, or the request that waits for a second person; refuses what that does."""
    return _do_or_ask(Verb.WAIVE, **said)


def correct(**said: Any) -> DecisionRequest | None:
    """`reviewing.correct`, or the request that waits for a second person; refuses what that does."""
    return _do_or_ask(Verb.CORRECT, **said)


def reprice(*, terms: Terms, **said: Any) -> DecisionRequest | None:
    """`settlement.settle_anew` by these terms, or the request that waits for a second person; refuses the same."""
    return _do_or_ask(Verb.REPRICE, terms=terms, **said)


@transaction.atomic
def confirm(*, request: DecisionRequest, by: str, at: datetime) -> None:
    """Carry out what waits, as of the revision that was asked about.

    Refuses already_decided, access_denied to who asked for it, and what its verb refuses.
    """
    waiting = _lock_waiting(request, by)
    VERBS[Verb(waiting.verb)](
        session_id=waiting.session_id,
        seen=waiting.revision,
        by=waiting.asked_by,
        approved_by=by,
        reason=waiting.reason,
        at=at,
        **_from_json(waiting.said),
    )
    _decide(waiting, State.CONFIRMED, by=by, at=at)


@transaction.atomic
def refuse(*, request: DecisionRequest, by: str, at: datetime) -> None:
    """Let it not happen; refuses already_decided, and access_denied to who asked for it."""
    _decide(_lock_waiting(request, by), State.REFUSED, by=by, at=at)


def _do_or_ask(
    verb: Decision.Verb, *, session_id: int, reason: str, by: str, at: datetime, seen: int | None = None, **said: Any
) -> DecisionRequest | None:
    revision = Session.objects.values_list("revision", flat=True).get(pk=session_id) if seen is None else seen
    try:
        VERBS[verb](session_id=session_id, seen=revision, reason=reason, by=by, at=at, **said)
    except Refusal as refusal:
        if refusal.code != SECOND_PERSON:
            raise
        asked = DecisionRequest(
            session_id=session_id,
            revision=revision,
            verb=verb,
            said=_as_json(said),
            gives_back=refusal.details["gives_back"],
            charges_more=refusal.details["charges_more"],
            currency=refusal.details["currency"],
            reason=storable(reason),
            asked_by=by,
            asked_at=at,
        )
        return ask_for(asked)
    return None


def ask_for(asked: DecisionRequest) -> DecisionRequest:
    """Let it wait.

    Refuses already_asked where another decision about the session waits, and access_denied to who pays for it.
    """
    decisions.check_not_own([decisions.payer_of(asked.session)], [asked.asked_by])
    doorbell.tell_portal({"type": "portal.changed"})
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("already_asked", "A decision about it waits for a second person already.") from error
    return asked


def _lock_waiting(request: DecisionRequest, by: str) -> DecisionRequest:
    waiting = DecisionRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if waiting.state != State.ASKED:
        raise Refusal("already_decided", "This has been decided already.")
    second_person.check_second(by=by, first=waiting.asked_by)
    decisions.check_not_own([decisions.payer_of(waiting.session)], [by])
    return waiting


def _decide(waiting: DecisionRequest, state: DecisionRequest.State, *, by: str, at: datetime) -> None:
    DecisionRequest.objects.filter(pk=waiting.pk).update(state=state, decided_by=by, decided_at=at)
    doorbell.tell_portal({"type": "portal.changed"})


def _reprice(*, session_id: int, seen: int, by: str, **said: Any) -> Settlement:
    verdict, verb = Settlement.Verdict.REPRICED, Verb.REPRICE
    return settlement.settle_anew(session_id=session_id, seen=seen, decided_by=by, verdict=verdict, verb=verb, **said)


VERBS: dict[Decision.Verb, Callable[..., Any]] = {
    Verb.WAIVE: reviewing.waive,
    Verb.CORRECT: reviewing.correct,
    Verb.REPRICE: _reprice,
}


def _as_json(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a verb was told, as a row keeps it."""
    kept = {name: value for name, value in said.items() if value is not None}
    for name, write in WRITTEN.items():
        if name in kept:
            kept[name] = write(kept[name])
    return kept


def _from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in kept.items() if name != BATCH}
    return {name: READ[name](value) if name in READ else value for name, value in told.items()}


WRITTEN: dict[str, Callable[[Any], Any]] = {
    "started_at": datetime.isoformat,
    "stopped_at": datetime.isoformat,
    "driver": lambda driver: str(driver.public_id),
    "terms": Terms.to_document,
}
READ: dict[str, Callable[[Any], Any]] = {
    "started_at": datetime.fromisoformat,
    "stopped_at": datetime.fromisoformat,
    "driver": lambda key: User.objects.get(public_id=key),
    "terms": Terms.from_document,
}
