"""Every page of the admin as every role: who sees it, who may change what; a page without a row fails."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import User
from drivepower.portal.tests.making import OF_COMPANIES, staff
from drivepower.portal.tests.table_of_roles import EVERYBODY, LETTERS, LISTS, PAGES, Rights

pytestmark = pytest.mark.django_db
ROLES = list(LETTERS.values())
# Pages that belong to everybody who may log in.
FOR_ALL = {"index", "password_change", "password_change_done", "jsi18n", "login", "logout", "app_list"}
OPENED = {200}


def names_without_arguments() -> list[str]:
    """The admin's own addresses that stand for themselves, lists and their forms aside."""
    found = {name for name, route in named(get_resolver(None)) if "<" not in route and name}
    return sorted(found - FOR_ALL - {name for name in found if re.search(r"_(changelist|add)$", name)})


def named(resolver: URLResolver, prefix: str = "") -> list[tuple[str, str]]:
    """Each name under /admin/ with its route."""
    found: list[tuple[str, str]] = []
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            found += named(pattern, route)
        elif route.startswith("admin/"):
            found.append((str(pattern.name or ""), route))
    return found


def rights_of(role: str) -> dict[str, set[str]]:
    """What somebody in that role may do with the rows of each list, as its pages say."""
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=staff(role).pk)
    found: dict[str, set[str]] = {}
    for model, pages in admin.site._registry.items():
        asked = {
            "see": pages.has_view_permission(request),
            "add": pages.has_add_permission(request),
            "change": pages.has_change_permission(request),
            "delete": pages.has_delete_permission(request),
        }
        found[model._meta.label_lower] = {verb for verb, may in asked.items() if may}
    return found


def wanted(letter: str, row: Rights) -> set[str]:
    """What the table gives a role."""
    return {verb for verb, roles in row._asdict().items() if letter in roles}


@pytest.mark.parametrize(("letter", "role"), LETTERS.items(), ids=ROLES)
def test_each_role_has_the_rights_of_the_table(letter: str, role: str) -> None:
    found = rights_of(role)
    assert {name: wanted(letter, row) for name, row in LISTS.items()} == found


@pytest.mark.parametrize(("letter", "role"), LETTERS.items(), ids=ROLES)
def test_each_role_opens_the_lists_of_the_table(letter: str, role: str) -> None:
    client = Client()
    client.force_login(staff(role))
    for name, row in LISTS.items():
        address = f"admin:{name.replace('.', '_')}"
        assert (client.get(reverse(f"{address}_changelist")).status_code in OPENED) == (letter in row.see), name
        added = letter in row.add and role not in OF_COMPANIES
        assert (client.get(reverse(f"{address}_add")).status_code in OPENED) == added, f"{name} add"


def test_the_table_names_every_page() -> None:
    assert sorted(PAGES) == names_without_arguments()


@pytest.mark.parametrize(("letter", "role"), LETTERS.items(), ids=ROLES)
def test_each_role_opens_the_pages_of_the_table(letter: str, role: str) -> None:
    client = Client()
    client.force_login(staff(role))
    opened = {name for name in PAGES if client.get(reverse(f"admin:{name}")).status_code in OPENED}
    assert opened == {name for name, roles in PAGES.items() if letter in roles}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_shown_a_link_that_they_may_not_open(role: str) -> None:
    client = Client()
    client.force_login(staff(role))
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    links = set(re.findall(r'href="(/admin/[^"?#]*)', page.content.decode())) - {reverse("admin:logout")}
    refused = [link for link in sorted(links) if client.get(link).status_code in (403, 404)]
    assert refused == []


@pytest.mark.parametrize("role", ROLES)
def test_badges_stand_only_at_lists_that_a_role_opens(role: str) -> None:
    client = Client()
    client.force_login(staff(role))
    answer: dict[str, Any] = client.get(reverse("admin:portal_badges")).json()
    addresses = re.findall(r'"(/admin/[^"]*)"', str(answer).replace("'", '"'))
    assert [one for one in addresses if client.get(one).status_code != 200] == []


def test_staff_without_a_role_open_nothing_but_what_is_theirs() -> None:
    client = Client()
    client.force_login(User.objects.create_user(email="new@example.com", name="New", role=User.Role.STAFF))
    opened = [name for name in PAGES if client.get(reverse(f"admin:{name}")).status_code in OPENED]
    assert set(opened) == {name for name, roles in PAGES.items() if roles == EVERYBODY}
    for name in LISTS:
        if name != "portal.savedview":
            assert client.get(reverse(f"admin:{name.replace('.', '_')}_changelist")).status_code == 403, name
