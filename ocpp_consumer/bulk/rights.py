"""Who may begin which kind of job, whichever door they come through."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from drivepower.core.refusals import Refusal
from stations.models import BulkCommand

Kind = BulkCommand.Kind
# Beside asking stations at all.
MORE = {
    Kind.FIRMWARE: ("stations.change_firmwareimage",),
    Kind.TARIFF: ("stations.change_station", "billing.change_tariffplan"),
    Kind.LOCAL_LIST: ("charging.change_locallist",),
}


def may_begin(person: User | AnonymousUser, kind: str) -> bool:
    """Whether that person may; what is the house's own (images, plans, lists of cards) is not for a company's staff."""
    if kind in MORE and (getattr(person, "company_id", None) is not None or not person.has_perms(MORE[Kind(kind)])):
        return False
    return person.has_perm("stations.add_command")


def refuse_kind(person: User, kind: str, payload: Mapping[str, Any]) -> None:
    """Refusal access_denied for a kind, or a template of the house, that is not this person's to use."""
    is_of_house = kind == Kind.CONFIGURATION and "template" in payload
    if not may_begin(person, kind) or (is_of_house and person.company_id is not None):
        raise Refusal("access_denied", "You may not do this.")


def begun_by(bulk: BulkCommand) -> User | None:
    """The member of staff who began it; None for rules."""
    try:
        key = uuid.UUID(bulk.asked_by.removeprefix("staff:"))
    except ValueError:
        return None
    return User.objects.filter(public_id=key, role=User.Role.STAFF).first()
