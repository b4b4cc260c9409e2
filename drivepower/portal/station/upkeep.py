"""The tab Upkeep: work on the station, what people reported, and the oddities that are allowed for."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from drivepower.core.cut_pages import is_of_company
from drivepower.portal.station.page import SHOWN, Page
from drivepower.portal.station.panels import Button, Cell, Panel, listing
from ocpp_consumer.v16 import quirks
from stations.models import Maintenance, QuirkProfile, Report

WORK_TONES = {"under_way": "busy", "done": "good"}
REPORT_TONES = {"open": "bad", "taken": "busy", "answered": "good"}


def draw(page: Page) -> list[Panel]:
    """Work, reports, quirks."""
    return [work(page), reports(page), *oddities(page)]


def work(page: Page) -> Panel:
    """Maintenance, the newest first."""
    found = page.rows(Maintenance.objects.filter(station=page.station), "stations.view_maintenance")
    plan = []
    if page.may("stations.add_maintenance") and not is_of_company(page.request):
        causes = {name: page.request.GET[name] for name in ("alert", "report") if page.request.GET.get(name)}
        query = urlencode({"station": page.station.pk, **causes})
        plan = [Button(_("Plan maintenance"), href=f"{reverse('admin:stations_maintenance_add')}?{query}")]
    return Panel(
        _("Maintenance"),
        [_("Work"), _("Connector"), _("State"), _("Assignee"), _("From"), _("Until")],
        [
            [
                Cell(one.what, href=reverse("admin:stations_maintenance_change", args=[one.pk])),
                Cell(one.number or _("all")),
                Cell(one.get_state_display(), tone=WORK_TONES.get(one.state, "")),
                Cell(str(one.assignee or "")),
                Cell(page.moment(one.starts_at)),
                Cell(page.moment(one.ends_at)),
            ]
            for one in found.select_related("assignee").order_by("-pk")[:SHOWN]
        ],
        _("No work is planned here."),
        [*plan, *listing(page, _("All maintenance"), "stations_maintenance", "stations.view_maintenance")],
    )


def reports(page: Page) -> Panel:
    """What drivers told of the station."""
    found = page.rows(Report.objects.filter(station=page.station), "stations.view_report")
    return Panel(
        _("Reports"),
        [_("What is wrong"), _("Connector"), _("State"), _("Told"), _("Answer")],
        [
            [
                Cell(one.text[:200], href=reverse("admin:stations_report_change", args=[one.pk])),
                Cell(one.number or ""),
                Cell(one.get_state_display(), tone=REPORT_TONES.get(one.state, "")),
                Cell(page.moment(one.made_at)),
                Cell(one.answer[:200]),
            ]
            for one in found.order_by("-pk")[:SHOWN]
        ],
        _("Nobody has reported anything here."),
        listing(page, _("All reports"), "stations_report", "stations.view_report"),
    )


def oddities(page: Page) -> list[Panel]:
    """The quirk profile in force, and why it is."""
    if not page.may("stations.view_quirkprofile"):
        return []
    profile = quirks.profile_of(page.station)
    empty = _("Its words are taken as they come: no quirk profile fits it.")
    rows = [] if profile is None else [[Cell(quirk), Cell(value)] for quirk, value in in_force(profile)]
    note = "" if profile is None else f"{profile.name}: {why(page, profile)}"
    buttons = [Button(_("All quirk profiles"), href=reverse("admin:stations_quirkprofile_changelist"))]
    return [Panel(_("Quirks in force"), [_("Quirk"), _("How")], rows, empty, buttons, note)]


def why(page: Page, profile: QuirkProfile) -> str:
    """Why this profile."""
    if page.station.quirk_profile_id is not None:
        return _("given to this station by name")
    return _("by vendor %(vendor)s, model %(model)s, firmware %(firmware)s") % {
        "vendor": profile.vendor,
        "model": profile.model,
        "firmware": profile.firmware,
    }


def in_force(profile: QuirkProfile) -> list[tuple[str, str]]:
    """The quirks that the profile switches on."""
    found = []
    for field in QuirkProfile._meta.concrete_fields:
        if field.name in ("id", "name", "vendor", "model", "firmware", "priority", "is_on"):
            continue
        value = getattr(profile, field.name)
        if value:
            shown = _("yes") if value is True else getattr(profile, f"get_{field.name}_display")()
            found.append((str(field.verbose_name), str(shown)))
    return found
