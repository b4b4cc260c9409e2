"""Whoever acted stands by name on every list and page, at no query per row."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.named import ACTORS, NamingPeople
from billing import adjustments, tariffs
from billing.models import Adjustment, TariffVersion, Transfer
from charging.tests.world import NOW, World, per_kwh
from drivepower.core.alerts import open_alert
from drivepower.core.models import Alert
from drivepower.portal.tests.making import superuser
from stations.models import Command

# Their column is a choice of ours, not a person.
NO_PEOPLE = {"charging.Session"}
NAMED = [
    model
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label)
    if model._meta.label not in NO_PEOPLE and any(field.name in ACTORS for field in model._meta.concrete_fields)
]
MADE: list[type[Model]] = [Adjustment, Transfer, TariffVersion, Command, Alert]


def make(world: World, by: str) -> None:
    """One row of each, by that person."""
    wallet = world.wallet(world.driver("1000.00"))
    adjustments.ask_adjustment(wallet=wallet, amount=Decimal(10), reason="Gift", asked_by=by, at=NOW)
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("14")], at=NOW, made_by=by)
    Command.objects.create(station=world.station, intent="Reset", asked_by=by, asked_at=NOW, expires_at=NOW)
    kind = f"test_{Alert.objects.count()}"
    open_alert(kind=kind, subject="one", text="One", at=NOW)
    Alert.objects.filter(kind=kind).update(acknowledged_by=by, acknowledged_at=NOW)


def named() -> str:
    """A member of staff with a name."""
    return f"staff:{User.objects.create_user(phone='+996700000009', name='Aizada', role='staff').public_id}"


@pytest.mark.parametrize("model", NAMED, ids=lambda model: model._meta.label)
def test_every_table_that_says_who_acted_says_it_by_name(model: type[Model]) -> None:
    assert isinstance(admin.site._registry[model], NamingPeople)


@pytest.mark.parametrize("model", MADE, ids=lambda model: model._meta.label)
def test_it_names_them_on_lists_and_pages(world: World, model: type[Model]) -> None:
    make(world, named())
    client = Client()
    client.force_login(superuser())
    address = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    rows: Any = model._default_manager
    row = next(row for row in rows.all() if any(getattr(row, name, "").startswith("staff:") for name in ACTORS))
    for page in (reverse(f"{address}_changelist"), reverse(f"{address}_change", args=[row.pk])):
        text = client.get(page).text
        assert "Aizada" in text
        assert "staff:" not in text


@pytest.mark.parametrize("model", MADE, ids=lambda model: model._meta.label)
def test_it_asks_no_more_for_more_rows(world: World, model: type[Model]) -> None:
    by = named()
    client = Client()
    client.force_login(superuser())
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    counts = []
    for times in (1, 3):
        for _time in range(times):
            make(world, by)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).text.count("Aizada") >= times
        counts.append(len(asked))
    assert counts[0] == counts[1]
