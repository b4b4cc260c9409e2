"""What the start page is drawn with (unfold's DASHBOARD_CALLBACK)."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from drivepower.portal import wording
from drivepower.portal.board import Board, draw
from drivepower.portal.chart import Chart, Point, bar_chart, of_day
from drivepower.portal.figures import Day, Figures, take
from drivepower.portal.figures.hours import Hour, take_hours
from drivepower.portal.figures.network import Condition
from drivepower.portal.sections import Section, sections_of
from drivepower.portal.tiles import changelist, faults, tiles


def show(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the figures that this person may see; a person who may see none costs no query."""
    sections = sections_of(request.user)
    zone = ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
    now = timezone.now()
    context |= {
        "title": _("Network now"),
        "sections": {section.value: True for section in sections},
        "zone": wording.zone_name(zone, at=now),
    }
    if sections:
        figures = take(at=now, zone=zone)
        board = draw(figures, sections=sections)
        context |= {
            "board": board,
            "tiles": list(tiles(figures, board, sections=sections)),
            "faults": list(faults(board, sections=sections)),
            "conditions": conditions(board) if Section.NETWORK in sections else [],
            "stations": stations(figures) if Section.NETWORK in sections else [],
            "charts": charts(figures, sections),
            "map": map_data(figures, board) if Section.NETWORK in sections else None,
        }
    return context


def conditions(board: Board) -> list[tuple[str, str, str]]:
    """Every condition of a connector: its word for the style sheet, its name, and how many are in it."""
    names = {
        Condition.FREE: _("free"),
        Condition.CHARGING: _("charging"),
        Condition.BUSY: _("in use"),
        Condition.UNAVAILABLE: _("unavailable"),
        Condition.UNKNOWN: _("not known"),
        Condition.OFFLINE: _("offline"),
        Condition.FAULTED: _("faulted"),
    }
    return [(condition, name, board.texts[f"connectors_{condition}"]) for condition, name in names.items()]


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
    """Energy by the hour and by the day and, for those who may see money, revenue by the day."""
    found = []
    if Section.SESSIONS in sections:
        hours = [hour_point(hour, figures) for hour in take_hours(at=figures.at, running=figures.running)]
        found.append((_("Energy in 24 hours"), bar_chart(hours, unit="kWh")))
        found.append((_("Energy in 30 days"), bar_chart([energy_point(day) for day in figures.days], unit="kWh")))
    if Section.MONEY in sections:
        currency = settings.DEFAULT_CURRENCY
        revenues = [of_day(day, day.revenue.get(currency, Decimal(0))) for day in figures.days]
        found.append((_("Revenue in 30 days"), bar_chart(revenues, unit=currency)))
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
