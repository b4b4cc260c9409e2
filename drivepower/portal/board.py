"""The start page's figures as texts, states and rows: what the page is first drawn with and the stream then sends."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from charging.models import Session
from drivepower.core.sentences import say
from drivepower.portal import happenings, wording
from drivepower.portal.figures import Day, Figures
from drivepower.portal.figures.attention import AlertLine, CommandLine
from drivepower.portal.figures.charging import Car
from drivepower.portal.figures.network import Place
from drivepower.portal.sections import Section
from stations.conditions import Condition
from stations.models import Command

Row = dict[str, Any]
NO_MONEY = Decimal(0)


@dataclass
class Board:
    """What one person sees: texts by key, states (a word that the page colours) by key, rows of its lists."""

    texts: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)


def draw(figures: Figures, *, sections: frozenset[Section]) -> Board:
    """The board of a person who may see these sections, in the active language."""
    board = Board(texts={"clock": wording.moment(figures.at, now=figures.at, zone=figures.zone)})
    if Section.NETWORK in sections:
        draw_network(board, figures)
    if Section.SESSIONS in sections:
        draw_sessions(board, figures, with_drivers=Section.DRIVERS in sections)
    if Section.DRIVERS in sections:
        board.texts["cards_of_nobody"] = wording.count(figures.faults.cards_of_nobody)
    if Section.MONEY in sections:
        draw_money(board, figures)
    if Section.ALERTS in sections:
        board.texts["alerts"] = wording.count(figures.attention.alerts)
        board.texts["alerts_trend"] = wording.change(figures.attention.alerts, figures.before.alerts)
        board.states["alerts"] = "faulted" if figures.attention.alerts else "free"
        board.rows["alerts"] = [alert_row(line, figures) for line in figures.attention.newest_alerts]
    if Section.COMMANDS in sections:
        board.rows["commands"] = [command_row(line, figures) for line in figures.attention.commands]
    board.rows["ticker"] = happenings.rows(figures, sections=sections)
    return board


def draw_network(board: Board, figures: Figures) -> None:
    """Stations, connectors by condition, and places on the map."""
    network = figures.network
    board.texts |= {
        "stations": wording.count(network.stations),
        "stations_online": wording.count(network.online),
        "stations_offline": wording.count(network.stations - network.online),
        "connectors": wording.count(network.conditions.total()),
        "stations_trend": wording.change(network.online, figures.before.online),
        "faults_trend": wording.change(network.conditions[Condition.FAULTED], figures.before.faulted),
    }
    today, week = used_today(figures), used_in_week(figures)
    board.texts["utilisation"] = wording.share(*today)
    board.texts["utilisation_week"] = wording.share(*week)
    board.texts["utilisation_trend"] = wording.points(today, week)
    board.states["faults"] = "faulted" if network.conditions[Condition.FAULTED] else "free"
    faults = figures.faults
    for name in ("without_price", "without_place", "without_key"):
        board.texts[name] = wording.count(getattr(faults, name))
    for condition in Condition:
        board.texts[f"connectors_{condition}"] = wording.count(network.conditions[condition])
    for glance in network.glances:
        board.states[f"station:{glance.key}"] = "free" if glance.online else "offline"
        for number, condition in glance.connectors:
            board.states[f"connector:{glance.key}:{number}"] = condition
    for place in network.places:
        board.states[f"place:{place.key}"] = place_state(place)
        board.texts[f"place:{place.key}"] = f"{place.conditions[Condition.FREE]} / {place.conditions.total()}"


def used_today(figures: Figures) -> tuple[int, int]:
    """For how many seconds connectors have been busy today, and how many there were."""
    elapsed = int((figures.at - figures.midnight).total_seconds())
    return figures.today.busy_s + figures.running.busy_s, figures.network.conditions.total() * elapsed


def used_in_week(figures: Figures) -> tuple[int, int]:
    """The same of the seven days before."""
    *week, _today = figures.days[-8:]
    return sum(day.busy_s for day in week), figures.network.conditions.total() * 604_800


def place_state(place: Place) -> Condition:
    """What a place is good for: free if one connector is, else the best of what its connectors are."""
    if place.online == 0:
        return Condition.OFFLINE
    return best(place.conditions)


def best(conditions: Counter[Condition]) -> Condition:
    """The best of these conditions; nothing known of no connectors."""
    return next((condition for condition in Condition if conditions[condition]), Condition.UNKNOWN)


def draw_sessions(board: Board, figures: Figures, *, with_drivers: bool) -> None:
    """What charges now, the day's energy against last week's, and how often the first try works."""
    today, before = figures.today, figures.last_week
    worked, worked_before = first_tries(figures.days[-7:]), first_tries(figures.days[-14:-7])
    board.texts |= {
        "charging": wording.count(figures.charging.sessions),
        "charging_trend": wording.change(figures.charging.sessions, figures.before.charging),
        "power": wording.power(figures.charging.power_w),
        "requested": wording.count(figures.charging.requested),
        "energy_today": wording.energy(today.energy_wh),
        "energy_before": wording.energy(before.energy_wh),
        "energy_trend": wording.trend(today.energy_wh, before.energy_wh),
        "sessions_today": wording.count(today.sessions),
        "sessions_trend": wording.trend(today.sessions, before.sessions),
        "first_success": wording.share(*worked),
        "first_trend": wording.points(worked, worked_before),
        "first_failures": wording.count(worked[1] - worked[0]),
        "reviews": wording.count(figures.attention.reviews),
        "reviews_trend": wording.change(figures.attention.reviews, figures.before.reviews),
        "of_nobody": wording.count(figures.faults.of_nobody),
    }
    board.states["reviews"] = "busy" if figures.attention.reviews else "free"
    board.rows["cars"] = [car_row(car, figures, with_driver=with_drivers) for car in figures.charging.cars]


def first_tries(days: Iterable[Day]) -> tuple[int, int]:
    """How many first tries of these days began a charge, and how many there were."""
    days = tuple(days)
    attempts = sum(day.attempts for day in days)
    return attempts - sum(day.failures for day in days), attempts


def draw_money(board: Board, figures: Figures) -> None:
    """The day's revenue by receipts against last week's, and what waits in review."""
    currency = settings.DEFAULT_CURRENCY
    now, before = figures.today.revenue.get(currency, NO_MONEY), figures.last_week.revenue.get(currency, NO_MONEY)
    board.texts |= {
        "revenue_today": wording.sums(figures.today.revenue, default_currency=currency),
        "revenue_before": wording.sums(figures.last_week.revenue, default_currency=currency),
        "revenue_trend": wording.trend(now, before),
        "held": wording.sums(figures.attention.held, default_currency=currency),
    }


def car_row(car: Car, figures: Figures, *, with_driver: bool) -> Row:
    """A running session."""
    zone = ZoneInfo(car.place_time_zone) if car.place_time_zone else figures.zone
    who = car.driver or car.company or car.tag
    return {
        "href": reverse("admin:charging_session_change", args=[car.key]),
        "state": "charging" if car.state == Session.State.ACTIVE else "busy",
        "cells": {
            "station": car.station,
            "connector": f"{car.connector} {car.connector_type}".strip(),
            "driver": who if with_driver else wording.NOTHING,
            "since": wording.time_of_day(car.started_at, zone=zone) if car.started_at else wording.NOTHING,
            "lasts": wording.duration(figures.at - car.started_at) if car.started_at else wording.NOTHING,
            "energy": wording.energy(car.energy_wh),
            "power": wording.power(car.power_w),
            "soc": wording.percent(car.soc),
            "cost": wording.money(car.cost, car.currency),
        },
    }


def alert_row(line: AlertLine, figures: Figures) -> Row:
    """An open alert."""
    return {
        "href": reverse("admin:core_alert_change", args=[line.key]),
        "state": "faulted",
        "cells": {
            "text": say(line.words, line.text),
            "subject": line.subject,
            "at": wording.moment(line.last_at, now=figures.at, zone=figures.zone),
            "times": f"× {line.count}" if line.count > 1 else "",
        },
    }


COMMAND_STATES = {
    Command.State.ACCEPTED: "free",
    Command.State.REJECTED: "faulted",
    Command.State.FAILED: "faulted",
    Command.State.TIMED_OUT: "offline",
}


def command_row(line: CommandLine, figures: Figures) -> Row:
    """A command and how far it came."""
    state = Command.State(line.state)
    return {
        "href": reverse("admin:stations_command_change", args=[line.key]),
        "state": COMMAND_STATES.get(state, "busy"),
        "cells": {
            "text": wording.intent(line.intent),
            "subject": line.station,
            "at": wording.moment(line.asked_at, now=figures.at, zone=figures.zone),
            "times": str(state.label),
        },
    }
