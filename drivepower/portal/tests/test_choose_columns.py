"""Every list opens with every column that it offers, and sorts only by those that it was made for."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from charging.tests.world import World
from drivepower.core.admin import QuickListAdmin
from drivepower.core.lists import ChosenList, key_of
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.test_every_admin_list import address_of

LISTS = sorted(
    (
        model
        for model, pages in admin.site._registry.items()
        if isinstance(pages, QuickListAdmin) and pages.more_columns
    ),
    key=lambda model: model._meta.label,
)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_it_shows_every_column_that_it_offers(world: World, model: type[Model]) -> None:
    world.card(world.driver(phone="+996555123456"))
    client = Client()
    client.force_login(superuser())
    bare: ChosenList = client.get(address_of(model), {"view": "all"}).context["cl"]
    keys = [key_of(column) for column in bare.offered]

    answer = client.get(address_of(model), {"columns": ",".join(keys)})

    shown: ChosenList = answer.context["cl"]
    assert [key_of(column) for column in shown.list_display if column != "action_checkbox"] == keys
    assert len(keys) > len(bare.usual)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_it_sorts_by_no_column_that_has_no_index_for_it(world: World, model: type[Model]) -> None:
    client = Client()
    client.force_login(superuser())
    more = [key_of(column) for column in admin.site._registry[model].more_columns]  # type: ignore[attr-defined]  # ours

    shown: ChosenList = client.get(address_of(model), {"columns": ",".join(more)}).context["cl"]

    assert not set(more) & {key_of(column) for column in shown.sortable_by}
