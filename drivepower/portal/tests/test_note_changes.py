"""Every change of what people keep leaves a row: who, what, before and after; what machines write leaves none."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import leaving, logins
from accounts.models import Company, IdTag, User
from charging.tests.world import NOW, World
from drivepower.core.acting import acting
from drivepower.portal.audit import attaching, keeping
from drivepower.portal.audit.tables import WATCHED
from drivepower.portal.models import Change
from drivepower.portal.tests.making import staff, superuser
from stations.models import Location, Station, StationSeen

pytestmark = pytest.mark.django_db
# What people may write as well and what is not watched, because it keeps a trail of its own.
OWN_TRAIL = {
    "charging.Decision": "append-only, with who, why, before and after",
    "charging.DecisionRequest": "with who asked and who decided",
    "charging.Session": "machines write it all day; what people decide is a Decision",
    "billing.PaymentRefund": "with who asked, and its transfer",
    "billing.TopUp": "with its provider's events and its transfer",
    "stations.Command": "the ledger of commands, with who asked",
    "stations.Knock": "strangers at the door, counted and forgotten",
    "stations.Upload": "what stations sent",
}


def place(code: str = "P", **fields: Any) -> Location:
    """A place."""
    return Location.objects.create(code=code, latitude=Decimal("42.8"), longitude=Decimal("74.6"), **fields)


def changes(**wanted: Any) -> list[Change]:
    """What was noted, oldest first."""
    return list(Change.objects.filter(**wanted).order_by("id"))


def test_it_notes_update_bulk_and_raw_sql() -> None:
    one = place(address="Old street")
    Location.objects.filter(pk=one.pk).update(address="New street")
    Company.objects.bulk_create([Company(name="A"), Company(name="B")])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stations_location SET code = 'Q'")
        cursor.execute("DELETE FROM accounts_company WHERE name = 'B'")
    of_place = changes(table="stations.location", row=str(one.pk))
    assert [change.what for change in of_place] == ["insert", "update", "update"]
    assert of_place[0].after["address"] == "Old street"
    assert (of_place[1].before, of_place[1].after) == ({"address": "Old street"}, {"address": "New street"})
    assert (of_place[2].before, of_place[2].after) == ({"code": "P"}, {"code": "Q"})
    of_companies = changes(table="accounts.company")
    assert [(change.what, (change.before | change.after)["name"]) for change in of_companies] == [
        ("insert", "A"), ("insert", "B"), ("delete", "B"),
    ]  # fmt: skip


def test_it_notes_nothing_where_nothing_changed() -> None:
    one = place()
    Location.objects.update(code=one.code)
    assert len(changes(table="stations.location")) == 1


def test_it_leaves_out_what_machines_write(world: World) -> None:
    before = Change.objects.count()
    Station.objects.update(epoch=5, connected_at=NOW, gateway=None)
    StationSeen.objects.update_or_create(
        station=world.station, defaults={"last_heartbeat_at": NOW, "last_frame_at": NOW}
    )
    IdTag.objects.create(value="VIRT", kind=IdTag.Kind.VIRTUAL)
    assert Change.objects.count() == before


def test_it_keeps_no_secret() -> None:
    person = User.objects.create_user(email="x@example.com", name="X", password="one long password")
    person.set_password("another long password")
    person.save()
    found = changes(table="accounts.user", what="update")
    assert (found[-1].before, found[-1].after) == ({"password": "•••"}, {"password": "•••"})
    assert found[0].before.keys() | found[0].after.keys() == {"password"}
    assert not any(person.password in str(change.after) for change in changes())


def test_it_keeps_a_link_with_whom_it_belongs_to() -> None:
    person = staff("Support")
    found = changes(table="accounts.user", row=str(person.pk), what="insert")
    assert found[-1].after["group_id"] == person.groups.get().pk


def test_it_names_the_person_of_a_page_and_nobody_afterwards() -> None:
    person, one = superuser(), place()
    client = Client()
    client.force_login(person)
    address = reverse("admin:accounts_company_add")
    assert client.post(address, {"name": "By hand", "kind": "host", "currency": "KGS"}).status_code == 302
    assert changes(table="accounts.company")[-1].who == f"staff:{person.public_id}"
    Location.objects.filter(pk=one.pk).update(code="R")
    assert changes(table="stations.location")[-1].who == ""


def test_it_names_the_person_of_the_operator_api() -> None:
    person = superuser()
    pair = logins.come_in(user=person, address="", device="", at=timezone.now())
    said = {"location_id": "X-1", "name": {"en": "X"}, "address": "A", "latitude": 42.8, "longitude": 74.6}
    headers = {"Authorization": f"Bearer {pair.access}"}
    answer = Client().post("/api/v1/operator/locations", said, content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    assert changes(table="stations.location")[-1].who == f"staff:{person.public_id}"
    place("after")
    assert changes(table="stations.location")[-1].who == ""


def test_an_error_leaks_nobody() -> None:
    with pytest.raises(ZeroDivisionError), acting("staff:x"):
        raise ZeroDivisionError
    with pytest.raises(DatabaseError), acting("staff:y"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing")
    place()
    assert changes()[-1].who == ""


@pytest.mark.django_db(transaction=True)
def test_a_connection_given_back_early_names_nobody() -> None:
    with acting("staff:x"):
        place("A")
        connection.close()
    for code in "BCDEFGHIJ":  # whichever connection of the pool it is
        place(code)
        connection.close()
    assert {change.who for change in changes(table="stations.location")[1:]} == {""}
    assert changes(table="stations.location")[0].who == "staff:x"


def test_a_task_has_its_name() -> None:
    from celery import shared_task

    @shared_task(name="test.make_place")
    def make_place() -> None:
        place("T")

    make_place.apply()
    place("U")
    assert [change.who for change in changes(table="stations.location")] == ["task:test.make_place", ""]


@pytest.mark.parametrize("statement", ["UPDATE portal_change SET who = 'x'", "DELETE FROM portal_change"])
def test_it_is_append_only(statement: str) -> None:
    place()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_is_forgotten_after_years_and_only_then() -> None:
    place()
    at = changes()[0].at
    assert keeping.forget_changes(at=at + keeping.KEPT) == 0
    assert keeping.forget_changes(at=at + 2 * keeping.KEPT) == 1
    place("Z")
    with pytest.raises(DatabaseError, match="append-only"):
        Change.objects.all().delete()


def test_it_forgets_who_a_driver_was() -> None:
    driver = User.objects.create_user(email="gone@example.com", name="Gone")
    User.objects.update(email=f"{driver.public_id}@deleted.invalid", name="", is_active=False)
    assert keeping.forget_people(at=NOW) == 2
    assert keeping.forget_people(at=NOW) == 0
    assert not any("gone@example.com" in str((change.before, change.after)) for change in changes())


def test_it_forgets_what_was_written_on_the_cards_of_who_left() -> None:
    gone, stays = (User.objects.create_user(email=f"{name}@example.com", name=name) for name in ("Gone", "Stays"))
    card = IdTag.objects.create(value="A1", user=gone, plate="01KG123ABC", note="wears a hat")
    IdTag.objects.create(value="B2", user=stays, plate="02KG456DEF")
    IdTag.objects.filter(pk=card.pk).update(plate="03KG789GHI")
    leaving.ask(user=gone, at=NOW)
    assert leaving.let_go(at=NOW + leaving.WAIT) == 1
    IdTag.objects.filter(pk=card.pk).update(user=stays, plate="04KG000JKL")

    assert keeping.forget_people(at=NOW) > 0
    assert keeping.forget_people(at=NOW) == 0

    said = str([(change.before, change.after) for change in changes()])
    assert [word in said for word in ("01KG123ABC", "03KG789GHI", "hat")] == [False] * 3
    assert [word in said for word in ("02KG456DEF", "04KG000JKL", "A1", str(gone.pk))] == [True] * 4


def test_the_triggers_are_those_of_the_list() -> None:
    with connection.cursor() as cursor:
        cursor.execute(attaching.FOUND, [attaching.NAME])
        assert dict(cursor.fetchall()) == attaching.triggers()


def test_every_table_that_people_write_is_watched_or_keeps_a_trail() -> None:
    request = RequestFactory().get("/")
    request.user = superuser()
    written = {
        model._meta.label
        for model, pages in admin.site._registry.items()
        if pages.has_add_permission(request) or pages.has_change_permission(request)
    }
    assert written - WATCHED.keys() - OWN_TRAIL.keys() == set()


def test_of_values_by_name_the_page_tells_those_that_differ() -> None:
    one = place(name={"en": "Square", "ru": "Площадь"}, notice={})
    Location.objects.update(name={"en": "Square", "ru": "<b>"}, notice={"en": "Closed", "ru": "Закрыто"})
    client = Client()
    client.force_login(superuser())
    page = client.get(reverse("admin:stations_location_history", args=[one.pk])).content.decode()
    assert "ru: Площадь → ru: &lt;b&gt;" in page
    assert "– → en: Closed, ru: Закрыто" in page
    assert "en: Square" not in page.partition("ru: Площадь → ")[2].partition("</div>")[0]


def test_the_page_and_the_history_show_it() -> None:
    person, one = superuser(), place(address="Old street")
    with acting(f"staff:{person.public_id}"):
        Location.objects.update(address="<b>New</b> street")
    client = Client()
    client.force_login(person)
    history = reverse("admin:stations_location_history", args=[one.pk])
    for address in (reverse("admin:portal_change_changelist") + "?table=stations.location", history):
        page = client.get(address).content.decode()
        assert "Old street → &lt;b&gt;New&lt;/b&gt; street" in page
        assert "Root" in page
    listed = client.get(reverse("admin:portal_change_changelist"), {"q": "Root"}).content.decode()
    assert reverse("admin:stations_location_change", args=[one.pk]) in listed
    assert client.post(reverse("admin:portal_change_change", args=[changes()[0].pk]), {}).status_code == 403
