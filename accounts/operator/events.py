"""What happened, in the order in which it is told."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.operator.doors import asked, for_staff
from accounts.operator.forms import EventSearch
from accounts.operator.shapes import OperatorEvent
from accounts.staff import StaffView
from drivepower.core import reading
from drivepower.core.models import Event
from drivepower.core.reading import Position

NOWHERE: Position = (0, 0)
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
        # Before the rows: what settles in between is looked at the next time.
        newest = Event.objects.settled().reverse().values_list("transaction", "id").first() or NOWHERE
        since = begin(said.get("since"), newest=newest)
        rows = Event.objects.seen_by(self.person).settled().after(*since)
        named = {"kind": said.get("kind"), "station": said.get("station")}
        rows = rows.filter(**{name: value for name, value in named.items() if value})
        shown: list[Any] = list(OperatorEvent(rows[: said["limit"]], many=True, context={"person": self.person}).data)
        last = shown[-1]["id"] if len(shown) == said["limit"] else further(shown, max(since, newest))
        return Response({"success": True, "data": shown, "last": last})


def begin(since: str | None, *, newest: Position) -> Position:
    """After which one to begin; whoever was told of later ones before a restore hears all that is kept."""
    if since is None:
        return NOWHERE
    transaction, number = map(int, since.split("-"))
    position = transaction, number
    return NOWHERE if position > newest and reading.is_ahead(position) else position


def further(shown: list[Any], looked_at: Position) -> str | None:
    """Where all was looked at, whatever was shown of it."""
    shown_to = [(int(transaction), int(number)) for transaction, number in (row["id"].split("-") for row in shown[-1:])]
    last = max([*shown_to, looked_at])
    return None if last == NOWHERE else f"{last[0]}-{last[1]}"
