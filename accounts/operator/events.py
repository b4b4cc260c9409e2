"""What happened, in the order in which it is told."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.operator.doors import asked, for_staff
from accounts.operator.forms import EventSearch
from accounts.operator.shapes import OperatorEvent
from accounts.staff import StaffView
from drivepower.core.models import Event

LAST = serializers.CharField(allow_null=True, help_text="Ask for what comes after it; null: nothing is kept yet.")


class EventsView(StaffView):
    """/api/v1/operator/events"""

    rights = {"GET": "core.view_event"}

    @for_staff(
        "Events",
        answer={"data": OperatorEvent(many=True), "last": LAST},
        name="OperatorEvents",
        query=EventSearch,
    )
    def get(self, request: Request) -> Response:
        """The oldest first, after `since`; `last` is what to send as the next `since`."""
        said = asked(EventSearch, request)
        rows = Event.objects.seen_by(self.person).settled()
        if "since" in said:
            transaction, number = map(int, said["since"].split("-"))
            rows = rows.after(transaction, number)
        named = {"kind": said.get("kind"), "station": said.get("station")}
        rows = rows.filter(**{name: value for name, value in named.items() if value})
        shown: list[Any] = list(OperatorEvent(rows[: said["limit"]], many=True).data)
        return Response({"success": True, "data": shown, "last": shown[-1]["id"] if shown else said.get("since")})
