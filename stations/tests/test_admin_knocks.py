"""Strangers in the portal: who they are, and how an operator makes a station of one."""

from typing import Any

import pytest

from accounts.models import User
from stations.admin.knocks import code_of
from stations.models import Commissioning, Knock, Station
from stations.tests.test_admin import browser, dialog_link
from stations.tests.world import NOON, location, station

pytestmark = pytest.mark.django_db


def test_it_adopts_a_station_that_knocked() -> None:
    client = browser("view_knock", "add_station", "view_station")
    knock = Knock.objects.create(kind="station", value="SN-77", reason="unknown", first_at=NOON, last_at=NOON)
    path = f"/admin/stations/knock/{knock.pk}/change/"
    link = dialog_link(client, path, "adopt")
    said = {"_form_submitted": "True", "confirmed": "on"}
    assert "HX-Redirect" not in client.post(link, {**said, "code": "lower"})
    station("TAKEN")
    assert client.post(link, {**said, "code": "TAKEN"})["HX-Redirect"] == path
    assert "already exists" in client.get(path).text
    done = client.post(link, {**said, "code": "NEW-1"})
    made = Station.objects.get(code="NEW-1")
    assert (made.identity, done["HX-Redirect"]) == ("SN-77", f"/admin/stations/station/{made.pk}/change/")
    assert not Knock.objects.exists()


@pytest.mark.parametrize(
    ("key_hash", "differ", "sentence"),
    [
        ("ab" * 32, False, "It comes in with the key that it offered."),
        ("", False, "It offered no key: issue one afterwards."),
        ("ab" * 32, True, "Different keys were offered under this name"),
    ],
    ids=["one key", "none", "several"],
)
def test_it_asks_who_it_is_that_is_adopted(key_hash: str, differ: bool, sentence: str) -> None:
    client = browser("view_knock", "add_station")
    said: dict[str, Any] = {"kind": "station", "value": "SN-77", "address": "198.51.100.7", "reason": "unknown"}
    knock = Knock.objects.create(**said, key_hash=key_hash, keys_differ=differ, first_at=NOON, last_at=NOON, count=3)
    link = dialog_link(client, f"/admin/stations/knock/{knock.pk}/change/", "adopt")

    page = client.get(link).text

    assert "SN-77, seen 3 times, last from 198.51.100.7" in page
    assert sentence in page
    assert "HX-Redirect" not in client.post(link, {"_form_submitted": "True", "code": "NEW-1"})
    assert not Station.objects.exists()


def test_it_adopts_no_card_and_for_nobody_who_may_not() -> None:
    card = Knock.objects.create(kind="tag", value="04AABB", reason="unknown", first_at=NOON, last_at=NOON)
    stranger = Knock.objects.create(kind="station", value="SN-77", reason="unknown", first_at=NOON, last_at=NOON)
    client = browser("view_knock", "add_station")
    assert "/adopt" not in client.get(f"/admin/stations/knock/{card.pk}/change/").text
    User.objects.all().delete()
    client = browser("view_knock")
    assert "/adopt" not in client.get(f"/admin/stations/knock/{stranger.pk}/change/").text
    client.post(f"/admin/stations/knock/{stranger.pk}/adopt", {"_form_submitted": "True", "code": "NEW-1"})
    assert not Station.objects.exists()


def test_it_begins_to_put_in_service_what_it_adopts() -> None:
    client = browser("view_knock", "add_station", "view_station", "view_commissioning")
    knock = Knock.objects.create(kind="station", value="SN-77", reason="unknown", first_at=NOON, last_at=NOON)
    place = location()
    link = dialog_link(client, "/admin/stations/knock/", "adopt")
    assert f"/{knock.pk}/" in link
    said = {"_form_submitted": "True", "confirmed": "on", "code": "NEW-1", "location": place.pk}
    done = client.post(link, said)
    made = Station.objects.get(code="NEW-1")
    assert (made.location, made.service_state, made.is_public) == (place, "commissioning", False)
    row = Commissioning.objects.get()
    assert done["HX-Redirect"] == f"/admin/stations/commissioning/{row.pk}/change/"
    assert client.get(done["HX-Redirect"]).status_code == 200


@pytest.mark.parametrize(
    ("identity", "code"), [("SN-77", "SN-77-1"), ("sn 77", "SN-77"), ("<b>", "B"), ("ё", "")], ids=str
)
def test_it_offers_a_code_that_is_not_the_identity(identity: str, code: str) -> None:
    assert code_of(Knock(value=identity)) == code


def test_it_says_why_and_escapes_what_strangers_say() -> None:
    client = browser("view_knock")
    said = {"reason": "unknown station", "address": "<i>x</i>", "first_at": NOON, "last_at": NOON}
    knock = Knock.objects.create(kind="station", value="<script>alert(1)</script>", **said)
    for page in (client.get(f"/admin/stations/knock/{way}").text for way in ("", f"{knock.pk}/change/")):
        assert "No station of this identity is entered." in page
        assert "unknown station" not in page
        assert "<script>alert" not in page
        assert "<i>x" not in page


def test_it_dismisses_one_and_many() -> None:
    client = browser("view_knock", "delete_knock")
    said = {"kind": "tag", "reason": "unknown card", "first_at": NOON, "last_at": NOON}
    keys = [Knock.objects.create(value=f"CARD-{number}", **said).pk for number in range(3)]
    link = dialog_link(client, f"/admin/stations/knock/{keys[0]}/change/", "dismiss")
    assert client.post(link, {"_form_submitted": "True"})["HX-Redirect"] == "/admin/stations/knock/"
    client.post("/admin/stations/knock/", {"action": "dismiss_many", "_selected_action": keys[1:2]})
    assert list(Knock.objects.values_list("pk", flat=True)) == keys[2:]
    User.objects.all().delete()
    client = browser("view_knock")
    client.post("/admin/stations/knock/", {"action": "dismiss_many", "_selected_action": keys[2:]})
    client.post(f"/admin/stations/knock/{keys[2]}/dismiss/", {"_form_submitted": "True"})
    assert Knock.objects.count() == 1
