"""The tab Now: connectors as they are, what charges there, what is wrong, and what was asked last."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from charging.models import Session
from drivepower.core.alert_kinds import title_of
from drivepower.core.models import Alert
from drivepower.portal import wording
from drivepower.portal.station.page import Page, Row
from drivepower.portal.station.stripe import of_station
from ocpp_consumer import checking, steps
from stations import makers_codes
from stations.makers_codes import Makers
from stations.models import Command, Connector, ConnectorState

COMMANDS_SHOWN, ALERTS_SHOWN = 8, 20
# What statuses are called, and how good they are; a word that the specification does not know stays as it is.
STATUSES = {
    "Available": (gettext_lazy("free"), "good"),
    "Preparing": (gettext_lazy("preparing"), "busy"),
    "Charging": (gettext_lazy("charging"), "charging"),
    "SuspendedEV": (gettext_lazy("paused by the car"), "busy"),
    "SuspendedEVSE": (gettext_lazy("paused by the station"), "busy"),
    "Finishing": (gettext_lazy("finishing"), "busy"),
    "Reserved": (gettext_lazy("reserved"), "busy"),
    "Unavailable": (gettext_lazy("out of operation"), "off"),
    "Faulted": (gettext_lazy("faulted"), "bad"),
}
UNKNOWN = (gettext_lazy("not known"), "off")


def draw(page: Page) -> dict[str, Any]:
    """Everything of the tab."""
    return {**draw_live(page), "last_check": last_check(page)}


def draw_live(page: Page) -> dict[str, Any]:
    """What moves, and is asked for again and again."""
    sessions, makers = running(page), makers_of(page)
    return {
        **drawn(page, list(sessions.values())),
        "is_online": page.station.is_online(at=page.at),
        "connectors": [connector(page, number, sessions, makers) for number in page.numbers],
        "alerts": alerts(page),
        "commands": commands(page),
        "may_see": {
            "sessions": page.may("charging.view_session"),
            "alerts": page.may("core.view_alert"),
            "commands": page.may("stations.view_command"),
        },
    }


def running(page: Page) -> dict[int, Session]:
    """What charges, by the number of the connector."""
    found = page.rows(Session.objects.open().filter(station=page.station), "charging.view_session")
    rows = found.select_related("connector", "meter", "price_terms", "driver", "company").order_by("pk")
    return {one.connector.number: one for one in rows}


def makers_of(page: Page) -> Makers:
    """What the makers' codes mean that its connectors told of last."""
    said = [(one.vendor_error_code, one.info) for one in page.station.connector_states.all()]
    return Makers(vendor=page.station.vendor, own=makers_codes.own_of(said))


def connector(page: Page, number: int, sessions: dict[int, Session], makers: Makers) -> Row:
    """A connector in words; offline, what it last said."""
    state = next((one for one in page.station.connector_states.all() if one.number == number), None)
    known = next((one for one in page.station.connectors.all() if one.number == number), None)
    word, tone = STATUSES.get(state.status, (state.status, "off")) if state else UNKNOWN
    session = sessions.get(number)
    return {
        "number": number,
        "name": _("Station") if number == 0 else str(number),
        "type": kind_of(known),
        "status": word,
        "raw": state.status if state else "",
        "tone": tone if page.station.is_online(at=page.at) else "off",
        "faults": faults(state, makers),
        "since": page.moment(state.effective_at) if state else "",
        "lasts": wording.duration(page.at - state.effective_at) if state else "",
        "session": session_row(page, session) if session else None,
    }


def kind_of(connector: Connector | None) -> str:
    """Its type and power."""
    if connector is None or connector.number == 0:
        return ""
    return " · ".join(
        part for part in (connector.type, wording.power(connector.max_power_w) if connector.max_power_w else "") if part
    )


def faults(state: ConnectorState | None, makers: Makers) -> list[str]:
    """What it says is wrong, its maker's own words among it, and what they mean if anybody knows."""
    if state is None:
        return []
    error = "" if state.error_code == "NoError" else state.error_code
    known = makers.meaning(state.vendor_error_code, state.info)
    meaning = _("That means: %(meaning)s.") % {"meaning": known.text} if known else ""
    step = known.step if known else ""
    return [said for said in (error, state.vendor_error_code, state.info, meaning, step, state.vendor_id) if said]


def session_row(page: Page, session: Session) -> Row:
    """A running session with its newest figures."""
    meter, terms = getattr(session, "meter", None), session.price_terms
    is_told = page.knows(session) and page.may("accounts.view_user")
    return {
        "href": reverse("admin:charging_session_change", args=[session.pk]),
        "name": str(session),
        "state": session.get_state_display(),
        "driver": str(session.driver or session.company or session.tag) if is_told else "",
        "since": page.moment(session.started_at or session.requested_at),
        "lasts": wording.duration(page.at - session.started_at) if session.started_at else "",
        "energy": wording.energy(meter.energy_wh if meter else None),
        "power": wording.power(meter.power_w if meter else None),
        "soc": wording.percent(meter.soc if meter else None),
        "cost": wording.money(meter.running_cost if meter else None, terms.currency if terms else ""),
    }


def alerts(page: Page) -> list[Row]:
    """Those that are open, the newest first: one goes when its cause goes."""
    found = page.rows(Alert.objects.open().filter(of_station(page.station)), "core.view_alert")
    return [
        {
            "href": reverse("admin:core_alert_change", args=[one.pk]),
            "kind": title_of(one.kind),
            "text": one.said,
            "since": page.moment(one.opened_at),
            "count": one.count,
            "taken": one.acknowledged_at is not None,
        }
        for one in found.order_by("-opened_at")[:ALERTS_SHOWN]
    ]


def commands(page: Page) -> list[Row]:
    """The newest, each as far as it came."""
    found = page.rows(Command.objects.filter(station=page.station), "stations.view_command")
    return [command_row(page, one) for one in found.order_by("-asked_at", "-pk")[:COMMANDS_SHOWN]]


def command_row(page: Page, command: Command) -> Row:
    """A command with its steps."""
    return {
        "href": reverse("admin:stations_command_change", args=[command.pk]),
        "name": wording.intent(command.intent),
        "at": page.moment(command.asked_at),
        "steps": steps.steps_of(command, zone=page.zone),
    }


def drawn(page: Page, sessions: Sequence[Session]) -> dict[str, Any]:
    """What is drawn of the sessions, whose changes ring for the page, and by what it knows that others run by now."""
    return {
        "charts": charts(page, sessions),
        "session_keys": ",".join(str(one.pk) for one in sessions),
        "drawn": ",".join(f"{one.pk}.{one.state}" for one in sessions),
    }


def charts(page: Page, sessions: Sequence[Session]) -> list[Row]:
    """The sessions that run, each to be drawn from its readings."""
    return [
        {
            "name": str(one),
            "number": one.connector.number,
            "href": reverse("admin:stations_station_readings", args=[page.station.pk, one.pk]),
        }
        for one in sessions
        if one.started_at
    ]


def last_check(page: Page) -> str:
    """Where the last check is told of, if there was one."""
    if not (page.may("stations.view_command") or page.may_ask("TriggerMessage")):
        return ""
    first = checking.last_of(page.station)
    return reverse("admin:stations_station_checked", args=[page.station.pk, first]) if first else ""
