"""Staff of a company open every list and page of the portal and find nothing of anybody else's."""

import uuid
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Company, IdTag, User
from billing.models import Receipt, TopUp, Transfer, Wallet
from charging.models import Session
from charging.tests.world import World
from drivepower.core.models import Event
from drivepower.portal.tests.companies import FOREIGN, OURS, charge, host_of, populate
from drivepower.portal.tests.making import staff, superuser
from stations.models import Location, Report, Station

SEEN = (Location, Station, Report, Session, User, IdTag, Company, Receipt, Wallet, Transfer, TopUp, Event)


@pytest.fixture
def companies(world: World) -> dict[str, Company]:
    """Ours and another one."""
    return {name: populate(world, name) for name in (OURS, FOREIGN)}


@pytest.fixture
def host(companies: dict[str, Company]) -> Client:
    """Staff of ours, with every right there is."""
    client = Client()
    client.force_login(host_of(companies[OURS]))
    return client


def pages(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_it_lists_nothing_of_others(host: Client) -> None:
    for model in admin.site._registry:
        answer = host.get(pages(model, "changelist"))
        text = answer.content.decode()
        assert answer.status_code == 200, model
        assert "FOREIGN" not in text, model
        assert model not in SEEN or "OURS" in text, model


def test_it_opens_no_page_of_others(host: Client) -> None:
    for model in admin.site._registry:
        for row in model._default_manager.all():
            answer = host.get(pages(model, "change", row.pk), follow=True)
            assert "FOREIGN" not in answer.content.decode(), row


def test_it_opens_its_own_pages(host: Client) -> None:
    own = Station.objects.get(code="OURS-01")

    assert "OURS-01" in host.get(pages(Station, "change", own.pk)).content.decode()


@pytest.mark.parametrize("code", ["OURS-01", "FOREIGN-01"])
def test_it_changes_nothing(host: Client, code: str) -> None:
    station = Station.objects.get(code=code)

    for page in ("change", "delete"):
        assert host.post(pages(Station, page, station.pk), {"code": "X"}).status_code == 403
    assert host.post(pages(Station, "changelist"), {"action": "delete_selected"}).status_code == 403
    assert host.get(pages(Station, "add")).status_code == 403
    assert Station.objects.filter(code=code).exists()


def test_it_asks_for_no_dialog_of_others(host: Client) -> None:
    session = Session.objects.get(station__code="FOREIGN-01")

    assert host.get(f"/admin/charging/session/{session.pk}/waive/").status_code == 404


def test_it_finds_nobody_else_in_a_field(host: Client) -> None:
    asked = {"app_label": "accounts", "model_name": "idtag", "field_name": "user", "term": "driver"}

    found = host.get(reverse("admin:autocomplete"), asked).json()["results"]

    assert [person["text"] for person in found] == ["OURS driver"]


def test_it_shows_a_start_page_of_its_own(host: Client) -> None:
    text = host.get(reverse("admin:index")).content.decode()

    assert "FOREIGN" not in text
    assert "OURS-01" in text


def test_it_leaves_the_house_everything(companies: dict[str, Company]) -> None:
    client = Client()
    client.force_login(staff("Owner"))

    text = client.get(pages(Station, "changelist")).content.decode()

    assert "FOREIGN-01" in text
    assert "OURS-01" in text


def test_it_opens_no_row_that_never_was(host: Client) -> None:
    assert host.get(f"/admin/stations/station/{uuid.uuid4()}/issue_key/").status_code == 404


def test_it_names_no_driver_who_is_not_theirs(host: Client, world: World, companies: dict[str, Company]) -> None:
    stranger = world.driver(name="Aizada", phone="+996555000111")
    own = Station.objects.get(code="OURS-01")
    session = charge(world, world.card(stranger, value="STRANGE-CARD"), own)

    shown = [
        host.get(pages(Session, "changelist")).content.decode(),
        host.get(pages(Session, "changelist"), {"q": "996555000111"}).content.decode(),
        host.get(pages(Session, "change", session.pk)).content.decode(),
    ]

    assert f"#{session.pk}" in shown[0]
    assert f"#{session.pk}" not in shown[1]
    assert "OURS driver" in shown[0]
    for text in shown:
        assert "Aizada" not in text
        assert "STRANGE-CARD" not in text


def test_it_asks_for_the_company_of_a_host(db: None) -> None:
    person = User.objects.create_user(email="host@example.com", role=User.Role.STAFF, name="Host")
    client = Client()
    client.force_login(superuser())
    said = {"email": person.email, "name": "Host", "language": "en", "role": "staff", "is_active": "on"}

    answer = client.post(pages(User, "change", person.pk), {**said, "groups": [Group.objects.get(name="Site host").pk]})

    assert "Somebody in this role is of a company." in answer.content.decode()
    assert not person.groups.exists()
