"""What an owner needs when somebody cannot come in is in the menu and in the search, and works for owners alone."""

import pytest
from axes.models import AccessAttempt
from django.test import Client

from drivepower.portal.tests.making import staff
from drivepower.portal.tests.test_find import addresses, as_person

pytestmark = pytest.mark.django_db
WAYS = {
    "second fac": "/admin/otp_totp/totpdevice/",
    "locked": "/admin/axes/accessattempt/",
    "notices to": "/admin/accounts/dutynotice/",
}
SEEN = {
    "Owner": set(WAYS.values()),
    "Support": {WAYS["locked"], WAYS["notices to"]},
    "Operator": {WAYS["notices to"]},
    "Finance": set(),
    "Site host": set(),
}


def ways_of(client: Client) -> set[str]:
    """Those that the menu of the start page has."""
    page = client.get("/admin/").content.decode()
    return {way for way in WAYS.values() if f'href="{way}"' in page}


@pytest.mark.parametrize("role", SEEN)
def test_they_are_in_the_menu_and_in_the_search(role: str) -> None:
    client = as_person(staff(role))

    assert ways_of(client) == SEEN[role]
    assert {way for said, way in WAYS.items() if way in addresses(client, said)} == SEEN[role]
    assert all(client.get(way).status_code == 200 for way in SEEN[role])


@pytest.mark.parametrize(("role", "status", "left"), [("Owner", 302, 0), ("Support", 403, 1)])
def test_an_owner_lets_a_locked_name_in_again(role: str, status: int, left: int) -> None:
    locked = AccessAttempt.objects.create(username="aizada@example.com", ip_address="10.0.0.1", failures_since_start=9)

    answer = as_person(staff(role)).post(f"/admin/axes/accessattempt/{locked.pk}/delete/", {"post": "yes"})

    assert (answer.status_code, AccessAttempt.objects.count()) == (status, left)
