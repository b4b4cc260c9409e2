"""Connectors that stay in a state in which nobody can charge: told once a rule's time is over, ended when seen gone.

Looked up by state, of which an index knows the few. A car that is plugged in and out again and again without a charge
begins a new span each time, and so is no fault however often that happens (product.md F20).
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import DateTimeField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from drivepower.core import alerts
from drivepower.core.alert_kinds import figure
from drivepower.core.models import Alert, AlertRule
from drivepower.core.sentences import sentence
from stations import makers_codes
from stations.makers_codes import Makers, Own
from stations.models import ConnectorState, Station, StatusSpan
from stations.models.state import FINISHING
from stations.recovery.places import place, rule_for, rules_of

FAULTED = "connector_faulted"
# By the state that a connector stays in.
KINDS = {"Faulted": FAULTED, "Preparing": "connector_stuck_preparing", FINISHING: "connector_stuck_finishing"}


class Stuck(NamedTuple):
    """A connector in one of these states since then."""

    kind: str
    subject: str
    state: ConnectorState
    since: datetime


def watch_connectors(*, at: datetime) -> int:
    """Open an alert for each connector that a rule finds stuck, end those that are seen elsewhere; how many began."""
    rules = rules_of(*KINDS.values())
    told = Alert.objects.open().filter(kind__in=KINDS.values())
    known = {(kind, subject): pk for pk, kind, subject in told.values_list("pk", "kind", "subject")}
    if not rules and not known:
        return 0
    stuck = {(one.kind, one.subject): one for one in found()}
    if gone := [pk for key, pk in known.items() if key not in stuck]:
        alerts.resolve(Alert.objects.filter(pk__in=gone), at=at)
    return _tell([one for key, one in stuck.items() if key not in known], rules, at=at)


def found() -> list[Stuck]:
    """All connectors in these states of stations in service, and the moment from which they have been.

    Who is taken out of use says no more: what was told of it would stand for ever.
    """
    span = StatusSpan.objects.filter(
        station=OuterRef("station"), number=OuterRef("number"), status=OuterRef("status"), until=None
    )
    since = Coalesce(Subquery(span.values("since")[:1]), F("effective_at"), output_field=DateTimeField())
    in_service = ConnectorState.objects.filter(station__service_state=Station.ServiceState.IN_SERVICE)
    states: Any = in_service.filter(status__in=KINDS).annotate(since=since)
    return [
        Stuck(KINDS[state.status], f"connector:{state.station.code}/{state.number}", state, state.since)
        for state in states.select_related("station__location")
        if state.number > 0 or state.status == "Faulted"
    ]


def _tell(stuck: list[Stuck], rules: list[AlertRule], *, at: datetime) -> int:
    """Open those that are so for as long as their rule says; a station that is away says nothing new."""
    texts: dict[AlertRule, dict[str, str]] = defaultdict(dict)
    own = makers_codes.own_of(words_of(one.state) for one in stuck if one.kind == FAULTED)
    here = set(Station.objects.online(at=at).filter(pk__in={one.state.station_id for one in stuck}).values_list("pk"))
    for one in stuck:
        station = one.state.station
        rule = rule_for(rules, one.kind, place(station))
        if rule is None or (station.pk,) not in here:
            continue
        if one.since + timedelta(minutes=figure(rule, "minutes")) <= at:
            texts[rule][one.subject] = said(one.state, own)
    for rule, of_rule in texts.items():
        alerts.open_alerts(kind=rule.kind, texts=of_rule, at=at, rule=rule)
    return sum(len(of_rule) for of_rule in texts.values())


def words_of(state: ConnectorState) -> tuple[str, str]:
    """The maker's own code and words."""
    return state.vendor_error_code, state.info


def said(state: ConnectorState, own: Own) -> str:
    """What the station said of it, and what its maker's code means if anybody knows."""
    if state.status != "Faulted":
        return sentence("It stays in %(status)s.", status=state.status)
    more = (state.error_code, state.vendor_error_code, state.info)
    words = ", ".join(word for word in more if word)
    if known := Makers(vendor=state.station.vendor, own=own).meaning(*words_of(state)):
        return sentence("It says Faulted: %(words)s. That means: %(meaning)s.", words=words, meaning=known.kept)
    return sentence("It says Faulted: %(words)s.", words=words)
