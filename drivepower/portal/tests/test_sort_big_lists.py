"""Big lists are sorted by what an index answers and turned no further than people turn pages."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from charging.models import Session
from charging.tests.world import NOW
from drivepower.core.lists import MOST_PAGES, key_of
from drivepower.core.models import Event
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.test_narrow_lists import NARROWED
from stations.models import Report

BIG = [model for model in NARROWED if getattr(admin.site._registry[model], "is_big", False)]


@pytest.fixture
def person(db: None) -> User:
    """Who sees everything."""
    return superuser()


def shown(model: type[Model], person: User, **asked: str) -> Any:
    """The list of that model at that address."""
    request = RequestFactory().get("/", asked)
    request.user = person
    return admin.site._registry[model].get_changelist_instance(request)


def leads_an_index(table: str, column: str) -> bool:
    """As the database knows it: an index over the whole table that begins with that column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
            " WHERE indrelid = %s::regclass AND attname = %s AND indpred IS NULL",
            [table, column],
        )
        return cursor.fetchone() is not None


@pytest.mark.parametrize("model", BIG, ids=lambda model: model._meta.label)
def test_an_index_begins_with_each_order(person: User, model: type[Model]) -> None:
    usual = shown(model, person).queryset.query.order_by
    for number in range(len(shown(model, person).list_display)):
        order = shown(model, person, o=str(number)).queryset.query.order_by
        if order != usual:
            field: Any = model._meta.get_field(str(order[0]).removeprefix("-"))
            assert leads_an_index(model._meta.db_table, field.column), order


def test_sessions_are_sorted_by_their_start_and_by_nothing_slow(person: User) -> None:
    usual = shown(Session, person)
    orders = {
        key_of(column): shown(Session, person, o=str(number)).queryset.query.order_by[0]
        for number, column in enumerate(usual.list_display)
    }

    assert orders["started_at"] == "started_at"
    assert {orders[name] for name in ("badge", "station", "socket", "who")} == {"-id"}
    assert shown(Session, person, o="2.8").queryset.query.order_by[0] == "started_at"
    sortable = {key_of(column) for column in usual.sortable_by}
    assert "started_at" in sortable
    assert "who" not in sortable


def test_small_lists_are_sorted_by_anything(person: User) -> None:
    number = shown(Report, person).list_display.index("text")

    assert shown(Report, person, o=str(number)).queryset.query.order_by[0] == "text"


def test_nobody_turns_further(client: Client, person: User) -> None:
    client.force_login(person)

    answer = client.get("/admin/charging/session/", {"p": "15000"})

    assert answer.context["cl"].page_num == MOST_PAGES
    assert "narrow it by a filter or a time" in answer.content.decode()


def test_a_later_page_goes_on_where_the_one_before_ends(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin.site._registry[Event], "list_per_page", 2)
    for number in range(3):
        Event.objects.create(kind="station.online", subject=f"station:{number}", at=NOW)

    pages = [[row.subject for row in shown(Event, person, p=page).result_list] for page in ("1", "2")]

    assert pages == [["station:2", "station:1"], ["station:0"]]


def test_rows_before_a_page_are_joined_to_nothing(person: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert list(shown(Session, person, p="2").result_list) == []

    assert "JOIN" not in asked[0]["sql"]
