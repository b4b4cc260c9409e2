"""The live ticker: events in words, each with the way to what it is about, as far as a person may see."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from drivepower.core.sentences import say
from drivepower.portal import wording
from drivepower.portal.figures import Figures
from drivepower.portal.figures.ticker import Happening
from drivepower.portal.sections import Section
from stations.statuses import word_of

LINES_SHOWN = 12
# Who may see a list of such things may hear of them.
SECTION = {
    "alert": Section.ALERTS,
    "connector": Section.NETWORK,
    "station": Section.NETWORK,
    "report": Section.NETWORK,
    "session": Section.SESSIONS,
    "reservation": Section.BOOKINGS,
    "payment": Section.MONEY,
    "receipt": Section.MONEY,
    "wallet": Section.MONEY,
}
NAMES = {
    "alert.opened": _("Alert"),
    "alert.acknowledged": _("Alert acknowledged"),
    "alert.resolved": _("Alert over"),
    "connector.status": _("Connector"),
    "payment.approved": _("Payment came in"),
    "payment.failed": _("Payment failed"),
    "payment.expired": _("Payment expired"),
    "payment.refunded": _("Payment given back"),
    "payment.reversed": _("Payment taken back"),
    "receipt.made": _("Receipt"),
    "report.answered": _("Report answered"),
    "reservation.requested": _("Reservation asked for"),
    "reservation.active": _("Reservation holds"),
    "reservation.refused": _("Reservation refused"),
    "reservation.used": _("Reservation used"),
    "reservation.cancelled": _("Reservation cancelled"),
    "reservation.expired": _("Reservation expired"),
    "reservation.ended": _("Reservation ended"),
    "session.requested": _("Start asked for"),
    "session.started": _("Charge began"),
    "session.warned": _("Limit is near"),
    "session.stopping": _("Stop asked for"),
    "session.resumed": _("Charge goes on"),
    "session.ended": _("Charge ended"),
    "session.review": _("Charge in review"),
    "session.settled": _("Charge settled"),
    "session.waived": _("Charge waived"),
    "session.failed": _("Start failed"),
    "session.idle": _("Car stays idle"),
    "station.online": _("Station online"),
    "station.offline": _("Station offline"),
    "wallet.low": _("Wallet is low"),
    "wallet.debt": _("Wallet owes"),
}
STATES = {
    "alert.opened": "faulted",
    "alert.acknowledged": "busy",
    "payment.failed": "faulted",
    "session.started": "charging",
    "session.review": "busy",
    "session.failed": "faulted",
    "station.offline": "offline",
}


def rows(figures: Figures, *, sections: frozenset[Section]) -> list[dict[str, Any]]:
    """The newest of those that this person may see."""
    seen = [one for one in figures.ticker if SECTION.get(one.kind.partition(".")[0]) in sections]
    return [row_of(one, figures) for one in seen[:LINES_SHOWN]]


def row_of(one: Happening, figures: Figures) -> dict[str, Any]:
    """One line."""
    is_fault = one.said.get("status") == "Faulted"
    return {
        "href": way_to(one),
        "state": "faulted" if is_fault else STATES.get(one.kind, "free"),
        "cells": {
            "text": str(NAMES.get(one.kind, one.kind)),
            "subject": about(one),
            "at": wording.moment(one.at, now=figures.at, zone=figures.zone),
            "times": "",
        },
    }


def about(one: Happening) -> str:
    """Which station and connector, and what was said of them."""
    number, status = one.said.get("connector_id"), one.said.get("status")
    place = " / ".join(str(part) for part in (one.station, number) if part not in ("", None))
    match one.kind.partition(".")[0]:
        case "alert":
            return say(one.words, str(one.said.get("text", "")))
        case "connector":
            return f"{place} · {word_of(str(status))}" if status else place
    return place


def way_to(one: Happening) -> str:
    """The page of what it is about, or the list with it alone."""
    thing, _dot, key = one.subject.partition(":")
    match thing:
        case "alert" if key.isdigit():
            return reverse("admin:core_alert_change", args=[key])
        case "session" if is_public_id(key):
            return reverse("admin:charging_session_changelist", query={"q": key})
        case "reservation":
            return reverse("admin:charging_reservation_changelist")
        case "payment":
            return reverse("admin:billing_topup_changelist")
        case "wallet":
            return reverse("admin:billing_wallet_changelist")
    if one.kind.startswith("session."):  # of no session that can be named; not everybody may open stations
        return reverse("admin:charging_session_changelist")
    if one.kind == "receipt.made":
        return reverse("admin:billing_receipt_changelist")
    return reverse("admin:stations_station_changelist", query={"q": one.station} if one.station else None)


def is_public_id(text: str) -> bool:
    """Whether a subject ends in one."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
