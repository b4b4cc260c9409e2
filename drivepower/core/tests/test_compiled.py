"""Compiled querysets answer as Django's own do, for each asking's values."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from drivepower.core.compiled import Compiled, Given, Keys, insert
from drivepower.core.models import Alert

NAMED = Compiled(lambda: Group.objects.filter(name__iexact=Given("name")).order_by("pk"))


@pytest.mark.django_db
def test_it_answers_each_asking_for_its_own_values() -> None:
    one, two = Group.objects.create(name="One"), Group.objects.create(name="Two")
    assert NAMED.all(name="one") == [one]
    assert NAMED.first(name="TWO") == two
    assert NAMED.first(name="%s") is None


@pytest.mark.django_db
def test_it_fills_what_was_joined_and_annotated() -> None:
    joined: Any = Compiled(
        lambda: (
            Permission.objects.select_related("content_type")
            .annotate(is_given=Exists(Group.objects.filter(permissions=OuterRef("pk"), name=Given("group"))))
            .filter(pk=Given("key"))
        )
    )
    permission = Permission.objects.order_by("pk")[0]
    Group.objects.create(name="all").permissions.add(permission)
    with CaptureQueriesContext(connection) as asked:
        given, not_given = (joined.all(key=permission.pk, group=name)[0] for name in ("all", "none"))
        assert given.content_type.app_label == not_given.content_type.app_label
    assert len(asked) == 2
    assert given.is_given
    assert not not_given.is_given


@pytest.mark.django_db(transaction=True)
def test_it_asks_on_the_connection_of_whoever_asks() -> None:
    Group.objects.create(name="One")
    with transaction.atomic():
        Group.objects.filter(name="One").update(name="Other")
        assert NAMED.first(name="Other")
        seen: list[Group | None] = []

        def look() -> None:
            seen.append(NAMED.first(name="Other"))
            connection.close()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [None]


@pytest.mark.django_db(transaction=True)
def test_it_locks_in_a_transaction_only() -> None:
    locking = Compiled(lambda: Group.objects.select_for_update(no_key=True).filter(name=Given("name")))
    with transaction.atomic():
        assert locking.all(name="One") == []
    with pytest.raises(TransactionManagementError):
        locking.all(name="One")


@pytest.mark.django_db
def test_it_takes_a_list_of_keys() -> None:
    one, two, _ = (Group.objects.create(name=name) for name in ("One", "Two", "Three"))
    among = Compiled(lambda: Group.objects.filter(pk__in=Keys("keys")).order_by("pk"))
    assert among.all(keys=[two.pk, one.pk]) == [one, two]
    assert among.all(keys=[]) == []


@pytest.mark.django_db
def test_it_inserts_what_save_would() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    said: dict[str, Any] = {"kind": "k", "text": "t", "opened_at": at, "last_at": at}
    one, two = insert(Alert(subject="one", **said)), Alert.objects.create(subject="two", **said)
    known, other = (Alert.objects.values().get(pk=row.pk) for row in (one, two))
    assert known == other | {"id": one.pk, "subject": "one"}
    assert not one._state.adding
