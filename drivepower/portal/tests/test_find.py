"""One box finds a row by whatever somebody has in hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from billing.models import Receipt, TopUp
from charging.models import Session
from charging.tests.world import NOW, World
from drivepower.portal.tests.companies import FOREIGN, OURS, charge, host_of, populate
from drivepower.portal.tests.making import staff, superuser
from stations.models import Station

JSON = "/admin/find.json"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def driver(world: World) -> User:
    """Somebody with a phone, an e-mail, a card and a charge that was paid for."""
    person = world.driver(name="Aizada Osmonova", phone="+996555123456")
    User.objects.filter(pk=person.pk).update(email="aizada@example.com")
    charge(world, world.card(person, value="04A1B2C3D4E580"), world.station)
    return person


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def addresses(client: Client, text: str) -> list[str]:
    found = client.get(JSON, {"q": text}).json()["found"]
    return [row["address"] for kind in found for row in kind["rows"]]


@pytest.mark.parametrize(
    "text",
    [
        "+996 555 123 456",
        "0555 12-34-56",
        "996555123456",
        "00996555123456",
        "(0555) 123456",
        "aizada@example.com",
        "AIZADA@",
        "osmon",
        "123456",
        "12-34-56",
    ],
)
def test_it_finds_a_driver(driver: User, text: str) -> None:
    assert f"/admin/driver/{driver.public_id}/" in addresses(as_person(superuser()), text)


def test_it_finds_staff_by_the_plain_form(driver: User) -> None:
    person = superuser()
    assert f"/admin/accounts/user/{person.pk}/change/" in addresses(as_person(person), "root@example.com")


@pytest.mark.parametrize("text", ["04A1B2C3D4E580", "04a1b2c3d4e580", "04:a1:b2:c3:d4:e5:80", "04 A1 B2 C3 D4 E5 80"])
def test_it_finds_a_card(driver: User, text: str) -> None:
    card = driver.id_tags.get()

    assert f"/admin/accounts/idtag/{card.pk}/change/" in addresses(as_person(superuser()), text)


def test_it_finds_a_station_by_each_of_its_names(world: World) -> None:
    Station.objects.filter(pk=world.station.pk).update(serial="SN-77-X")
    client = as_person(superuser())

    for text in (world.station.code.lower(), world.station.identity, "sn-77"):
        assert f"/admin/stations/station/{world.station.pk}/change/" in addresses(client, text), text


def test_it_finds_a_session_by_id_and_by_transaction(driver: User) -> None:
    session = Session.objects.get(driver=driver)
    client = as_person(superuser())

    for text in (str(session.public_id), f"#{session.pk}", f" {session.pk} ", str(session.public_id).upper()):
        assert f"/admin/charging/session/{session.pk}/change/" in addresses(client, text), text


def test_it_finds_a_receipt_by_its_number(driver: User) -> None:
    receipt = Receipt.objects.get()
    client = as_person(superuser())

    for text in (receipt.full_number, receipt.full_number.lower(), str(receipt.public_id)):
        assert f"/admin/billing/receipt/{receipt.pk}/change/" in addresses(client, text), text


def test_it_finds_a_top_up_by_our_id_and_by_the_providers(driver: User, world: World) -> None:
    made = TopUp.objects.create(
        wallet=world.wallet(driver),
        provider="odengi",
        provider_invoice="INV-900",
        provider_transaction="TR-901",
        amount=Decimal(5),
        made_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    client = as_person(superuser())

    for text in (str(made.public_id), "INV-900", "TR-901"):
        assert addresses(client, text) == [f"/admin/billing/topup/{made.pk}/change/"], text


def test_it_finds_pages_by_their_titles(world: World) -> None:
    assert "/admin/billing/receipt/" in addresses(as_person(superuser()), "receip")
    assert "/admin/billing/receipt/" not in addresses(as_person(staff("Technician")), "receip")


def test_it_shows_five_of_a_kind_and_says_that_there_are_more(world: World) -> None:
    for number in range(7):
        world.driver(name="A namesake", phone=f"+99655577000{number}")

    found = as_person(superuser()).get(JSON, {"q": "namesake"}).json()["found"]

    assert [len(kind["rows"]) for kind in found] == [5]
    assert found[0]["has_more"]


def test_it_asks_each_kind_once_however_many_rows_there_are(driver: User, world: World) -> None:
    client = as_person(superuser())

    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(JSON, {"q": text})
        assert not [query for query in queries if "COUNT(" in query["sql"]]
        return len(queries)

    few = cost("osmon")
    for number in range(6):
        world.card(world.driver(name="Osmonov", phone=f"+99655570000{number}"), value=f"OSMON{number}")
        Station.objects.create(code=f"OSMON-{number}", identity=f"osmon{number}", location=world.station.location)
    assert cost("osmon") == few
    assert few <= 12


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("Owner", {"user", "idtag", "session", "station", "receipt"}),
        ("Support", {"user", "idtag", "session", "station", "receipt"}),
        ("Technician", {"station"}),
    ],
)
def test_it_finds_what_the_role_may_open_and_no_more(driver: User, world: World, role: str, seen: set[str]) -> None:
    client = as_person(staff(role))
    texts = [
        "+996555123456",
        "04A1B2C3D4E580",
        str(Session.objects.get().public_id),
        world.station.code,
        Receipt.objects.get().full_number,
    ]
    may = {right.split(".view_")[1] for right in staff_rights(client) if ".view_" in right}

    kinds = {
        "user" if address.startswith("/admin/driver/") else address.split("/")[3]
        for text in texts
        for address in addresses(client, text)
    }

    assert seen <= kinds
    assert kinds <= may


def staff_rights(client: Client) -> set[str]:
    return User.objects.get(pk=client.session["_auth_user_id"]).get_all_permissions()


def test_it_finds_nothing_of_other_companies(world: World) -> None:
    companies: dict[str, Company] = {name: populate(world, name) for name in (OURS, FOREIGN)}
    client = as_person(host_of(companies[OURS]))
    foreign = Session.objects.get(station__code="FOREIGN-01")
    own = Session.objects.get(station__code="OURS-01")
    receipt = Receipt.objects.get(subject=foreign.subject)
    words = ["FOREIGN", "FOREIGN-CARD", "FOREIGN driver", f"#{foreign.pk}", str(foreign.public_id), receipt.full_number]

    for text in words:
        assert "FOREIGN" not in client.get(JSON, {"q": text}).content.decode(), text
        assert f"/admin/charging/session/{foreign.pk}/change/" not in addresses(client, text)
    assert f"/admin/charging/session/{own.pk}/change/" in addresses(client, f"#{own.pk}")
    assert "/admin/stations/station/" in "".join(addresses(client, "OURS-01"))


def test_it_leads_only_where_one_may_go(driver: User, world: World) -> None:
    for role in ("Owner", "Operator", "Support", "Finance", "Technician"):
        client = as_person(staff(role))
        for text in ("osmon", world.station.code, "04A1B2C3D4E580", f"#{Session.objects.get().pk}", "st"):
            for address in addresses(client, text):
                assert client.get(address, follow=True).status_code == 200, (role, address)


@pytest.mark.parametrize(
    "text", ["", " ", "x", "\x00", "%", "'; --", "9" * 40, "-" * 500, "#", "+", "::", HOSTILE, "1 2"]
)
def test_it_bears_whatever_is_typed(driver: User, text: str) -> None:
    client = as_person(superuser())

    assert client.get(JSON, {"q": text}).status_code == 200
    assert HOSTILE not in client.get("/admin/find/", {"q": text}).content.decode()


def test_its_page_works_without_a_script(driver: User, world: World) -> None:
    User.objects.filter(pk=driver.pk).update(name=HOSTILE)

    page = as_person(superuser()).get("/admin/find/", {"q": "0555123456"}).content.decode()

    assert f'href="/admin/driver/{driver.public_id}/"' in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert HOSTILE not in page


def test_it_answers_staff_alone(driver: User) -> None:
    for client in (Client(), as_person(driver)):
        for address in (JSON, "/admin/find/"):
            assert client.get(address, {"q": "osmon"}).status_code == 302


def test_it_gives_nothing_to_staff_without_rights(driver: User) -> None:
    nobody = User.objects.create_user(email="new@example.com", role=User.Role.STAFF)
    nobody.user_permissions.set(Permission.objects.none())

    assert addresses(as_person(nobody), "osmon") == []
