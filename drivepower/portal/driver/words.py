"""What they were told and whether it arrived, what they reported, alerts about them, and what colleagues noted."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Message, Note, Notification
from accounts.named import with_names
from accounts.notifying.wording import text_of, title_of
from charging.models import Session
from drivepower.core.models import Alert
from drivepower.portal.driver.page import SHOWN, Page
from drivepower.portal.station.panels import Button, Cell, Panel
from stations.models import Report

MESSAGES = {Message.State.SENT: "good", Message.State.WAITING: "busy", Message.State.FAILED: "bad"}
# They stand above everything else.
MOST_NOTES = 6
REPORTS = {"open": "bad", "taken": "busy", "answered": "good"}


def notifications(page: Page) -> Panel:
    """The last ones in the reader's language, with what became of each message."""
    rows = page.rows(Notification.objects.filter(user=page.driver), "accounts.view_notification").order_by("-id")
    found = list(rows[:SHOWN])
    sent: dict[int, list[Message]] = {}
    for one in page.rows(Message.objects.filter(notification__in=found), "accounts.view_message").order_by("id"):
        sent.setdefault(one.notification_id, []).append(one)
    lines = [
        [
            Cell(page.moment(one.made_at), href=reverse("admin:accounts_notification_change", args=[one.pk])),
            Cell(title_of(one.kind), text_of(one.kind, one.facts)),
            Cell(*delivery(sent.get(one.pk, []))),
        ]
        for one in found
    ]
    columns = [_("When"), _("What was told"), _("Delivery")]
    return Panel(_("Notifications"), columns, lines, _("They have not been told of anything yet."), id="notifications")


def delivery(messages: Sequence[Message]) -> tuple[str, str]:
    """What became of each message, and what went wrong."""
    if not messages:
        return _("only in the app"), ""
    states = [f"{one.get_channel_display()}: {one.get_state_display()}" for one in messages]
    return ", ".join(states), "; ".join(dict.fromkeys(one.error for one in messages if one.error))


def reports_of(page: Page) -> list[Report]:
    """What they reported, the newest first."""
    rows = page.rows(Report.objects.filter(user=page.driver), "stations.view_report")
    named: Any = with_names(rows, filer="filed_by")
    return list(named.select_related("station").order_by("-id")[:SHOWN])


def reports(page: Page, found: Sequence[Report]) -> Panel:
    """Each with its answer."""
    lines = [
        [
            Cell(page.moment(one.made_at), filed(one), href=reverse("admin:stations_report_change", args=[one.pk])),
            Cell(one.station.code if one.station else ""),
            Cell(one.text[:200], one.answer[:200]),
            Cell(one.get_state_display(), tone=REPORTS.get(one.state, "")),
        ]
        for one in found
    ]
    columns = [_("When"), _("Where"), _("What is wrong"), _("State")]
    return Panel(_("Reports"), columns, lines, _("They have reported nothing."), id="reports")


def filed(report: Any) -> str:
    """Who of the staff wrote it down for them."""
    return _("filed by %(who)s") % {"who": report.filer or report.filed_by} if report.filed_by else ""


def alerts(page: Page, sessions: Sequence[Session], said: Sequence[Report]) -> Panel:
    """About their charges on this page, and what they reported; the newest first."""
    subjects = [one.subject for one in sessions] + [f"report:{one.public_id}" for one in said]
    rows = page.rows(Alert.objects.filter(subject__in=subjects), "core.view_alert").order_by("-opened_at")
    lines = [
        [
            Cell(page.moment(one.opened_at), href=reverse("admin:core_alert_change", args=[one.pk])),
            Cell(one.said),
            Cell(_("over") if one.resolved_at else _("open"), tone="" if one.resolved_at else "bad"),
        ]
        for one in (rows[:SHOWN] if subjects else [])
    ]
    columns = [_("When"), _("What happened"), _("State")]
    return Panel(_("Alerts about them"), columns, lines, _("Nothing on this page has raised an alert."), id="alerts")


def notes(page: Page) -> Panel:
    """What colleagues should know; the pinned ones first."""
    rows: Any = with_names(page.rows(Note.objects.filter(user=page.driver), "accounts.view_note"), author="made_by")
    columns = [_("Note"), _("By whom"), _("When"), "", ""]
    lines = [note(page, one) for one in rows.order_by("-is_pinned", "-id")[:MOST_NOTES]]
    buttons = [Button(_("Add a note"), opens=page.act("note"))] if page.may_act("accounts.add_note") else []
    buttons += [Button(_("All notes"), href=page.listing("accounts_note"))] * (len(lines) == MOST_NOTES)
    return Panel(_("Notes"), columns, lines, _("Write what the next colleague should know."), buttons, id="notes")


def note(page: Page, one: Any) -> list[Cell]:
    """One of them; whoever wrote it may change its words, everybody who keeps notes may pin it."""
    may, is_own = page.may_act("accounts.change_note"), one.made_by == page.by
    pin = page.act("unpin" if one.is_pinned else "pin", one.pk)
    return [
        Cell(one.text, _("pinned") if one.is_pinned else "", tone="busy" if one.is_pinned else ""),
        Cell(one.author or ""),
        Cell(page.moment(one.made_at)),
        Cell(_("Unpin") if one.is_pinned else _("Pin"), opens=pin) if may else Cell(""),
        Cell(_("Edit"), opens=page.act("edit_note", one.pk)) if may and is_own else Cell(""),
    ]
