"""What the tests of reporting problems in the portal share."""

import uuid
from typing import Any

from django.urls import reverse

from accounts.models import User
from drivepower.portal.tests.making import staff
from stations.models import Report

PHONE = "+996555123456"
HOUSE = ("Owner", "Operator", "Support", "Technician")


def told(**said: Any) -> dict[str, Any]:
    """A form as a browser sends it."""
    return {"text": "The cable is torn.", "kind": "broken", "key": str(uuid.uuid4()), **said}


def form_of(**about: Any) -> str:
    """The address of the form about that."""
    return reverse("admin:portal_report_problem", query=about)


def person_of(company: Any, role: str) -> User:
    """Somebody of that role in that company."""
    person = staff(role)
    User.objects.filter(pk=person.pk).update(company=company)
    return User.objects.get(pk=person.pk)


def page_of_report(report: Report) -> str:
    """Its page."""
    return reverse("admin:stations_report_change", args=[report.pk])
