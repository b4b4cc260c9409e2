"""The stripe on top: whether it is there and since when, what it is, and what is wrong with it."""

from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drivepower.core.models import Alert
from drivepower.portal import wording
from drivepower.portal.station.page import Page
from stations.models import ConnectionSpan, Maintenance, Station

SERVICE_TONES: dict[str, str] = {
    Station.ServiceState.IN_SERVICE: "good",
    Station.ServiceState.OUT_OF_SERVICE: "bad",
    Station.ServiceState.RETIRED: "bad",
}
REGISTRATION_TONES: dict[str, str] = {Station.Registration.ACCEPTED: "good", Station.Registration.REJECTED: "bad"}


class Fact(NamedTuple):
    """One thing on the stripe: its name, what it is, how good that is, and more."""

    name: Any
    value: Any
    tone: str = ""
    note: Any = ""
    href: str = ""


def facts(page: Page) -> list[Fact]:
    """All of them, in the order in which one asks; a constant number of queries."""
    station = page.station
    seen = getattr(station, "seen", None)
    return [
        connection(page),
        Fact(
            pgettext("of a station", "Service"),
            station.get_service_state_display(),
            SERVICE_TONES.get(station.service_state, "doubtful"),
        ),
        Fact(
            _("Registration"),
            station.get_registration_display(),
            REGISTRATION_TONES.get(station.registration, "doubtful"),
        ),
        Fact(
            pgettext("of a station", "Firmware"),
            station.firmware or wording.NOTHING,
            note=f"{station.vendor} {station.model}".strip(),
        ),
        Fact(
            _("Last frame"),
            page.moment(seen.last_frame_at) if seen else _("never"),
            note=_("%(duration)s ago") % {"duration": wording.duration(page.at - seen.last_frame_at)} if seen else "",
        ),
        *alerts(page),
        *maintenance(page),
    ]


def connection(page: Page) -> Fact:
    """Online since, or offline since and why."""
    station = page.station
    if station.is_online(at=page.at) and station.connected_at:
        note = _("two sockets fight for its identity") if station.contested_at else ""
        since = _("since %(moment)s") % {"moment": page.moment(station.connected_at)}
        return Fact(_("Online"), since, "doubtful" if note else "good", note)
    span = ConnectionSpan.objects.filter(station=station).order_by("-epoch").first()
    if span is None:
        return Fact(_("Offline"), _("it has never connected"), "bad")
    if span.until is None:
        return Fact(_("Offline"), _("the server that held it is gone"), "bad")
    return Fact(_("Offline"), _("since %(moment)s") % {"moment": page.moment(span.until)}, "bad", why(span))


def why(span: ConnectionSpan) -> str:
    """How a connection ended."""
    code = f" ({span.close_code})" if span.close_code else ""
    return f"{span.get_reason_display()}{code}"


def of_station(station: Station) -> Q:
    """What alerts about the station or its connectors are called."""
    own = f"station:{station.code}"
    return Q(subject=own) | Q(subject__startswith=f"{own}:") | Q(subject__startswith=f"connector:{station.code}/")


def alerts(page: Page) -> list[Fact]:
    """How many are open, for those who may see any."""
    if not page.may("core.view_alert"):
        return []
    count = page.rows(Alert.objects.open().filter(of_station(page.station)), "core.view_alert").count()
    words = _("open: %(count)s") % {"count": count}
    return [Fact(_("Alerts"), words if count else _("none"), "bad" if count else "good", "", "?tab=now#alerts")]


def maintenance(page: Page) -> list[Fact]:
    """Work that goes on there, or is planned next."""
    if not page.may("stations.view_maintenance"):
        return []
    going_on = page.rows(Maintenance.objects.filter(station=page.station), "stations.view_maintenance")
    work = going_on.filter(state=Maintenance.State.UNDER_WAY).first()
    work = work or going_on.filter(state=Maintenance.State.PLANNED).order_by("starts_at", "pk").first()
    if work is None:
        return [Fact(_("Maintenance"), _("none"), "good", "", "?tab=upkeep")]
    tone = "doubtful" if work.state == Maintenance.State.UNDER_WAY else ""
    when = page.moment(work.starts_at)
    note = f"{when} {work.what}".strip()
    href = reverse("admin:stations_maintenance_change", args=[work.pk])
    return [Fact(_("Maintenance"), work.get_state_display(), tone, note, href)]
