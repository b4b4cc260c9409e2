"""Drivers for staff: found, made, changed, blocked."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import blocking, people
from accounts.models import Membership, User
from accounts.operator.doors import asked, company_of, driver_of, for_staff, read
from accounts.operator.forms import DriverForm, DriverSearch, NewDriverForm
from accounts.operator.shapes import OperatorDriver
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal

SHOWN: dict[str, Any] = {"answer": {"driver": OperatorDriver()}, "name": "OperatorDriverShown"}
OWN = ("name", "email", "phone", "language")
NAMED = ["company_not_found", "membership_not_found"]


class DriversView(StaffView):
    """/api/v1/operator/drivers"""

    rights = {"GET": "accounts.view_user", "POST": "accounts.add_user"}

    @for_staff("Drivers", rows=OperatorDriver, query=DriverSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first; staff of a company see its own."""
        said = asked(DriverSearch, request)
        rows = User.objects.seen_by(self.person).filter(role=User.Role.DRIVER).filter(wanted(said))
        return self.listed(rows.select_related("company", "membership"), OperatorDriver)

    @for_staff("Make a driver", request=NewDriverForm, status=201, errors=NAMED, **SHOWN)
    def post(self, request: Request) -> Response:
        """They have no password: a code to their phone or e-mail lets them in."""
        said = read(NewDriverForm, request.data)
        belongs = belonging(self.person, said)
        if self.person.company is not None:  # whom they could not see else
            belongs["company"] = self.person.company
        with transaction.atomic():
            unknown = secrets.token_urlsafe(32)
            who = {name: said.get(name) for name in ("email", "phone")}
            driver = people.sign_up(**who, password=unknown, name=said["name"])
            User.objects.filter(pk=driver.pk).update(language=said.get("language", driver.language), **belongs)
        return answer(self.person, driver.public_id, status=201)


class DriverView(StaffView):
    """/api/v1/operator/drivers/{id}"""

    rights = {"GET": "accounts.view_user", "PATCH": "accounts.change_user"}

    @for_staff("One driver", errors=["client_not_found"], **SHOWN)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Who it is, and whether they may charge."""
        return answer(self.person, public_id)

    @for_staff("Change a driver", request=DriverForm, errors=["client_not_found", *NAMED], **SHOWN)
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Only what is said; an address that changes has to be proved anew."""
        driver, said = driver_of(self.person, public_id), read(DriverForm, request.data)
        belongs = belonging(self.person, said)
        with transaction.atomic():
            changes = {name: said[name] for name in OWN if name in said}
            people.change_profile(user=driver, changes=changes, at=timezone.now())
            if belongs:
                User.objects.filter(pk=driver.pk).update(**belongs)
        return answer(self.person, public_id)


class BlockDriverView(StaffView):
    """/api/v1/operator/drivers/{id}/block"""

    rights = {"POST": "accounts.change_user"}

    @for_staff("Block a driver", errors=["client_not_found"], **SHOWN)
    def post(self, request: Request, public_id: UUID) -> Response:
        """They are logged out everywhere and can start nothing; a charge that runs goes on."""
        blocking.block(user=driver_of(self.person, public_id), at=timezone.now())
        return answer(self.person, public_id)


class UnblockDriverView(StaffView):
    """/api/v1/operator/drivers/{id}/unblock"""

    rights = {"POST": "accounts.change_user"}

    @for_staff("Unblock a driver", errors=["client_not_found"], **SHOWN)
    def post(self, request: Request, public_id: UUID) -> Response:
        """They may log in and charge again."""
        blocking.unblock(user=driver_of(self.person, public_id))
        return answer(self.person, public_id)


def wanted(said: Mapping[str, Any]) -> Q:
    """Whom the filters leave."""
    found, text = Q(), said.get("search", "")
    if text:
        found &= Q(name__icontains=text) | Q(email__icontains=text) | Q(phone__icontains=text)
    if said.get("company"):
        found &= Q(company__public_id=said["company"])
    return found if said["is_active"] is None else found & Q(is_active=said["is_active"])


def belonging(person: User, said: Mapping[str, Any]) -> dict[str, Any]:
    """The company and the tier that were named, as rows; who is of a company lets nobody go from it."""
    found: dict[str, Any] = {}
    if "company_id" in said:
        key = said["company_id"]
        if key is None and person.company is not None:
            raise Refusal("access_denied", "Only the house takes people out of a company.")
        found["company"] = company_of(person, key) if key else None
    if "membership_id" in said:
        key = said["membership_id"]
        found["membership"] = Membership.objects.filter(pk=key).first() if key else None
        if key and found["membership"] is None:
            raise Refusal("membership_not_found", "There is no such membership.")
    return found


def answer(person: User, public_id: UUID, *, status: int = 200) -> Response:
    """The driver as they are now."""
    return Response({"success": True, "driver": OperatorDriver(driver_of(person, public_id)).data}, status=status)
