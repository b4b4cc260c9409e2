"""What the start page is drawn with (unfold's DASHBOARD_CALLBACK)."""

from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.duty.rota import is_nobody_on_duty
from accounts.models import User
from drivepower.core import clocks
from drivepower.core.seeing import is_of_company
from drivepower.portal import wording
from drivepower.portal.board import Board, draw
from drivepower.portal.chart import Chart, Point, bar_chart, of_day
from drivepower.portal.figures import Day, Figures, take
from drivepower.portal.figures.hours import Hour, take_hours
from drivepower.portal.figures.scope import NETWORK, Scope
from drivepower.portal.sections import Section, start_sections_of
from drivepower.portal.tiles import changelist, faults, of_condition, tiles
from stations.conditions import NAMES


def show(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the figures that this person may see, of their company alone; who may see none costs no query."""
    person = cast(User, request.user)
    is_own = is_of_company(request)
    sections = start_sections_of(person)
    zone = ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
    now = timezone.now()
    context |= {
        "title": _("Your company now") if is_own else _("Network now"),
        "is_own": is_own,
        "sections": {section.value: True for section in sections},
        "nobody_on_duty": Section.ALERTS in sections and not is_own and is_nobody_on_duty(at=now),
        "zone": clocks.named(zone, at=now),
    }
    if sections:
        figures = take(at=now, zone=zone, scope=Scope(person) if is_own else NETWORK)
        board = draw(figures, sections=sections)
        context |= {
            "board": board,
            "tiles": list(tiles(figures, board, sections=sections)),
            "faults": list(faults(board, sections=sections, is_own=is_own)),
            "conditions": conditions(board) if Section.NETWORK in sections else [],
            "stations": stations(figures) if Section.NETWORK in sections else [],
            "charts": charts(figures, sections),
            "map": map_data(figures, board) if Section.NETWORK in sections else None,
        }
    return context


def conditions(board: Board) -> list[tuple[str, str, str, str]]:
    """Every condition of a connector: its word for the style sheet, its name, how many are in it, and their list."""
    return [
        (condition, str(name), board.texts[f"connectors_{condition}"], of_condition(condition))
        for condition, name in NAMES.items()
    ]


def stations(figures: Figures) -> list[dict[str, Any]]:
    """The stations of the list with the keys under which the stream tells their states."""
    return [
        {
            "key": f"station:{glance.key}",
            "href": reverse("admin:stations_station_change", args=[glance.key]),
            "code": glance.code,
            "place": wording.name(glance.place),
            "state": "free" if glance.online else "offline",
            "connectors": [
                {"key": f"connector:{glance.key}:{number}", "number": number, "state": condition}
                for number, condition in glance.connectors
            ],
        }
        for glance in figures.network.glances
    ]


def charts(figures: Figures, sections: frozenset[Section]) -> list[tuple[str, Chart]]:
    """Energy by the hour and by the day and, for those who may see money, receipts by the day."""
    found = []
    if Section.SESSIONS in sections:
        hours = [
            hour_point(hour, figures)
            for hour in take_hours(at=figures.at, running=figures.running, scope=figures.scope)
        ]
        found.append((_("Energy in 24 hours"), bar_chart(hours, unit=str(_("kWh")))))
        days = [energy_point(day) for day in figures.days]
        found.append((_("Energy in 30 days"), bar_chart(days, unit=str(_("kWh")))))
    if Section.MONEY in sections:
        currency = settings.DEFAULT_CURRENCY
        revenues = [of_day(day, day.revenue.get(currency, Decimal(0))) for day in figures.days]
        name = _("Revenue in 30 days") if figures.scope.company is None else _("Paid in 30 days")
        found.append((name, bar_chart(revenues, unit=currency)))
    return found


def hour_point(hour: Hour, figures: Figures) -> Point:
    """An hour's energy, by the portal's clock; nights are marked."""
    local = hour.at.astimezone(figures.zone)
    name = str(date_format(local, "j M H:i"))
    return Point(str(date_format(local, "G")), name, Decimal(hour.energy_wh) / 1000, marked=local.hour == 0)


def energy_point(day: Day) -> Point:
    """A day's energy, with the list of its sessions."""
    sessions = changelist("charging_session", counted_on=day.date.isoformat())
    return of_day(day, Decimal(day.energy_wh) / 1000, href=sessions)


def map_data(figures: Figures, board: Board) -> dict[str, Any]:
    """Places for the map's script, and where its tiles come from (nowhere by default)."""
    return {
        "tiles": settings.MAP_TILE_URL,
        "credit": settings.MAP_TILE_CREDIT,
        "places": [
            {
                "key": (key := f"place:{place.key}"),
                "state": board.states[key],
                "text": board.texts[key],
                "name": wording.name(place.name, default=place.code),
                "at": [float(place.latitude), float(place.longitude)],
                "href": reverse("admin:stations_location_change", args=[place.key]),
            }
            for place in figures.network.places
        ],
    }
