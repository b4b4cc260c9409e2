"""Sessions for staff through the operator API: looked at, started, stopped, decided about."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Company, User
from accounts.tests.test_operator_people import Desk
from accounts.tests.world import chinara
from charging.models import Session, SessionMeter
from charging.models.session import State
from charging.tests.app import go_live
from charging.tests.settling import after, check, ended, inferred, settle
from charging.tests.world import NOW, World
from stations.models import Command


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(chinara())


@pytest.fixture
def second(db: None) -> Desk:
    return Desk(User.objects.create_superuser(email="second@example.com"))


def paid(world: World) -> Session:
    session = ended(world, world.driver(name="Aida"))
    settle(session)
    return session


def test_it_shows_a_session_whole(world: World, desk: Desk) -> None:
    session = paid(world)
    world.read(session, 5000, at=NOW)

    status, body = desk.get(f"sessions/{session.public_id}")

    shown = body["session"]
    assert (status, shown["state"], shown["energy_kwh"], shown["current_cost"]) == (200, "settled", 25.5, "382.50")
    assert (shown["driver"]["name"], shown["number"], shown["would_cost"]) == ("Aida", session.pk, "382.50")
    assert [(one["total"], one["verdict"]) for one in shown["settlements"]] == [("382.50", "ok")]
    readings = desk.get(f"sessions/{session.public_id}/readings")[1]["data"]
    assert [(one["measurand"], one["value"]) for one in readings] == [("Energy.Active.Import.Register", "5000.0000")]


def test_it_finds_sessions(world: World, desk: Desk) -> None:
    first, last = paid(world), ended(world, world.driver())

    def numbers(**query: Any) -> list[int]:
        return [row["number"] for row in desk.get("sessions", **query)[1]["data"]]

    assert numbers() == [last.pk, first.pk]
    assert numbers(state="settled") == [first.pk]
    assert numbers(driver=str(last.driver.public_id)) == [last.pk]  # type: ignore[union-attr]  # the app's
    assert numbers(id_tag=first.tag.lower(), station="BSK-01", location="BSK") == [first.pk]
    assert numbers(since="2030-01-01T00:00:00Z") == []
    assert numbers(until="2030-01-01T00:00:00Z", station="X") == []


def test_it_starts_for_a_driver_and_stops(world: World, desk: Desk) -> None:
    go_live(world)
    driver = world.driver()

    status, body = desk.post("sessions", station_id="BSK-01", connector_id=1, driver=str(driver.public_id))

    session = Session.objects.get()
    assert (status, body["session_id"]) == (202, str(session.public_id))
    assert (session.driver, session.asked_by) == (driver, Session.AskedBy.OPERATOR)
    assert Command.objects.get().asked_by.startswith("staff:")
    world.begin(session.tag, at=timezone.now())
    assert desk.post(f"sessions/{session.public_id}/stop")[1]["session"]["state"] == "stopping"
    assert Command.objects.filter(intent="stop_charging").count() == 1


def test_it_starts_for_somebody_only(world: World, desk: Desk) -> None:
    go_live(world)

    assert desk.post("sessions", station_id="BSK-01", connector_id=1)[0] == 400


def test_it_decides_about_what_is_in_review(world: World, desk: Desk) -> None:
    session = inferred(world, world.driver(), 10_000)
    assert session.state == State.REVIEW

    [queued] = desk.get("sessions", state="review")[1]["data"]
    status, body = desk.post(f"sessions/{session.public_id}/accept", reason="The meter is right.", revision=0)

    assert [finding["code"] for finding in queued["findings"]] == ["inferred"]
    assert queued["findings"][0]["text"]
    assert (status, body["session"]["state"], body["session"]["current_cost"], body["waits"]) == (
        200, "settled", "150.00", None,
    )  # fmt: skip
    again = desk.post(f"sessions/{session.public_id}/accept", reason="Again.", revision=0)
    assert (again[0], again[1]["error"]) == (409, "session_moved")


def test_it_corrects_and_the_difference_moves(world: World, desk: Desk) -> None:
    session = paid(world)

    _, body = desk.post(f"sessions/{session.public_id}/correct", reason="A wrong meter.", energy_kwh="20.000")

    assert (body["session"]["energy_kwh"], body["session"]["current_cost"]) == (20.0, "300.00")
    session.refresh_from_db()
    check(session, "300.00")
    [decision] = desk.get(f"sessions/{session.public_id}")[1]["session"]["decisions"]
    assert (decision["verb"], decision["reason"]) == ("correct", "A wrong meter.")


def test_it_lets_a_large_waiver_wait_for_a_second_person(world: World, desk: Desk, second: Desk) -> None:
    session = world.charging(world.driver("5000.00"))
    world.end(session, 81_000, at=after(600))
    settle(session, at=after(601))

    _, body = desk.post(f"sessions/{session.public_id}/waive", reason="The cable hung.")
    key = body["waits"]["id"]

    assert (body["session"]["state"], body["waits"]["gives_back"]) == ("settled", "1200.00")
    assert desk.post(f"decision-requests/{key}/confirm")[1]["error"] == "access_denied"
    assert [row["id"] for row in second.get("decision-requests", state="asked")[1]["data"]] == [key]
    assert second.post(f"decision-requests/{key}/confirm")[1]["request"]["state"] == "confirmed"
    assert second.post(f"decision-requests/{key}/refuse")[1]["error"] == "already_decided"
    assert desk.get(f"sessions/{session.public_id}")[1]["session"]["state"] == "waived"


def test_it_ends_a_session_that_hangs_by_its_last_reading(world: World, desk: Desk) -> None:
    session = world.charging(world.driver())
    world.read(session, 6000, at=NOW + timedelta(minutes=5))
    Session.objects.update(created_at=NOW)

    status, body = desk.post(f"sessions/{session.public_id}/complete", reason="The station burnt down.")

    assert (status, body["session"]["state"], body["session"]["energy_kwh"]) == (200, "ended", 5.0)
    assert body["session"]["inferred"] is True
    session.refresh_from_db()
    assert session.stopped_at == NOW + timedelta(minutes=5)


def test_it_does_not_end_what_its_station_still_tells_of(world: World, desk: Desk) -> None:
    session = world.charging(world.driver())
    SessionMeter.objects.create(session=session, last_reading_at=timezone.now())
    Session.objects.update(created_at=NOW)

    status, body = desk.post(f"sessions/{session.public_id}/complete", reason="x")

    assert (status, body["error"]) == (409, "session_running")
    assert Session.objects.get().state == State.ACTIVE


def test_it_completes_what_waits(world: World, desk: Desk) -> None:
    first, last = inferred(world, world.driver(), 10_000), inferred(world, world.driver(), 10_000)

    accepted = desk.post(f"sessions/{first.public_id}/complete", reason="Right.")
    corrected = desk.post(f"sessions/{last.public_id}/complete", reason="Wrong.", energy_kwh="2")

    assert (accepted[1]["session"]["current_cost"], corrected[1]["session"]["current_cost"]) == ("150.00", "30.00")
    assert desk.post(f"sessions/{first.public_id}/complete", reason="Again.")[1]["error"] == "session_moved"


def test_it_names_no_driver_to_a_host_who_has_nothing_to_do_with_them(world: World) -> None:
    company = Company.objects.create(name="Host", kind=Company.Kind.HOST)
    world.station.location.host = company  # type: ignore[union-attr]  # the world's has one
    world.station.location.save()  # type: ignore[union-attr]  # the same
    session = paid(world)
    host = Desk(User.objects.create_superuser(email="host@example.com", company=company))

    _, body = host.get(f"sessions/{session.public_id}")
    file = host.client.get("/api/v1/operator/exports/sessions").getvalue().decode()

    shown = body["session"]
    assert (shown["driver"], shown["client_id"], shown["tag"], shown["decisions"]) == (None, None, None, [])
    assert "Aida" not in str(body) + file
    assert session.tag not in file
    assert str(session.public_id) in file
    assert host.get("sessions", id_tag=session.tag)[1]["data"] == []
    assert host.get("sessions", driver=str(session.driver.public_id))[1]["data"] == []  # type: ignore[union-attr]  # the app's


@pytest.mark.parametrize(("tag", "status"), [("CARD-1", "Accepted"), ("card-1", "Accepted"), ("X", "Invalid")])
def test_it_says_what_a_card_would_be_answered(world: World, desk: Desk, tag: str, status: str) -> None:
    world.card(world.driver())

    _, body = desk.post("id-tags/validate", id_tag=tag, station_id="BSK-01")

    assert (body["status"], body["accepted"]) == (status, status == "Accepted")
    assert (body["id_tag"] is None) == (status == "Invalid")


def test_it_says_that_a_card_is_blocked(world: World, desk: Desk) -> None:
    world.card(world.driver(), blocked=True)

    assert desk.post("id-tags/validate", id_tag="CARD-1", station_id="BSK-01")[1]["status"] == "Blocked"


def test_it_calculates_what_a_charge_would_cost(world: World, desk: Desk) -> None:
    status, body = desk.post("price/calculate", station_id="BSK-01", connector_id=2, energy_kwh="10", minutes=30)

    assert (status, body["total"], body["connector_id"], body["energy_kwh"]) == (200, "150.00", 2, 10.0)
    assert desk.post("price/calculate", station_id="X", energy_kwh="10")[1]["error"] == "station_not_found"
