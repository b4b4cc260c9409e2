"""The tab Files: updates of its firmware, and what it has sent."""

from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drivepower.portal.station.page import SHOWN, Page
from drivepower.portal.station.panels import Cell, Panel, asking, listing
from stations.files import reasons
from stations.files.names import without_credentials
from stations.models import DiagnosticsJob, FirmwareJob, Upload

TONES = {"requested": "busy", "running": "charging", "done": "good", "failed": "bad"}


def draw(page: Page) -> list[Panel]:
    """Updates and requests, the newest first."""
    return [firmware(page), diagnostics(page)]


def firmware(page: Page) -> Panel:
    """Updates of the firmware."""
    found = page.rows(FirmwareJob.objects.filter(station=page.station), "stations.view_firmwarejob")
    rows = found.select_related("image").order_by("-pk")[:SHOWN]
    return Panel(
        _("Firmware"),
        [
            _("Asked"),
            pgettext("of a station", "Firmware"),
            _("From when"),
            _("State"),
            _("The station says"),
            _("Changed"),
        ],
        [
            [
                Cell(page.moment(one.asked_at), href=reverse("admin:stations_firmwarejob_change", args=[one.pk])),
                Cell(str(one.image or without_credentials(one.location)), _("signed") if one.is_signed else ""),
                Cell(page.moment(one.retrieve_at)),
                state(one),
                Cell(one.status),
                Cell(page.moment(one.changed_at)),
            ]
            for one in rows
        ],
        _("No update was asked for yet."),
        [
            *asking(page, (_("Update"), "UpdateFirmware"), (_("Update, signed"), "SignedUpdateFirmware")),
            *listing(page, _("All updates"), "stations_firmwarejob", "stations.view_firmwarejob"),
        ],
        _("Now: %(version)s") % {"version": page.station.firmware} if page.station.firmware else "",
    )


def diagnostics(page: Page) -> Panel:
    """Diagnostics and logs, with what has come."""
    found = page.rows(DiagnosticsJob.objects.filter(station=page.station), "stations.view_diagnosticsjob")
    rows = list(found.order_by("-pk")[:SHOWN])
    files = page.rows(Upload.objects.filter(job__in=[one.pk for one in rows]), "stations.view_upload")
    sent: dict[int, list[Upload]] = {}
    for upload in files.order_by("pk"):
        sent.setdefault(upload.job_id, []).append(upload)
    return Panel(
        _("Diagnostics and logs"),
        [_("Asked"), _("Which"), _("Period"), _("State"), _("The station says"), _("File")],
        [
            [
                Cell(page.moment(one.asked_at), href=reverse("admin:stations_diagnosticsjob_change", args=[one.pk])),
                Cell(one.get_kind_display()),
                Cell(f"{page.moment(one.since)} – {page.moment(one.until)}" if one.since or one.until else ""),
                state(one),
                Cell(one.status),
                download(sent.get(one.pk, []), one),
            ]
            for one in rows
        ],
        _("Nothing was asked of it yet: ask for diagnostics, and its file appears here."),
        [
            *asking(page, (_("Ask for diagnostics"), "GetDiagnostics"), (_("Ask for a log"), "GetLog")),
            *listing(page, _("All files"), "stations_upload", "stations.view_upload"),
        ],
    )


def state(job: Any) -> Cell:
    """How a job stands, and why it failed."""
    return Cell(job.get_state_display(), reasons.in_words(job.reason), tone=TONES[job.state])


def download(files: list[Upload], job: DiagnosticsJob) -> Cell:
    """The newest file, to be saved; else the name that was announced."""
    if not files:
        return Cell(job.file_name)
    newest = files[-1]
    size = f"{number_format(newest.size, force_grouping=True)} B"
    more = f" · +{len(files) - 1}" if len(files) > 1 else ""
    return Cell(newest.name, f"{size}{more}", href=reverse("admin:stations_upload_save_file", args=[newest.pk]))
