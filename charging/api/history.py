"""What a driver has charged: page by page, and in figures."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from charging import history
from charging.api.shapes import SessionShape, StatsShape
from charging.api.shown import show_all, with_all
from charging.api.views import own_sessions, person_of
from charging.history import Figures
from charging.models.session import FINISHED_STATES
from drivepower.core.money import plain
from drivepower.core.pagination import CountedPages
from drivepower.core.schema import documented


class ChargingHistoryView(APIView):
    """GET /api/v1/history/charging"""

    @documented("My past charges", rows=SessionShape, name="ChargingHistory", pages=CountedPages)
    def get(self, request: Request) -> Response:
        """Finished sessions, the newest first, with `total`, `limit` and `offset`."""
        pages = CountedPages()
        past = own_sessions(person_of(request)).filter(state__in=FINISHED_STATES)
        page = pages.paginate_queryset(with_all(past), request, view=self) or []
        return pages.get_paginated_response(show_all(page, at=timezone.now()))


class StatsView(APIView):
    """GET /api/v1/history/stats"""

    @documented("My charging in figures", answer=StatsShape)
    def get(self, request: Request) -> Response:
        """All of it, the last months, and the stations where I charge most."""
        driver = person_of(request)
        months = history.months_of(driver)
        shown = [{"month": f"{month:%Y-%m}", **show(one)} for month, one in list(months.items())[: history.MOST_MONTHS]]
        stations = [
            {"station_id": one.code, "sessions": one.sessions, "energy_kwh": one.energy_wh / 1000}
            for one in history.stations_of(driver)
        ]
        total = show(history.total_of(months.values()))
        return Response({"success": True, **total, "months": shown, "stations": stations})


def show(figures: Figures) -> dict[str, Any]:
    """Figures with energy in kWh and money as text."""
    return {
        "sessions": figures.sessions,
        "energy_kwh": figures.energy_wh / 1000,
        "seconds": int(figures.lasted.total_seconds()),
        "spent": {currency: plain(amount, currency) for currency, amount in figures.spent.items()},
    }
