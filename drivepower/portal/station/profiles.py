"""The tab Profiles and list: the local list, ours and the station's, and charging profiles."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from charging.local_lists import problems
from charging.models import ChargingProfile, LocalList
from drivepower.portal import wording
from drivepower.portal.station.page import SHOWN, Page
from drivepower.portal.station.panels import Button, Cell, Panel, asking
from stations.models import Command

ASKED = ("GetLocalListVersion", "ask_list_version")
TONES = {"applied": "good", "requested": "busy", "refused": "bad"}


def draw(page: Page) -> list[Panel]:
    """The list and the profiles."""
    return [local_list(page), profiles(page)]


def local_list(page: Page) -> Panel:
    """Which version we keep, and which one the station last said it has."""
    found = page.rows(LocalList.objects.filter(station=page.station).defer("entries"), "charging.view_locallist")
    kept = found.first()
    rows = [] if kept is None else [of_list(page, kept)]
    bring = []
    if page.may_ask("SendLocalList"):
        bring = [Button(_("Bring it in step"), opens=reverse("admin:stations_station_list", args=[page.station.pk]))]
    return Panel(
        _("Local list"),
        [_("Ours"), _("The station's"), _("Keeps one"), _("Accepted"), _("Compared"), _("Problem")],
        rows,
        _("No list is kept for this station: bring it in step to begin one."),
        [
            *bring,
            *asking(page, (_("Ask for its version"), "GetLocalListVersion"), (_("Send by hand"), "SendLocalList")),
        ],
    )


def of_list(page: Page, kept: LocalList) -> list[Cell]:
    """Both versions; that they differ is told."""
    theirs = version_said(page)
    differs = theirs not in (None, kept.version)
    under_way = _("version %(version)s is under way") % {"version": kept.sending_version}
    return [
        Cell(f"v{kept.version}", under_way if kept.sending_version else "" if kept.is_kept else _("not kept in step")),
        Cell(
            wording.NOTHING if theirs is None else f"v{theirs}",
            _("differs") if differs else "",
            tone="doubtful" if differs else "",
        ),
        Cell(kept.get_support_display()),
        Cell(page.moment(kept.accepted_at)),
        Cell(page.moment(kept.checked_at)),
        Cell(problems.in_words(kept.problem), tone="doubtful" if kept.problem else ""),
    ]


def version_said(page: Page) -> Any:
    """What the station last answered about its list."""
    asked = Command.objects.filter(station=page.station, intent__in=ASKED, state=Command.State.ACCEPTED)
    answer = asked.order_by("-asked_at", "-pk").values_list("answer", flat=True).first()
    said = answer.get("listVersion") if answer else None
    return said if isinstance(said, int) else None


def profiles(page: Page) -> Panel:
    """Those in force first."""
    found = page.rows(ChargingProfile.objects.filter(station=page.station), "charging.view_chargingprofile")
    rows = sorted(found.order_by("-pk")[:SHOWN], key=lambda one: one.state != ChargingProfile.State.APPLIED)
    return Panel(
        _("Charging profiles"),
        [_("Profile"), _("Connector"), _("Purpose"), _("Level"), _("Limits"), _("State"), _("Changed")],
        [
            [
                Cell(one.profile_id, href=reverse("admin:charging_chargingprofile_change", args=[one.pk])),
                Cell(one.number),
                Cell(one.get_purpose_display(), one.purpose),
                Cell(one.stack_level),
                Cell(limits(one.document)),
                Cell(one.get_state_display(), one.answer, tone=TONES.get(one.state, "")),
                Cell(page.moment(one.changed_at)),
            ]
            for one in rows
        ],
        _("No charging profile was set."),
        asking(
            page,
            (_("Set a profile"), "SetChargingProfile"),
            (_("Clear profiles"), "ClearChargingProfile"),
            (_("Ask for its schedule"), "GetCompositeSchedule"),
        ),
    )


def limits(document: dict[str, Any]) -> str:
    """The first periods of its schedule, as they were sent."""
    schedule = document.get("chargingSchedule") or {}
    unit, periods = schedule.get("chargingRateUnit", ""), schedule.get("chargingSchedulePeriod") or []
    shown = [f"{period.get('startPeriod')} s: {period.get('limit')} {unit}" for period in periods[:4]]
    return " · ".join([*shown, "…"] if len(periods) > len(shown) else shown)
