"""What an alert or a report says of the work that is made of it."""

from typing import Any

from drivepower.core.models import Alert
from stations.models import Maintenance, Report, Station
from stations.recovery.places import named_in

OPEN = [Maintenance.State.PLANNED, Maintenance.State.UNDER_WAY]
ABOUT_REPORT = "report:"


def wish(*, alert: str = "", report: str = "") -> dict[str, Any]:
    """Station, connector, words and causes of the work, by the keys of what it comes of; empty where there is none."""
    return of_alert(alert) | of_report(report)


def of_alert(key: str) -> dict[str, Any]:
    """By an alert, which may be about a report."""
    alert = Alert.objects.filter(pk=int(key)).first() if is_key(key) else None
    if alert is None:
        return {}
    about, _colon, public_id = alert.subject.partition(":")
    report = Report.objects.filter(public_id=public_id).first() if f"{about}:" == ABOUT_REPORT else None
    station, number = place_of(alert)
    said = {"station": station and station.pk, "number": number, "what": alert.said[:200], "alert": alert.pk}
    return said | (of_report(str(report.pk)) if report else {})


def of_report(key: str) -> dict[str, Any]:
    """By a report."""
    report = Report.objects.filter(pk=int(key)).first() if is_key(key) else None
    if report is None:
        return {}
    what = " ".join(report.text.split())[:200]
    return {"station": report.station_id, "number": report.number, "what": what, "report": report.pk}


def place_of(alert: Alert) -> tuple[Station | None, int | None]:
    """The station that an alert is about, and the connector where it is about one."""
    code, number = named_in(alert.subject)
    return (Station.objects.filter(code=code).first() if code else None), number


def is_key(text: str) -> bool:
    """Whether that may be the key of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 19
