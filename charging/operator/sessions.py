"""Sessions for staff: found, looked at, started for drivers, stopped, and as a file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.doors import ExportView, as_file, asked, driver_of, for_staff, read
from accounts.staff import StaffView
from charging import lifecycle
from charging.api.shapes import StartedShape
from charging.api.views import START_REFUSALS, StartView
from charging.consumption import energy_of
from charging.models import MeterReading, Session
from charging.models.session import SessionQuerySet
from charging.operator.session_shapes import (
    OperatorDecision,
    OperatorReading,
    OperatorSession,
    OperatorSettlement,
    SessionSearch,
    SessionWhole,
    StartForForm,
    is_named,
    loaded,
    show_to,
)
from drivepower.core.exports import Columns
from drivepower.core.idempotency import Idempotent
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from stations.operator.doors import station_of

NOT_FOUND = ["session_not_found"]
SHOWN: dict[str, Any] = {"answer": {"session": OperatorSession()}, "name": "OperatorSessionShown"}


class SessionsView(StaffView, StartView):  # type: ignore[misc]  # counted as staff are, not as a driver
    """/api/v1/operator/sessions"""

    rights = {"GET": "charging.view_session", "POST": "charging.add_session"}

    @for_staff("Sessions", rows=OperatorSession, query=SessionSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first; staff of a company see those at its locations, and those that it pays for."""
        pages = NewestFirst()
        rows = loaded(found(self.person, asked(SessionSearch, request)))
        page: list[Session] = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(show_to(self.person, page, at=timezone.now()))

    @for_staff(
        "Start for a driver",
        request=StartForForm,
        answer=StartedShape,
        status=202,
        errors=[code for code in START_REFUSALS if code != "access_denied"],
        idempotent=True,
    )
    def post(self, request: Request) -> Response:
        """202, because only the station's Start makes it so; it is charged to the driver."""
        said = read(StartForForm, request.data)
        driver_of(self.person, said["driver"])
        station_of(self.person, said["station_id"])
        return super().post(request)


class SessionView(StaffView):
    """/api/v1/operator/sessions/{id}"""

    rights = {"GET": "charging.view_session"}

    @for_staff("One session", answer={"session": SessionWhole()}, name="OperatorSessionWhole", errors=NOT_FOUND)
    def get(self, request: Request, public_id: UUID) -> Response:
        """With what each revision came to, and what people decided."""
        session = session_of(self.person, public_id)
        decisions = session.decisions.all() if self.person.company is None else ()
        more = {
            "settlements": OperatorSettlement(session.settlements.all(), many=True).data,
            "decisions": OperatorDecision(decisions, many=True).data,
        }
        return Response({"success": True, "session": show_to(self.person, [session], at=timezone.now())[0] | more})


class ReadingsView(StaffView):
    """/api/v1/operator/sessions/{id}/readings"""

    rights = {"GET": "charging.view_session"}

    @for_staff("Readings of a session", rows=OperatorReading, errors=[*NOT_FOUND, "not_found"])
    def get(self, request: Request, public_id: UUID) -> Response:
        """What its station measured, the last received first."""
        session = session_of(self.person, public_id)
        rows = MeterReading.objects.filter(session_key=session.pk)
        if session.started_at is not None:  # only the partitions in which there can be some
            rows = rows.filter(part_at__gte=session.started_at)
        return self.listed(rows, OperatorReading)


class StopView(Idempotent, StaffView):
    """/api/v1/operator/sessions/{id}/stop"""

    rights = {"POST": "charging.add_session"}

    @for_staff("Stop a charge", errors=NOT_FOUND, idempotent=True, **SHOWN)
    def post(self, request: Request, public_id: UUID) -> Response:
        """It is stopping until the station says so; one that is over stays as it is."""
        session = session_of(self.person, public_id)
        lifecycle.request_stop(session=session, asked_by=self.by, cause="operator", at=timezone.now())
        return answer(self.person, public_id)


class SessionsFileView(ExportView):
    """/api/v1/operator/exports/sessions"""

    rights = {"GET": "charging.view_session"}

    @as_file("Sessions as CSV or XLSX", query=SessionSearch)
    def get(self, request: Request) -> HttpResponseBase:
        """All that the list would show; `cost` is what receipts come to, empty while there is none."""
        rows = found(self.person, asked(SessionSearch, request)).select_related(
            "station", "connector", "driver", "company", "meter", "receipt", "price_terms"
        )
        return self.file(rows, columns_for(self.person), name="sessions")


def columns_for(person: User) -> Columns[Session]:
    """What a file says of each session, to that person."""
    return {
        "id": lambda session: session.public_id,
        "number": lambda session: session.pk,
        "state": lambda session: session.state,
        "station": lambda session: session.station.code,
        "connector": lambda session: session.connector.number,
        "driver": lambda session: session.driver if is_named(person, session) else "",
        "company": lambda session: session.company if is_named(person, session) else "",
        "tag": lambda session: session.tag if is_named(person, session) else "",
        "started_at": lambda session: session.started_at,
        "stopped_at": lambda session: session.stopped_at,
        "energy_kwh": lambda session: Decimal(energy_of(session, getattr(session, "meter", None))) / 1000,
        "cost": lambda session: session.receipt.subject_gross if session.receipt else None,
        "currency": lambda session: session.price_terms.currency if session.price_terms else "",
        "receipt": lambda session: session.receipt.full_number if session.receipt else "",
        "stop_reason": lambda session: session.stop_reason,
    }


def found(person: User, said: Mapping[str, Any]) -> SessionQuerySet:
    """What the filters leave of the sessions that this person may see; who charged is asked only of whom they know."""
    rows = Session.objects.seen_by(person)
    named = {"station__code": "station", "station__location__code": "location", "state": "state"}
    named |= {"started_at__gte": "since", "started_at__lt": "until", "company__public_id": "company"}
    rows = rows.filter(**{path: said[name] for path, name in named.items() if said.get(name)})
    if said.get("driver"):
        rows = rows.filter(driver__in=User.objects.seen_by(person).filter(public_id=said["driver"]))
    if said.get("id_tag"):
        rows = rows.filter(tag__iexact=said["id_tag"])
        if person.company_id is not None:
            rows = rows.filter(Q(company=person.company_id) | Q(driver__company=person.company_id))
    return rows


def session_of(person: User, public_id: UUID) -> Session:
    """The session of that id; Refusal session_not_found, for one of another company too."""
    session = loaded(Session.objects.seen_by(person)).filter(public_id=public_id).first()
    if session is None:
        raise Refusal("session_not_found", "There is no such session.")
    return session


def answer(person: User, public_id: UUID) -> Response:
    """The session as it is now."""
    shown = show_to(person, [session_of(person, public_id)], at=timezone.now())
    return Response({"success": True, "session": shown[0]})
