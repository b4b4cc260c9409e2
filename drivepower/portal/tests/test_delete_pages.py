"""The page that asks whether to delete a row opens, or says no; what belongs to the row is asked about, too."""

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from charging.tests.world import World
from drivepower.portal.tests.companies import OURS, populate
from drivepower.portal.tests.making import superuser


def delete_page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_delete", args=[row.pk])


def test_every_one_opens_or_refuses(client: Client, world: World) -> None:
    company = populate(world, OURS)
    client.force_login(superuser())
    found = [row for model in admin.site._registry for row in model._default_manager.all()[:2]]

    answers = [(row._meta.label, client.get(delete_page(row)).status_code) for row in found]

    assert (company._meta.label, 200) in answers
    assert [answer for answer in answers if answer[1] not in (200, 403)] == []
