"""Switches are on until somebody turns them, and say who did."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from drivepower.core import switches
from drivepower.core.models import Switch
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIST = "/admin/core/switch/"


def browser(*rights: str) -> Client:
    """A browser of staff with these rights."""
    person = get_user_model().objects.create_user(email="daniyar@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(person)
    return client


def test_it_is_on_until_it_is_turned_off_and_on_again() -> None:
    assert switches.is_on("starts")
    for is_on in (False, True):
        switches.turn(name="starts", is_on=is_on, note="Grid", by="staff:x", at=AT)
        assert switches.is_on("starts") is is_on
    row = Switch.objects.get()
    assert (row.changed_by, row.changed_at, row.note) == ("staff:x", AT, "Grid")


def test_it_turns_nothing_that_nobody_honours() -> None:
    with pytest.raises(Refusal) as refused:
        switches.turn(name="lights", is_on=False, by="staff:x", at=AT)
    assert refused.value.code == "switch_not_found"


def test_all_of_them_take_one_query_in_a_while(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        for name in switches.declared():
            assert switches.is_on(name)


def test_people_find_all_of_them_and_turn_one() -> None:
    client = browser("view_switch", "change_switch")
    page = client.get(LIST)
    assert page.status_code == 200
    for name in ("starts", "signup", "provider:sandbox"):
        assert name in page.text
    answer = client.post(f"{LIST}signup/change/", {"note": "Too many bots"})
    assert answer.status_code == 302
    row = Switch.objects.get(name="signup")
    person = get_user_model().objects.get()
    assert (row.is_on, row.note, row.changed_by) == (False, "Too many bots", f"staff:{person.public_id}")
    assert not switches.is_on("signup")
    assert "signup" in client.get(f"{LIST}signup/history/").text


def test_who_may_not_turn_it_does_not() -> None:
    switches.keep_rows(at=AT)
    assert browser("view_switch").post(f"{LIST}starts/change/", {}).status_code == 403
    assert switches.is_on("starts")


def test_without_a_right_to_look_nothing_is_shown_or_written() -> None:
    assert browser().get(LIST).status_code == 403
    assert not Switch.objects.exists()
