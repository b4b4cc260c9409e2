"""The routes of product.md 1.3 that start, stop and show sessions; a driver sees only their own."""

import uuid
from datetime import datetime
from typing import Any, cast

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from billing.api.amounts import ExactJSONParser
from charging import lifecycle
from charging.api.forms import ListForm, StartForm, StopForm
from charging.api.shapes import SessionShape, StartedShape, StoppedShape
from charging.api.shown import show_all, with_all
from charging.api.started import show_started
from charging.models import OPEN_STATES, Session
from charging.models.session import SessionQuerySet
from drivepower.core.idempotency import Idempotent
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle
from stations.models import Station

START_REFUSALS = [
    "station_not_found",
    "client_not_found",
    "connector_not_found",
    "connector_required",
    "access_denied",
    "account_blocked",
    "account_deletion_pending",
    "station_unavailable",
    "station_never_connected",
    "station_offline",
    "connector_occupied",
    "session_already_active",
    "no_price",
    "debt_open",
    "zero_balance",
    "insufficient_balance",
    "amount_exceeds_balance",
    "invalid_code",
]
START_BY_AMOUNT = OpenApiExample(
    "For at most 50 som",
    value={"station_id": "BSK-EAST-1", "connector_id": 1, "amount": "50.00"},
    request_only=True,
)


class StartView(Idempotent, APIView):
    """POST /api/v1/charging/start"""

    parser_classes = (ExactJSONParser,)
    throttle_classes = (CriticalThrottle,)

    @documented(
        "Start a charge",
        request=StartForm,
        answer=StartedShape,
        status=202,
        errors=START_REFUSALS,
        idempotent=True,
        examples=[START_BY_AMOUNT],
    )
    def post(self, request: Request) -> Response:
        """Ask a station to charge; 202, because only the station's Start makes it so."""
        form = StartForm(data=request.data)
        form.is_valid(raise_exception=True)
        asked, at, person = form.validated_data, timezone.now(), person_of(request)
        driver = driver_of(person, asked.get("driver"))
        energy = asked["energy_kwh"]
        session = lifecycle.request_start(
            driver=driver,
            station=station_of(asked["station_id"], person, driver=driver),
            connector_number=asked.get("connector_id"),
            energy_wh=None if energy is None else int(energy * 1000),
            amount=asked["amount"],
            soc=asked["soc"],
            duration=asked["duration"],
            currency=asked["currency"],
            promo_code=asked["promo_code"],
            asked_by=Session.AskedBy.APP if driver == person else Session.AskedBy.OPERATOR,
            by=by_of(person),
            at=at,
        )
        return Response(show_started(session, at=at), status=status.HTTP_202_ACCEPTED)


class StopView(Idempotent, APIView):
    """POST /api/v1/charging/stop"""

    throttle_classes = (CriticalThrottle,)

    @documented("Stop a charge", request=StopForm, answer=StoppedShape, errors=["session_not_found"], idempotent=True)
    def post(self, request: Request) -> Response:
        """Ask the station to stop; the session is stopping until the station says so, and stays as it is once over."""
        form = StopForm(data=request.data)
        form.is_valid(raise_exception=True)
        person, at = person_of(request), timezone.now()
        mine = sessions_to_stop(person)
        session = one_of(mine, form.validated_data["session_id"])
        cause = "driver" if session.driver == person else "operator"
        lifecycle.request_stop(session=session, asked_by=by_of(person), cause=cause, at=at)
        shown = show_one(mine, session.public_id, at=at)
        return Response({"success": True, **{name: shown[name] for name in STOP_FIELDS}, "session": shown})


class SessionView(APIView):
    """GET /api/v1/charging/{session_id} and /api/v1/charging/status/{session_id}"""

    @documented(
        "One of my sessions",
        answer={"session": SessionShape()},
        name="SessionShown",
        errors=["session_not_found"],
    )
    def get(self, request: Request, session_id: str) -> Response:
        """One session as it stands."""
        mine = own_sessions(person_of(request))
        session = one_of(mine, session_id)
        return Response({"success": True, "session": show_one(mine, session.public_id, at=timezone.now())})


class SessionsView(APIView):
    """GET /api/sessions/me and /api/v1/sessions"""

    which = Q()

    @documented("My sessions", rows=SessionShape, query=ListForm)
    def get(self, request: Request) -> Response:
        """The driver's sessions, the newest first; `state` narrows them."""
        form = ListForm(data=request.query_params.dict())
        form.is_valid(raise_exception=True)
        pages = NewestFirst()
        sessions = with_all(own_sessions(person_of(request)).filter(self.which, **form.validated_data))
        page = pages.paginate_queryset(sessions, request, view=self)
        return pages.get_paginated_response(show_all(page or [], at=timezone.now()))


class ActiveView(SessionsView):
    """GET /api/sessions/active"""

    which = Q(state__in=OPEN_STATES)


STOP_FIELDS = ("session_id", "status", "state", "energy_consumed", "current_cost")


def person_of(request: Request) -> User:
    """Who asks; every view here needs a person."""
    return cast(User, request.user)


def by_of(person: User) -> str:
    """The person as commands name people."""
    return f"{'staff' if person.is_staff else 'driver'}:{person.public_id}"


def may_start_for_others(person: User) -> bool:
    """Whether it is staff with the right to add sessions."""
    return person.is_staff and person.has_perm("charging.add_session")


def driver_of(person: User, named: uuid.UUID | None) -> User:
    """Whose charge it is: one's own, or, for staff with the right to add sessions, of a driver whom they may see."""
    if named is None or named == person.public_id:
        return person
    if not may_start_for_others(person):
        raise Refusal("access_denied", "Only staff may start for somebody else.")
    driver = User.objects.seen_by(person).filter(public_id=named, role=User.Role.DRIVER).first()
    if driver is None:
        raise Refusal("client_not_found", "There is no such driver.")
    return driver


def station_of(code: str, person: User, *, driver: User) -> Station:
    """The station of that code: a public one for oneself, one of those that staff see, and for others only these."""
    seen = Station.objects.seen_by(person) if person.is_staff else Station.objects.none()
    stations = Station.objects.filter(is_public=True) | seen if driver == person else seen
    station = stations.select_related("gateway").filter(code=code).first()
    if station is None:
        raise Refusal("station_not_found", "There is no such station.")
    return station


def own_sessions(person: User) -> SessionQuerySet:
    """The sessions of the person who asks."""
    return Session.objects.filter(driver=person)


def sessions_to_stop(person: User) -> SessionQuerySet:
    """One's own; for staff who may start for others, what staff has started for drivers whom they may see, too."""
    if not may_start_for_others(person):
        return own_sessions(person)
    seen = Session.objects.seen_by(person).filter(driver__in=User.objects.seen_by(person))
    return own_sessions(person) | seen.filter(asked_by=Session.AskedBy.OPERATOR)


def one_of(sessions: SessionQuerySet, session_id: str) -> Session:
    """One of them; what belongs to others is not found, like what never was."""
    try:
        return sessions.get(public_id=uuid.UUID(session_id))
    except (ValueError, Session.DoesNotExist):
        raise Refusal("session_not_found", "There is no such session.") from None


def show_one(sessions: SessionQuerySet, public_id: uuid.UUID, *, at: datetime) -> dict[str, Any]:
    """One of these sessions, read fresh."""
    return show_all([with_all(sessions).get(public_id=public_id)], at=at)[0]
