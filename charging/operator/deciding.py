"""What staff decide about finished sessions: the same verbs as on the pages of the review."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.operator.doors import asked, driver_of, for_staff, read
from accounts.staff import StaffView
from charging import approvals, lifecycle, reviewing
from charging.decisions import LONGEST_REASON
from charging.models import DecisionRequest, Session
from charging.operator.session_shapes import OperatorDecisionRequest, OperatorSession, show_to
from charging.operator.sessions import session_of
from drivepower.core.idempotency import Idempotent
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer

State = Session.State
RUNNING = (State.ACTIVE, State.STOPPING)
# A charge of which nothing was heard for so long may be ended by hand.
QUIET = timedelta(minutes=15)
REFUSALS = ["session_not_found", "session_moved", "reason_missing", "already_asked"]
DECIDED: dict[str, Any] = {
    "answer": {"session": OperatorSession(), "waits": OperatorDecisionRequest(allow_null=True)},
    "name": "OperatorDecided",
    "idempotent": True,
}


class DecideForm(StrictSerializer):
    """Why; `revision` is the one that the person saw, if another one must not be decided about."""

    reason = serializers.CharField(max_length=LONGEST_REASON)
    revision = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class CorrectForm(DecideForm):
    """What is not said stays as it is."""

    energy_kwh = serializers.DecimalField(
        max_digits=12, decimal_places=3, min_value=Decimal(0), max_value=Decimal(1_000_000), required=False
    )
    started_at = serializers.DateTimeField(required=False)
    stopped_at = serializers.DateTimeField(required=False)
    driver = serializers.UUIDField(required=False)


class DecideView(Idempotent, StaffView):
    """A POST that decides about one session."""

    rights = {"POST": "charging.add_decision"}
    house_only = frozenset({"POST"})

    def decide(self, verb: Callable[..., Any], public_id: UUID, said: dict[str, Any]) -> Response:
        """Carry it out; `waits` is what a second person has to confirm, and null where nobody has to."""
        session = session_of(self.person, public_id)
        seen, at = said.pop("revision", None), timezone.now()
        made = verb(session_id=session.pk, by=self.by, at=at, seen=seen, **said)
        return self.decided(public_id, made)

    def decided(self, public_id: UUID, made: Any = None) -> Response:
        """What stands now."""
        waits = OperatorDecisionRequest(made).data if isinstance(made, DecisionRequest) else None
        shown = show_to(self.person, [session_of(self.person, public_id)], at=timezone.now())[0]
        return Response({"success": True, "session": shown, "waits": waits})

    def correction(self, said: dict[str, Any]) -> dict[str, Any]:
        """What was said of a correction, as the verb takes it."""
        energy, driver = said.pop("energy_kwh", None), said.pop("driver", None)
        if energy is not None:
            said["energy_wh"] = int(energy * 1000)
        if driver is not None:
            said["driver"] = driver_of(self.person, driver)
        return said


class AcceptView(DecideView):
    """/api/v1/operator/sessions/{id}/accept"""

    @for_staff("Accept a session as it stands", request=DecideForm, errors=[*REFUSALS, "no_price"], **DECIDED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The driver is charged what it costs."""
        return self.decide(reviewing.accept, public_id, read(DecideForm, request.data))


class WaiveView(DecideView):
    """/api/v1/operator/sessions/{id}/waive"""

    @for_staff("Waive a session", request=DecideForm, errors=REFUSALS, **DECIDED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """It costs nothing; what was held or paid goes back."""
        return self.decide(approvals.waive, public_id, read(DecideForm, request.data))


class CorrectView(DecideView):
    """/api/v1/operator/sessions/{id}/correct"""

    @for_staff("Correct a session", request=CorrectForm, errors=[*REFUSALS, "client_not_found", "no_price"], **DECIDED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Other energy, times or payer; the difference moves."""
        return self.decide(approvals.correct, public_id, self.correction(read(CorrectForm, request.data)))


class RerunView(DecideView):
    """/api/v1/operator/sessions/{id}/rerun"""

    @for_staff("Have a session looked at anew", request=DecideForm, errors=REFUSALS, **DECIDED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """By the rules, the payer and the price of today."""
        return self.decide(reviewing.rerun, public_id, read(DecideForm, request.data))


class CompleteView(DecideView):
    """/api/v1/operator/sessions/{id}/complete"""

    @for_staff(
        "Complete a session that hangs",
        request=CorrectForm,
        errors=[*REFUSALS, "session_running", "client_not_found", "no_price"],
        **DECIDED,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """One that runs without a word is ended by its last reading and then settled by itself; one that waits is
        corrected by what is said, or accepted. session_running while the station still tells of it: stop it instead.
        """
        session, said = session_of(self.person, public_id), self.correction(read(CorrectForm, request.data))
        if session.state not in RUNNING:
            is_correction = said.keys() - {"reason", "revision"}
            return self.decide(approvals.correct if is_correction else reviewing.accept, public_id, said)
        at = timezone.now()
        if last_word(session) > at - QUIET:
            raise Refusal("session_running", "Its station still tells of it: stop it instead.")
        lifecycle.infer_end(session=session, until=at, reason="Operator")
        return self.decided(public_id)


class RequestSearch(serializers.Serializer[Any]):
    """Which of them."""

    state = serializers.ChoiceField(DecisionRequest.State.values, required=False)


class RequestsView(StaffView):
    """/api/v1/operator/decision-requests"""

    rights = {"GET": "charging.view_decisionrequest"}
    house_only = frozenset({"GET"})

    @for_staff(
        "Decisions that wait for a second person",
        rows=OperatorDecisionRequest,
        query=RequestSearch,
        errors=["not_found"],
    )
    def get(self, request: Request) -> Response:
        """And those that were confirmed or refused."""
        rows = DecisionRequest.objects.select_related("session")
        return self.listed(rows.filter(**asked(RequestSearch, request)), OperatorDecisionRequest)


class SecondPersonView(Idempotent, StaffView):
    """A POST by which a second person decides."""

    rights = {"POST": "charging.add_decision"}
    house_only = frozenset({"POST"})

    def decide(self, verb: Callable[..., None], key: int) -> Response:
        """Carry the verb out on what waits."""
        rows = DecisionRequest.objects.select_related("session")
        waiting = rows.filter(pk=key).first() if key < 2**63 else None
        if waiting is None:
            raise Refusal("decision_request_not_found", "There is no such decision to confirm.")
        verb(request=waiting, by=self.by, at=timezone.now())
        waiting.refresh_from_db()
        return Response({"success": True, "request": OperatorDecisionRequest(waiting).data})


SECOND: dict[str, Any] = {
    "answer": {"request": OperatorDecisionRequest()},
    "name": "OperatorDecisionRequestShown",
    "errors": ["decision_request_not_found", "already_decided", "session_moved"],
    "idempotent": True,
}


class ConfirmView(SecondPersonView):
    """/api/v1/operator/decision-requests/{id}/confirm"""

    @for_staff("Confirm a decision", **SECOND)
    def post(self, request: Request, key: int) -> Response:
        """It is carried out; access_denied to whoever asked for it."""
        return self.decide(approvals.confirm, key)


class RefuseView(SecondPersonView):
    """/api/v1/operator/decision-requests/{id}/refuse"""

    @for_staff("Refuse a decision", **SECOND)
    def post(self, request: Request, key: int) -> Response:
        """It does not happen; access_denied to whoever asked for it."""
        return self.decide(approvals.refuse, key)


def last_word(session: Session) -> datetime:
    """When its station last told of it."""
    meter = getattr(session, "meter", None)
    words = (meter and meter.last_reading_at, session.start_received_at, session.created_at)
    return max(word for word in words if word is not None)
