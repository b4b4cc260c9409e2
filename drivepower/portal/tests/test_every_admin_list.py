"""Every list of the portal opens, sorts by each of its columns, searches, and says no politely."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from charging.tests.world import World
from drivepower.portal.tests.making import superuser

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
HOSTILE = ["x", "%", "'", "9" * 40, "\x00", "<script>"]


def address_of(model: type[Model]) -> str:
    """Where the model's list is."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_it_opens_sorts_and_searches(world: World, model: type[Model]) -> None:
    client = Client()
    client.force_login(superuser())
    address = address_of(model)
    assert client.get(address).status_code == 200
    columns = len(admin.site._registry[model].list_display)
    for column in range(1, columns + 1):
        for order in (column, -column):
            assert client.get(address, {"o": str(order)}).status_code == 200, f"sorted by column {order}"
    for text in HOSTILE:
        assert client.get(address, {"q": text}).status_code == 200, f"searched for {text!r}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
@pytest.mark.django_db
def test_an_address_of_no_row_is_no_fault_of_ours(model: type[Model]) -> None:
    client = Client()
    client.force_login(superuser())
    for key in ("no-key", "9" * 40):
        assert client.get(f"{address_of(model)}{key}/change/").status_code in (302, 404), key
