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
    BOOKINGS = "bookings"


PERMISSION = {
    Section.NETWORK: "stations.view_station",
    Section.SESSIONS: "charging.view_session",
    Section.DRIVERS: "accounts.view_user",
    Section.MONEY: "billing.view_receipt",
    Section.ALERTS: "core.view_alert",
    Section.COMMANDS: "stations.view_command",
    Section.BOOKINGS: "charging.view_reservation",
}


def sections_of(user: User | AnonymousUser) -> frozenset[Section]:
    """The parts of the whole network that this person may see; none for who is not (or no longer) staff, and for staff
    of a company.
    """
    return allowed(user) if isinstance(user, User) and user.company_id is None else frozenset()


def own_sections_of(user: User) -> frozenset[Section]:
    """The parts that staff of a company may see of what is the company's; alerts and commands are the house's."""
    return allowed(user) - {Section.ALERTS, Section.COMMANDS} if user.company_id is not None else frozenset()


def start_sections_of(user: User) -> frozenset[Section]:
    """The parts of this person's start page, whose figures are the network's or their company's."""
    return sections_of(user) or own_sections_of(user)


def allowed(user: User) -> frozenset[Section]:
    """The parts whose lists this person may open."""
    if not (user.is_active and user.is_staff):
        return frozenset()
    return frozenset(section for section, permission in PERMISSION.items() if user.has_perm(permission))
