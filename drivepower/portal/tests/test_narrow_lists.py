"""Lists are narrowed by what they show and what their filters offer: no address spells out what they keep back."""

from contextlib import suppress

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.models import User
from charging.models import Session
from charging.tests.world import World
from drivepower.core.narrowing import LOOKUPS, SECRET, paths
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.test_every_admin_list import MODELS, address_of
from ocpp_consumer.models import Frame

# The OCPP log reads an address of its own.
NARROWED = [model for model in MODELS if model is not Frame]
# Columns that are called like secrets and tell none: the number of a charge.
NO_SECRETS = {"session_key"}
PARTS = ("startswith", "regex")


@pytest.fixture
def person(db: None) -> User:
    """Who sees everything."""
    return superuser()


def asking(person: User, **asked: str) -> HttpRequest:
    """A list is asked for with that address."""
    request = RequestFactory().get("/", asked)
    request.user = person
    return request


def is_refused(model: type[Model], person: User, lookup: str) -> bool:
    """Whether the list of the model answers 400 to that parameter."""
    with suppress(DisallowedModelAdminLookup):
        admin.site._registry[model].get_changelist_instance(asking(person, **{lookup: "1"}))
        return False
    return True


@pytest.mark.parametrize("model", NARROWED, ids=lambda model: model._meta.label)
def test_no_column_is_asked_for_a_part(person: User, model: type[Model]) -> None:
    for field in model._meta.concrete_fields:
        for part in PARTS:
            assert is_refused(model, person, f"{field.name}__{part}"), field.name


@pytest.mark.parametrize("model", NARROWED, ids=lambda model: model._meta.label)
def test_what_is_not_shown_is_not_asked_for(person: User, model: type[Model]) -> None:
    known = set(paths(admin.site._registry[model], asking(person)))
    for field in model._meta.concrete_fields:
        if field.name not in known:
            assert is_refused(model, person, f"{field.name}__gte"), field.name


@pytest.mark.parametrize("model", NARROWED, ids=lambda model: model._meta.label)
def test_a_secret_is_not_asked_for_at_all(person: User, model: type[Model]) -> None:
    for field in model._meta.concrete_fields:
        if SECRET.search(field.name) and field.name not in NO_SECRETS:
            for lookup in ("", *(f"__{name}" for name in sorted(LOOKUPS))):
                assert is_refused(model, person, f"{field.name}{lookup}"), f"{field.name}{lookup}"


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/admin/core/webhook/", "secret__startswith"),
        ("/admin/otp_totp/totpdevice/", "key__startswith"),
        ("/admin/accounts/apiclient/", "secret"),
        ("/admin/stations/station/", "key_hash__gt"),
        ("/admin/accounts/user/", "password__gt"),
        ("/admin/auth/group/", "name__startswith"),
        ("/admin/charging/session/export.csv", "tag__startswith"),
    ],
)
def test_the_page_says_no(client: Client, person: User, address: str, asked: str) -> None:
    client.force_login(person)

    assert client.get(address, {asked: "a"}).status_code == 400


@pytest.mark.parametrize(
    "column", ["secret", "previous_secret", "token_hash", "key_hash", "password", "key", "payload", "refresh_hash"]
)
def test_it_knows_a_secret_by_its_name(column: str) -> None:
    assert SECRET.search(column)


def test_what_our_links_ask_for_is_found(client: Client, person: User, world: World) -> None:
    client.force_login(person)
    session = world.begin(world.card(world.driver()).value).session

    shown = client.get(address_of(Session), {"state__in": "active,stopping"})

    assert [row.pk for row in shown.context["cl"].result_list] == [session.pk]
    assert client.get(address_of(Session), {"id__exact": str(session.pk), "state__exact": "review"}).status_code == 200
