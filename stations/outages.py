"""Stations that are away, or come and go.

Many that fall silent together are one trouble, and one alert: a provider, a power cut, or us.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from drivepower.core import alerts
from drivepower.core.alert_kinds import figure
from drivepower.core.models import Alert, AlertRule
from drivepower.core.sentences import sentence
from stations.models import ConnectionSpan, Station
from stations.recovery.places import place, rule_for, rules_of

KIND, SUBJECT = "stations_offline", "network"
ONE, OFTEN = "station_offline", "excess_disconnects"
DAY = timedelta(days=1)
# Lost within this time of each other; whoever is back sooner than the grace was never missed.
WITHIN, GRACE = timedelta(minutes=5), timedelta(minutes=1)
FEWEST, SHARE = 5, 0.1
NAMED = 10


def watch(*, at: datetime) -> bool:
    """Open one alert when many stations went offline together, end it when most are back; True while it is open."""
    opened_at = Alert.objects.open().filter(kind=KIND, subject=SUBJECT).values_list("opened_at", flat=True).first()
    lost = lost_since(min(opened_at or at, at) - WITHIN, at=at)
    if len(lost) < enough():
        alerts.resolve_alert(kind=KIND, subject=SUBJECT, at=at)
        return False
    alerts.open_alert(kind=KIND, subject=SUBJECT, text=text_of(lost), at=at)
    return True


def lost_since(since: datetime, *, at: datetime) -> list[str]:
    """The codes of stations in service that lost their socket after that moment and did not come back in time."""
    gone = offline(at=at).filter(until__gt=since, until__lte=at - GRACE)
    return list(gone.order_by("code").values_list("code", flat=True))


def offline(*, at: datetime) -> "QuerySet[Any]":
    """Stations in service that were here and are not, each with `until`: the end of its last connection."""
    span = ConnectionSpan.objects.filter(station=OuterRef("pk"), epoch=OuterRef("epoch"))
    away = Station.objects.filter(service_state=Station.ServiceState.IN_SERVICE, epoch__gt=0).exclude(
        pk__in=Station.objects.online(at=at).values("pk")
    )
    return away.annotate(until=Subquery(span.values("until")[:1]))


def watch_each(*, at: datetime) -> int:
    """An alert for each station that is away for as long as its rule says; those of a mass outage stand in its alert.

    How many were opened.
    """
    rules = rules_of(ONE)
    known = dict(Alert.objects.open().filter(kind=ONE).values_list("subject", "pk"))
    mass = Alert.objects.open().filter(kind=KIND, subject=SUBJECT).values_list("opened_at", flat=True).first()
    away = offline(at=at).exclude(until=None).select_related("location") if rules or known else ()
    texts: dict[AlertRule, dict[str, str]] = defaultdict(dict)
    still = set()
    for station in away:
        subject = f"station:{station.code}"
        still.add(subject)
        rule = rule_for(rules, ONE, place(station))
        gone: datetime = station.until
        if rule is None or subject in known or (mass and gone > mass - WITHIN):
            continue
        if gone + timedelta(minutes=figure(rule, "minutes")) <= at:
            texts[rule][subject] = sentence("Its connection ended at %(moment)s.", moment=gone)
    alerts.resolve(Alert.objects.filter(pk__in=[pk for subject, pk in known.items() if subject not in still]), at=at)
    return _tell(ONE, texts, at=at)


def watch_disconnects(*, at: datetime) -> int:
    """An alert for each station that lost its connection more often within a day than its rule allows; how many."""
    rules = rules_of(OFTEN)
    fewest = min((figure(rule, "per_day") for rule in rules), default=None)
    # Connections of a station are numbered: one of so many ago that ended within a day leaves few to be counted.
    as_many_ago = ConnectionSpan.objects.filter(
        station=OuterRef("pk"), epoch=OuterRef("epoch") - int(fewest or 0), until__gt=at - DAY
    )
    lost = ConnectionSpan.objects.filter(
        station__in=Station.objects.filter(Exists(as_many_ago)).values("pk"),
        until__gt=at - DAY,
        until__lte=at,
        reason__in=["", ConnectionSpan.Reason.CLOSED, ConnectionSpan.Reason.REPLACED],
    )
    many = lost.values("station").annotate(count=Count("pk")).filter(count__gt=int(fewest or 0)).order_by()
    counts = dict(many.values_list("station", "count")) if fewest is not None else {}
    in_service = Q(pk__in=counts, service_state=Station.ServiceState.IN_SERVICE)
    texts: dict[AlertRule, dict[str, str]] = defaultdict(dict)
    for station in Station.objects.filter(in_service).select_related("location"):
        rule = rule_for(rules, OFTEN, place(station))
        if rule is not None and counts[station.pk] > figure(rule, "per_day"):
            text = sentence("It lost its connection %(count)s times within a day.", count=counts[station.pk])
            texts[rule][f"station:{station.code}"] = text
    named = {subject for of_rule in texts.values() for subject in of_rule}
    alerts.resolve(Alert.objects.filter(kind=OFTEN).exclude(subject__in=named), at=at)
    return _tell(OFTEN, texts, at=at)


def _tell(kind: str, texts: Mapping[AlertRule, Mapping[str, str]], *, at: datetime) -> int:
    for rule, of_rule in texts.items():
        alerts.open_alerts(kind=kind, texts=of_rule, at=at, rule=rule)
    return sum(len(of_rule) for of_rule in texts.values())


def enough() -> int:
    """How many make it one trouble: a tenth of the stations that were ever here, and never fewer than five."""
    known = Station.objects.filter(service_state=Station.ServiceState.IN_SERVICE, epoch__gt=0).count()
    return max(FEWEST, round(known * SHARE))


def text_of(lost: Sequence[str]) -> str:
    """Which they are, as far as a person reads."""
    said = {"count": len(lost), "names": ", ".join(lost[:NAMED])}
    if len(lost) <= NAMED:
        return sentence("%(count)s stations went offline together: %(names)s.", **said)
    more = len(lost) - NAMED
    return sentence("%(count)s stations went offline together: %(names)s and %(more)s more.", more=more, **said)
