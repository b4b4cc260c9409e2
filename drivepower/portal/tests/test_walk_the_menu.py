"""Each role in Russian, through every link that it is shown on the start page and in the menu: none is closed."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from charging.tests.world import World
from drivepower.portal.tests.companies import OURS, populate
from drivepower.portal.tests.making import OF_COMPANIES, staff
from drivepower.portal.tests.table_of_roles import LETTERS

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LINK = re.compile(r'<a\b[^>]*\bhref="(/admin/[^"#]*)"')
# Rows of one list are alike.
ROWS = 2
NOT_PAGES = {"/admin/logout/"}


@pytest.fixture
def person(world: World, request: Any) -> User:
    """Somebody in that role, at a network in which things have happened; of a company whose stations it holds."""
    company = populate(world, OURS)
    world.charging(world.driver())
    person = staff(request.param)
    if request.param in OF_COMPANIES:
        User.objects.filter(pk=person.pk).update(company=company)
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize("person", LETTERS.values(), indirect=True, ids=list(LETTERS.values()))
def test_every_link_that_is_shown_opens_in_russian(person: User) -> None:
    client = Client(headers={"accept-language": "ru"})
    client.force_login(person)
    page = client.get(reverse("admin:index"))
    links = {html.unescape(link) for link in LINK.findall(page.content.decode())} - NOT_PAGES
    assert len(links) > 8

    for link in sorted(links):
        answer = client.get(link, follow=True)
        assert answer.status_code == 200, link
        assert answer.request["PATH_INFO"] != reverse("admin:login"), link
        assert CYRILLIC.search(answer.content.decode()), link


@pytest.mark.parametrize("person", LETTERS.values(), indirect=True, ids=list(LETTERS.values()))
def test_every_link_of_its_stations_and_sessions_opens(person: User) -> None:
    client = Client(headers={"accept-language": "ru"})
    client.force_login(person)
    for name in ("stations_station", "charging_session"):
        rows = client.get(reverse(f"admin:{name}_changelist"))
        found = LINK.findall(rows.content.decode()) if rows.status_code == 200 else []
        for row in [link for link in found if re.search(r"/(station|session)/\d+/change/", link)][:ROWS]:
            shown = client.get(html.unescape(row)).content.decode()
            asked = {html.unescape(link) for link in LINK.findall(shown)} - NOT_PAGES
            refused = [link for link in sorted(asked) if client.get(link, follow=True).status_code in (403, 500)]
            assert refused == [], row
