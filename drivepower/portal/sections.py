"""Which parts of the start page and its stream a person may see: those whose lists they may open."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from accounts.models import User


class Section(StrEnum):
    """One part of the start page."""

    NETWORK = "network"
    SESSIONS = "sessions"
    DRIVERS = "drivers"
    MONEY = "money"
    ALERTS = "alerts"
    COMMANDS = "commands"


PERMISSION = {
    Section.NETWORK: "stations.view_station",
    Section.SESSIONS: "charging.view_session",
    Section.DRIVERS: "accounts.view_user",
    Section.MONEY: "billing.view_receipt",
    Section.ALERTS: "core.view_alert",
    Section.COMMANDS: "stations.view_command",
}


def sections_of(user: User | AnonymousUser) -> frozenset[Section]:
    """The parts that this person may see; none for who is not (or no longer) staff, and for staff of a company: the
    page shows the whole network.
    """
    if not (user.is_active and user.is_staff) or user.company_id is not None:
        return frozenset()
    return frozenset(section for section, permission in PERMISSION.items() if user.has_perm(permission))
