"""An empty list says what it is for, or what brings its rows; where a person fills it, there is the way to do so."""

from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from drivepower.portal.tests.making import superuser

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
GENERIC = "Rows appear here by themselves"
# Pages that draw what they have in their own way, and those that are never empty.
OWN_PAGES = {"core.Switch", "ocpp_consumer.Frame"}
FILLED = {"accounts.User", "auth.Group", "core.AlertRule", "portal.Change"}


def request_of(person: User) -> HttpRequest:
    """A request of that person."""
    request = RequestFactory().get("/")
    request.user = person
    return request


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_it_has_words_of_its_own_in_both_languages(model: Any) -> None:
    pages: Any = admin.site._registry[model]
    said = {}
    for language in ("en", "ru"):
        with translation.override(language):
            said[language] = str(pages.empty_hint)
    assert said["en"]
    assert said["en"] != said["ru"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [one for one in MODELS if one._meta.label not in OWN_PAGES | FILLED], ids=lambda model: model._meta.label
)
def test_its_page_says_so_and_offers_the_next_step(model: Any) -> None:
    pages: Any = admin.site._registry[model]
    person = superuser()
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    page = client.get(reverse(f"{name}_changelist")).content.decode()
    empty = page[page.index('class="list-empty"') :]
    assert GENERIC not in empty
    if pages.has_add_permission(request_of(person)):
        assert '<a class="button"' in empty[: empty.index("</div>")]
