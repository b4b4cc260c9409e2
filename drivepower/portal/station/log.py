"""The tab Log: the last frames, and the last commands."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from drivepower.portal import wording
from drivepower.portal.station.page import SHOWN, Page
from drivepower.portal.station.panels import Button, Cell, Panel, listing
from ocpp_consumer import steps
from ocpp_consumer.masking import mask_text
from ocpp_consumer.models import Frame
from stations.models import Command

LONGEST = 240
WAYS = {"in": "→", "out": "←"}


def draw(page: Page) -> list[Panel]:
    """Both, the newest first."""
    return [frames(page), commands(page)]


def frames(page: Page) -> Panel:
    """By the index of station and time."""
    found = page.rows(Frame.objects.filter(station=page.station), "ocpp_consumer.view_frame")
    log = f"{reverse('admin:ocpp_consumer_frame_changelist')}?{urlencode({'station': page.station.code})}"
    return Panel(
        _("Last frames"),
        [_("At"), _("Way"), _("Action"), _("Frame"), _("Error")],
        [
            [
                Cell(page.moment(one.received_at), href=reverse("admin:ocpp_consumer_frame_change", args=[one.pk])),
                Cell(WAYS.get(one.direction, ""), one.get_direction_display()),
                Cell(one.action),
                Cell(Truncator(mask_text(one.text)).chars(LONGEST), is_code=True),
                Cell(one.error, tone="bad" if one.error else ""),
            ]
            for one in found.order_by("-received_at", "-id")[:SHOWN]
        ],
        _("Not a word has been said yet."),
        [Button(_("The whole log"), href=log)] if page.may("ocpp_consumer.view_frame") else [],
    )


def commands(page: Page) -> Panel:
    """The ledger of this station."""
    found = page.rows(Command.objects.filter(station=page.station), "stations.view_command")
    return Panel(
        _("Last commands"),
        [_("Asked"), _("Command"), _("For"), _("Sent"), _("Answered"), _("Effect")],
        [
            [
                Cell(page.moment(one.asked_at), href=reverse("admin:stations_command_change", args=[one.pk])),
                Cell(wording.intent(one.intent)),
                Cell(one.subject),
                *(
                    Cell(step.at or step.note, step.note if step.at else "", tone=TONES[step.tone])
                    for step in steps.steps_of(one, zone=page.zone)[1:]
                ),
            ]
            for one in found.order_by("-asked_at", "-pk")[:SHOWN]
        ],
        _("Nothing was asked of it yet."),
        listing(page, _("All commands"), "stations_command", "stations.view_command"),
    )


TONES = {"done": "good", "bad": "bad", "wait": "busy", "none": ""}
