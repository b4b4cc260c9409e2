"""What support sees: sessions found by what drivers tell, nothing changed by accident."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from charging import settlement, strays
from charging.models import MeterReading, Session, SessionMeter, Settlement, StrayMessage
from charging.tests.world import NOW, World, minutes
from stations.models import Connector

MODELS = {
    "session": Session,
    "meterreading": MeterReading,
    "settlement": Settlement,
    "straymessage": StrayMessage,
}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def office(world: World) -> Client:
    """A superuser's browser."""
    client = Client()
    client.force_login(User.objects.create_superuser(email="root@example.com"))
    return client


def page(office: Client, name: str, *args: Any, **query: Any) -> str:
    """A page of the admin."""
    answer = office.get(reverse(f"admin:charging_{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(office: Client, **query: Any) -> set[int]:
    """The sessions of the list."""
    answer = office.get(reverse("admin:charging_session_changelist"), query)
    assert answer.status_code == 200
    return {session.pk for session in answer.context["cl"].result_list}


def settled(world: World, **person: Any) -> Session:
    """A session that is paid."""
    session = world.charging(world.driver("1000.00", **person))
    world.read(session, 4000, at=NOW + minutes(10), power_w=22_000)
    world.end(session, 26_500, at=NOW + minutes(60))
    settlement.settle(session_id=session.pk, at=NOW + minutes(61))
    session.refresh_from_db()
    return session


def test_it_shows_a_session_with_everything_that_belongs_to_it(world: World, office: Client) -> None:
    session = settled(world, name="Aibek")
    text = page(office, "session_change", session.pk)
    assert session.receipt is not None
    for shown in ("25.50 kWh", "382.50 KGS", "1:00:00", "22.0 kW", "Aibek", session.receipt.full_number):
        assert shown in text
    for link in (
        reverse("admin:billing_receipt_change", args=[session.receipt.pk]),
        f"{reverse('admin:billing_transfer_changelist')}?subject=session%3A{session.pk}",
        f"{reverse('admin:stations_command_changelist')}?subject=session%3A{session.pk}",
        f"{reverse('admin:charging_meterreading_changelist')}?session_key={session.pk}",
    ):
        assert link in text
        assert office.get(link.replace("&amp;", "&")).status_code == 200


def test_it_lists_sessions_with_energy_cost_and_duration(world: World, office: Client) -> None:
    settled(world, name="Aibek")
    text = page(office, "session_changelist")
    for shown in ("25.50 kWh", "382.50 KGS", "1:00:00", "Aibek", "settled", "BSK-01"):
        assert shown in text


def test_it_finds_a_session_by_what_support_is_told(world: World, office: Client) -> None:
    session = settled(world, name="Aibek", phone="+996700123456")
    world.card(world.driver(name="Nurlan"), value="CARD-1")
    other = world.begin("CARD-1", at=NOW + minutes(90)).session
    assert session.driver is not None
    for told in (
        str(session.public_id),
        f" {session.pk} ",
        session.tag.lower(),
        "700123",
        "aibek",
        session.driver.email,
    ):
        assert listed(office, q=told) == {session.pk}
    for told in ("card-1", str(other.pk), "nurlan"):
        assert listed(office, q=told) == {other.pk}
    for told in ("nobody", "9" * 30, "1 OR 1", "%"):
        assert listed(office, q=told) == set()


def test_it_narrows_the_list(world: World, office: Client) -> None:
    session = settled(world)
    unknown = world.begin("NOBODY", at=NOW + minutes(90)).session
    assert listed(office, state__exact="settled") == {session.pk}
    assert listed(office, finding="unauthorized") == {unknown.pk}
    assert listed(office, asked_by__exact="card") == {unknown.pk}
    assert listed(office) == {session.pk, unknown.pk}


def test_it_shows_sessions_in_every_state(world: World, office: Client) -> None:
    session = world.begin("NOBODY").session
    for state in Session.State:
        Session.objects.update(state=state, holds_connector=False, stopped_at=NOW, price_terms=None)
        assert str(state.label) in page(office, "session_change", session.pk)
        assert str(state.label) in page(office, "session_changelist")


def test_it_asks_the_database_as_often_for_many_as_for_one(world: World, office: Client) -> None:
    world.card(world.driver("9000.00"), sessions_at_once=9)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(office, "session_changelist")
        return len(queries)

    world.begin("CARD-1")
    alone = cost()
    for number in range(2, 7):
        connector, _ = Connector.objects.get_or_create(station=world.station, number=number)
        session = world.begin("CARD-1", connector=connector, at=NOW + minutes(number)).session
        SessionMeter.objects.create(session=session, energy_wh=5, running_cost=Decimal(5))
    assert cost() == alone


def test_it_never_counts_readings(world: World, office: Client) -> None:
    session = world.charging(world.driver())
    world.read(session, 4000, at=NOW + minutes(10), power_w=22_000)
    with CaptureQueriesContext(connection) as queries:
        text = page(office, "meterreading_changelist")
    assert "4000 Wh" in text
    assert "22000 W" in text
    assert not [query for query in queries if "COUNT(" in query["sql"] and "meterreading" in query["sql"]]


def test_it_finds_readings_by_their_session(world: World, office: Client) -> None:
    session = world.charging(world.driver())
    world.read(session, 4000, at=NOW + minutes(10))
    assert "4000 Wh" in page(office, "meterreading_changelist", q=f"#{session.pk}")
    for other in (session.pk + 1, "x", "9" * 30):
        assert "4000 Wh" not in page(office, "meterreading_changelist", q=other)
    reading = MeterReading.objects.get()
    assert "4000" in page(office, "meterreading_change", reading.pk)


def test_it_shows_settlements_and_strays(world: World, office: Client) -> None:
    session = settled(world)
    assert "382.50 KGS" in page(office, "settlement_changelist", q=session.public_id)
    assert "382.50" in page(office, "settlement_change", Settlement.objects.get().pk)
    stray = strays.keep(station=world.station, action="StopTransaction", payload={"a": 1}, received_at=NOW, tried="7")
    assert "StopTransaction" in page(office, "straymessage_changelist")
    assert "StopTransaction" in page(office, "straymessage_change", stray.pk)


def test_it_escapes_what_stations_say(world: World, office: Client) -> None:
    session = world.begin(HOSTILE).session
    world.end(session, 2000, at=NOW + minutes(5), reason=HOSTILE)
    MeterReading.objects.create(
        part_at=NOW, session_key=session.pk, station=world.station, number=1, at=NOW, measurand=HOSTILE, raw=HOSTILE
    )
    strays.keep(station=world.station, action=HOSTILE, payload={"a": HOSTILE}, received_at=NOW, tried=HOSTILE)
    pages = [page(office, f"{name}_changelist") for name in MODELS]
    pages += [
        page(office, f"{name}_change", model._default_manager.latest("pk").pk)
        for name, model in MODELS.items()
        if model._default_manager.exists()
    ]
    assert all(HOSTILE not in text for text in pages)
    assert any("&lt;script&gt;" in text for text in pages)


@pytest.mark.parametrize("name", MODELS)
def test_it_lets_nobody_change_anything(world: World, office: Client, name: str) -> None:
    session = settled(world)
    strays.keep(station=world.station, action="x", payload={}, received_at=NOW, tried="")
    row = MODELS[name]._default_manager.latest("pk")
    assert office.get(reverse(f"admin:charging_{name}_add")).status_code == 403
    for verb in ("change", "delete"):
        answer = office.post(
            reverse(f"admin:charging_{name}_{verb}", args=[row.pk]), {"post": "yes", "state": "waived"}
        )
        assert answer.status_code == 403
    session.refresh_from_db()
    assert session.state == Session.State.SETTLED


def test_it_writes_no_python_on_a_page(world: World, office: Client) -> None:
    session = settled(world)
    settlement = session.settlements.get()
    for record in (session, settlement):
        address = reverse(f"admin:charging_{record._meta.model_name}_change", args=[record.pk])
        page = office.get(address).content.decode()
        assert "(&#x27;" not in page
    assert "in order" in page


def test_a_session_names_only_lists_that_its_reader_may_open(world: World) -> None:
    session = settled(world)
    reader = User.objects.create_user(email="reader@example.com", role=User.Role.STAFF)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_session", "view_command"]))
    client = Client()
    client.force_login(reader)
    text = page(client, "session_change", session.pk)
    assert f"{reverse('admin:stations_command_changelist')}?subject=" in text
    for name in ("billing_transfer", "billing_hold", "charging_meterreading"):
        assert reverse(f"admin:{name}_changelist") not in text
