"""Whatever an address asks of a list, it is answered by the list, by a word or by 400, and never by a fault of ours."""

from contextlib import suppress
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.models import User
from charging.tests.world import World
from drivepower.core.narrowing import paths
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.test_narrow_lists import NARROWED

NASTY = [
    "",
    "(",
    "\x00",
    "x",
    "-1",
    "1e999999",
    "NaN",
    "9" * 40,
    "0001-01-01",
    "9999-12-31",
    "a,b",
    "\U0001f600",
    "[]",
]
LOOKUPS = {"": NASTY, "__gte": ["", "x", "1e999999", "9999-12-31"], "__in": ["", "x,1", "9" * 40], "__isnull": ["x"]}


@pytest.fixture
def person(world: World) -> User:
    """Who sees everything."""
    return superuser()


def ask(model: type[Model], person: User, name: str, value: str) -> None:
    """Read a list and draw its filters; what is refused is refused."""
    pages: Any = admin.site._registry[model]
    request: HttpRequest = RequestFactory().get("/", {name: value})
    request.user = person
    with suppress(DisallowedModelAdminLookup, IncorrectLookupParameters):
        shown = pages.get_changelist_instance(request)
        list(shown.result_list)
        for one in shown.filter_specs:
            list(one.choices(shown))


@pytest.mark.parametrize("model", NARROWED, ids=lambda model: model._meta.label)
def test_no_value_is_a_fault(person: User, model: type[Model]) -> None:
    pages: Any = admin.site._registry[model]
    request = RequestFactory().get("/")
    request.user = person
    shown = pages.get_changelist_instance(request)
    for spec in shown.filter_specs:
        for name in spec.expected_parameters():
            for value in NASTY:
                ask(model, person, name, value)
    for path in set(paths(pages, request)):
        for lookup, values in LOOKUPS.items():
            for value in values:
                ask(model, person, f"{path}{lookup}", value)


@pytest.mark.parametrize(
    "asked",
    [
        {"counted_on": "0001-01-01"},
        {"failed_since": "0001-01-01"},
        {"counted_on": "9999-12-31"},
        {"id__exact": "\x00"},
        {"started_at__year": "99999"},
        {"started_at__gte": "x"},
        {"no_such_thing": "x"},
        {"p": "0"},
        {"p": "9" * 40},
        {"o": "9" * 40},
        {"o": "²"},
    ],
    ids=str,
)
@pytest.mark.parametrize("page", ["", "export.csv"])
def test_it_says_what_it_cannot_read(client: Client, person: User, page: str, asked: dict[str, str]) -> None:
    client.force_login(person)

    answer = client.get(f"/admin/charging/session/{page}", asked, follow=True)

    assert answer.status_code in (200, 400)


def test_an_unreadable_filter_is_told_in_words(client: Client, person: User) -> None:
    client.force_login(person)

    answer = client.get("/admin/charging/session/", {"counted_on": "0001-01-01"}, follow=True)

    assert "cannot be read" in answer.content.decode()
