"""The steps of a station's way into service, and what shows that each of them is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drivepower.core import measures
from stations import configuration
from stations.commissioning.witnesses import witnesses
from stations.models import Commissioning, Connector, ConnectorState, Station, StationSeen
from stations.models.state import BROKEN

CLOCK_TOLERANCE = timedelta(seconds=60)
MOST_SHOWN = 20


@dataclass(frozen=True)
class Found:
    """When a step was seen to be done, and what there is to read about it."""

    done_at: datetime | None = None
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """One step as a page shows it."""

    name: str
    title: Any
    advice: Any
    is_needed: bool
    done_at: datetime | None
    told: list[str]


def connected(station: Station, since: datetime, at: datetime) -> Found:
    """Whether it holds a socket, or has held one since the work began."""
    is_online = station.is_online(at=at)
    held = is_online or (station.connected_at is not None and station.connected_at >= since)
    told = [_("It is connected now.")] if is_online else [_("It is not connected now.")]
    return Found(max(since, station.connected_at or at) if held else None, told)


def booted(station: Station, since: datetime, at: datetime) -> Found:
    """Whether a BootNotification has come since, and what it said."""
    seen = StationSeen.objects.filter(station=station).first()
    told = [f"{name}: {value}" for name, value in sorted(seen.boot.items())][:MOST_SHOWN] if seen else []
    if station.registration != Station.Registration.ACCEPTED:
        told.append(_("It is told to wait: %(state)s.") % {"state": station.get_registration_display()})
    has_booted = seen is not None and seen.booted_at is not None and seen.booted_at >= since
    return Found(seen.booted_at if seen and has_booted else None, told)


def clock_is_right(station: Station, since: datetime, at: datetime) -> Found:
    """Whether the times that it says are within a minute of ours."""
    behind = witnesses.clock(station=station, since=since)
    if behind is None:
        return Found(told=[_("It has said no time yet.")])
    is_right, figures = abs(behind) <= CLOCK_TOLERANCE, {"seconds": abs(round(behind.total_seconds()))}
    if behind >= timedelta():
        told = _("Its clock is %(seconds)d s behind ours.") % figures
    else:
        told = _("Its clock is %(seconds)d s ahead of ours.") % figures
    return Found(at if is_right else None, [told])


def connectors_reported(station: Station, since: datetime, at: datetime) -> Found:
    """Whether each planned connector has reported itself, and no other one; planned is one whose type is entered."""
    planned = {one.number: one for one in Connector.objects.filter(station=station, number__gt=0).exclude(type="")}
    states = ConnectorState.objects.filter(station=station, number__gt=0, received_at__gte=since)
    reported = {state.number: state for state in states}
    told = [line_of(number, planned.get(number), reported.get(number)) for number in sorted(planned | reported)]
    if not planned:
        told.append(_("No connector is planned: enter their numbers and types on the station's page."))
    fits = bool(planned) and planned.keys() == reported.keys()
    works = all(state.status not in BROKEN for state in reported.values())
    return Found(max(state.received_at for state in reported.values()) if fits and works else None, told)


def line_of(number: int, planned: Connector | None, reported: ConnectorState | None) -> str:
    """One connector: what was planned, and what it says."""
    plan = _("not planned, or its type is not entered")
    if planned is not None:
        power = f", {measures.power(planned.max_power_w, None)}" if planned.max_power_w else ""
        plan = f"{planned.get_type_display()}{power}"
    if reported is None:
        return f"{number}: {plan} – " + _("has not reported itself")
    fault = reported.error_code if reported.error_code not in ("", "NoError") else ""
    return " ".join(filter(None, [f"{number}: {plan} – {reported.status}", fault, reported.info]))


def template_applied(station: Station, since: datetime, at: datetime) -> Found:
    """Whether nothing differs from the template that fits."""
    is_waiting = station.registration == Station.Registration.PENDING
    template = configuration.template_for(station, onboarding=is_waiting)
    if template is None:
        return Found(at, [_("No template fits this station: there is nothing to set.")])
    differing = configuration.drift(station)
    told = [f"{one.key}: {one.found if one.found is not None else '–'} → {one.wanted}" for one in differing]
    return Found(None if differing else at, [template.name, *told[:MOST_SHOWN]])


def test_charged(station: Station, since: datetime, at: datetime) -> Found:
    """Whether a charge has begun since, given energy and stopped."""
    trial = witnesses.trials.last(station=station, since=since)
    if trial is None:
        return Found(told=[_("Nothing has charged yet.")])
    told = [_("Connector %(number)d: %(energy)d Wh") % {"number": trial.number, "energy": trial.energy_wh}]
    if trial.failure:
        told.append(trial.failure)
    elif trial.ended_at is None:
        told.append(_("It runs: wait until it shows energy, then stop it."))
    is_whole = trial.ended_at is not None and trial.energy_wh > 0
    return Found(trial.ended_at if is_whole else None, told)


Check = Callable[[Station, datetime, datetime], Found]
CHECKS: list[tuple[str, Any, Check, Any]] = [
    (
        "connected",
        gettext_lazy("Connected"),
        connected,
        gettext_lazy(
            "Enter the address and the key exactly as they stand here, choose OCPP 1.6 JSON, look whether the station "
            "has a network (SIM card, cable), and restart it."
        ),
    ),
    (
        "boot",
        gettext_lazy("Boot seen"),
        booted,
        gettext_lazy("Restart the station by its own menu or its main switch: it says who it is when it starts."),
    ),
    (
        "clock",
        gettext_lazy("Clock is right"),
        clock_is_right,
        gettext_lazy(
            "It takes our time when it boots and with each heartbeat: restart it, or set its clock to UTC by hand, "
            "then ask for its status."
        ),
    ),
    (
        "connectors",
        gettext_lazy("Connectors reported"),
        connectors_reported,
        gettext_lazy(
            "Ask for its status. If the count or a type is not as planned, have the plan corrected, or look at the "
            "wiring and the number of connectors in the station's own settings."
        ),
    ),
    (
        "template",
        gettext_lazy("Configuration as its template wants it"),
        template_applied,
        gettext_lazy("Apply the template. What the station refuses stays in the list: tell the operator."),
    ),
    (
        "test_charge",
        gettext_lazy("Test charge"),
        test_charged,
        gettext_lazy(
            "Plug a car or a tester in, start here or with a service card, wait for energy, stop. If it does not "
            "start, look at the emergency stop, the protective switches and the cable."
        ),
    ),
]
NEEDED = tuple(name for name, *_rest in CHECKS)


def look(commissioning: Commissioning, *, at: datetime) -> list[Step]:
    """Every step, by what the tables say now; what was once seen stays done."""
    station = Station.objects.select_related("gateway").get(pk=commissioning.station_id)
    return [step_of(commissioning, station, *check, at=at) for check in CHECKS]


def step_of(
    commissioning: Commissioning, station: Station, name: str, title: Any, check: Check, advice: Any, *, at: datetime
) -> Step:
    """One of them."""
    found = check(station, commissioning.begun_at, at)
    kept = commissioning.steps.get(name)
    done_at = datetime.fromisoformat(kept) if kept else found.done_at
    return Step(name, title, advice, is_needed=True, done_at=done_at, told=found.told)
