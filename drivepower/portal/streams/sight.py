"""Which events a member of staff may see: kinds by permission, rows by company."""

from accounts.models import User
from drivepower.portal.streams.told import EVERY_KIND, Audience, Kinds

EVERYTHING = "core.view_event"
# What kinds begin with, and the right to see the lists that show the same.
RIGHTS = {
    "station.": "stations.view_station",
    "connector.": "stations.view_station",
    "session.": "charging.view_session",
    "reservation.": "charging.view_reservation",
    "payment.": "billing.view_topup",
    "wallet.": "billing.view_wallet",
    "receipt.": "billing.view_receipt",
    "alert.": "core.view_alert",
}


def sight_of(user: User) -> Audience | None:
    """What this person may see; None for who is no staff or has no such right."""
    if not user.is_staff:
        return None
    beginnings = tuple(beginning for beginning, right in RIGHTS.items() if user.has_perm(right))
    allowed = EVERY_KIND if user.has_perm(EVERYTHING) else Kinds(beginnings=beginnings)
    if not allowed.beginnings:
        return None
    company = user.company and user.company.public_id
    rows = ({"company": company}, {"host": company}) if company else ({},)
    return Audience(rows, allowed=allowed)
