"""Lists show the columns that an address names, hand over the rows of their filter, and say what to do where empty."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory
from unfold.utils import display_for_label

from drivepower.core.admin import STATES, filtered, state_label
from drivepower.core.alerts import open_alert
from drivepower.core.models import Alert, Sweep, SweepRun

pytestmark = pytest.mark.django_db
LIST = "/admin/core/sweep/"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    """Somebody who may see everything, in English."""
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(get_user_model().objects.create_superuser(email="root@example.com"))
    return browser


@pytest.fixture
def sweep() -> Sweep:
    """One row of a plain list."""
    return Sweep.objects.create(name="a.sweep", last_at=NOON, took_ms=7)


def columns(client: Client, query: str) -> list[str]:
    """The columns of the list at that address, by name."""
    shown = client.get(f"{LIST}?{query}").context["cl"].list_display
    return [column for column in shown if column != "action_checkbox"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["name", "last_at", "took_ms", "error"]),
        ("columns=took_ms,last_at", ["name", "took_ms", "last_at"]),
        ("columns=error&columns=name", ["error", "name"]),
        ("columns=error,error,nothing,<script>,id,pk,delete", ["name", "error"]),
        ("columns=nothing", ["name", "last_at", "took_ms", "error"]),
        ("columns=", ["name", "last_at", "took_ms", "error"]),
    ],
)
def test_it_shows_the_columns_that_the_address_names(
    client: Client, sweep: Sweep, query: str, shown: list[str]
) -> None:
    assert columns(client, query) == shown


def test_it_keeps_chosen_columns_in_its_links(client: Client, sweep: Sweep) -> None:
    page = client.get(LIST, {"columns": "took_ms", "view": "all"})

    assert page.status_code == 200
    assert re.search(r'href="\?columns=took_ms&amp;o=-?\d&amp;view=all"', page.text)
    assert "columns=%3Cscript" not in page.text


def test_it_offers_further_columns_and_shows_them_when_they_are_chosen(
    client: Client, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin.site._registry[Sweep], "list_display", ["name", "error"])
    monkeypatch.setattr(admin.site._registry[Sweep], "more_columns", ["took_ms"])

    assert columns(client, "") == ["name", "error"]
    assert columns(client, "columns=took_ms") == ["name", "took_ms"]
    assert 'value="took_ms"' in client.get(LIST).text


def test_it_hands_over_the_rows_of_its_filter(client: Client, sweep: Sweep) -> None:
    Sweep.objects.create(name="another", last_at=NOON, took_ms=8)
    request: Any = RequestFactory().get(LIST, {"q": "a.sw", "columns": "took_ms", "view": "all", "o": "-2"})
    request.user = get_user_model().objects.get()

    assert list(filtered(request, admin.site._registry[Sweep])) == [sweep]


def test_it_says_what_to_do_where_it_is_empty(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = admin.site._registry[SweepRun]
    monkeypatch.setattr(pages, "empty_hint", "Nothing ran <yet>")
    monkeypatch.setattr(pages, "empty_action", ("See the sweeps", "admin:core_sweep_changelist"))

    page = client.get("/admin/core/sweeprun/").text

    assert "Nothing ran &lt;yet&gt;" in page
    assert '<a class="button" href="/admin/core/sweep/">See the sweeps</a>' in page


@pytest.mark.parametrize("name", ["admin:nothing_of_that_name", "admin:auth_group_add"])
def test_it_leads_nowhere_that_is_not_there_or_not_allowed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    person = get_user_model().objects.create_user(email="aibek@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename="view_sweeprun"))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    monkeypatch.setattr(admin.site._registry[SweepRun], "empty_action", ("Go on", name))

    page = client.get("/admin/core/sweeprun/")

    assert page.status_code == 200
    assert "Go on" not in page.text


def test_it_tells_a_filter_without_rows_from_an_empty_list(client: Client, sweep: Sweep) -> None:
    assert "Nothing matches" in client.get(LIST, {"q": "no such sweep"}).text
    Sweep.objects.all().delete()
    assert "Nothing matches" not in client.get(LIST, {"view": "all"}).text


def test_it_marks_rows_for_what_moves_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    open_alert(kind="x", subject="station:A", text="x", at=NOON)
    pages = admin.site._registry[Alert]

    monkeypatch.setattr(pages, "live_rows", "")
    assert "data-live-rows" not in client.get("/admin/core/alert/").text
    monkeypatch.setattr(pages, "live_rows", "alert")
    page = client.get("/admin/core/alert/").text

    assert 'data-live-rows="alert"' in page
    assert f'data-pk="{Alert.objects.get().pk}"' in page


@pytest.mark.parametrize(
    ("state", "text", "colour"),
    [("failed", "failed", "red"), ("settled", "settled", "green"), ("odd", "an odd one", "base")],
)
def test_it_tells_a_state_by_its_word_whatever_its_colour(state: str, text: str, colour: str) -> None:
    label = display_for_label(state_label(state, text), "–", STATES)

    assert text in label
    assert f"bg-{colour}-" in label


def test_it_tells_a_state_without_a_word_by_its_name() -> None:
    assert state_label("failed", "") == ("failed", "failed")
