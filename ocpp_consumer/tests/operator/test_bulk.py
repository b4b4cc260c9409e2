"""One request to many stations: meant, told to others, paced, counted, stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Company
from drivepower.core.models import Alert
from ocpp_consumer import bulk
from ocpp_consumer.tasks import go_on_with_bulk
from stations import pacing
from stations.models import BulkCommand, BulkStep, Command, Station
from stations.models.network import LEASE
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    """Time goes on when the test says so."""
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def desk(clock: Any, settings: Any) -> Desk:
    """Somebody of the house who may ask five stations a second, and no more."""
    settings.COMMANDS_PER_SECOND = 5
    return Desk(staff())


def connected(count: int, **fields: Any) -> list[str]:
    """The codes of that many stations, all of them connected."""
    place = world.location()
    gateway = world.gateway(at=NOW + timedelta(hours=1))
    codes = [f"S-{number:03}" for number in range(count)]
    made = [
        Station(code=code, identity=f"CP {code}", location=place, gateway=gateway, connected_at=NOW, epoch=1, **fields)
        for code in codes
    ]
    Station.objects.bulk_create(made)
    return codes


def begun(desk: Desk, **said: Any) -> dict[str, Any]:
    """The job, as the API answers it."""
    status, body = desk.post("commands/bulk", **{"action": "ClearCache", "confirm": True, **said})
    assert status == 202, body
    job: dict[str, Any] = body["bulk"]
    return job


def shown(desk: Desk, job: dict[str, Any]) -> dict[str, Any]:
    """The job as it stands."""
    found: dict[str, Any] = desk.get(f"commands/bulk/{job['id']}")[1]["bulk"]
    return found


def test_it_asks_no_more_stations_a_second_than_one_person_may(desk: Desk, clock: Any) -> None:
    job = begun(desk, stations=connected(12))
    asked = []
    for _ in range(6):
        clock.shift(timedelta(milliseconds=500))
        go_on_with_bulk()
        go_on_with_bulk()  # another worker, in the same second
        asked.append(Command.objects.count())

    assert asked == [5, 5, 10, 10, 12, 12]
    progress = shown(desk, job)["progress"]
    expected = {"stations": 12, "queued": 12, "in_progress": 12, "wave": 1, "waves": 1}
    assert progress == dict.fromkeys(progress, 0) | expected
    assert shown(desk, job)["state"] == "running"  # nobody has answered yet
    Command.objects.update(state="accepted", sent_at=NOW, answered_at=NOW, answer={"status": "Accepted"})
    go_on_with_bulk()
    assert (shown(desk, job)["state"], shown(desk, job)["progress"]["success"]) == ("done", 12)


def test_single_commands_and_other_jobs_of_the_same_person_count(desk: Desk, clock: Any) -> None:
    codes = connected(8)
    first, second = begun(desk, stations=codes[:4]), begun(desk, stations=codes[4:])
    statuses = [desk.post(f"stations/{code}/commands", action="Reset", payload={"type": "Soft"})[0] for code in codes]
    other = Desk(staff())

    assert statuses == [202] * 5 + [429] * 3
    assert other.post(f"stations/{codes[0]}/commands", action="ClearCache")[0] == 202
    go_on_with_bulk()
    assert shown(desk, first)["progress"]["waiting"] == 4
    clock.shift(timedelta(seconds=1))
    go_on_with_bulk()
    assert [shown(desk, job)["progress"]["waiting"] for job in (first, second)] == [0, 3]


def test_many_stations_need_a_word_and_raise_an_alert(desk: Desk) -> None:
    codes = connected(bulk.UNCONFIRMED + 1)
    wish = {"action": "Reset", "payload": {"type": "Hard"}, "stations": codes}

    status, body = desk.post("commands/bulk", **wish)

    assert (status, body["error"]) == (400, "confirmation_needed")
    assert body["details"] == {"stations": len(codes)}
    assert not BulkCommand.objects.exists()
    job = begun(desk, **wish)
    alert = Alert.objects.get(kind=bulk.ALERT)
    assert alert.subject == f"bulk:{job['id']}"
    assert desk.by in alert.text


def test_many_small_jobs_are_a_big_one(desk: Desk, clock: Any) -> None:
    codes = connected(bulk.UNCONFIRMED + 1)
    begun(desk, stations=codes[:-1], confirm=False)
    last = {"action": "ClearCache", "stations": codes[-1:]}

    assert desk.post("commands/bulk", **last)[1]["error"] == "confirmation_needed"
    assert not Alert.objects.exists()
    clock.shift(bulk.REMEMBERED)
    assert desk.post("commands/bulk", **last)[0] == 202


def test_five_hundred_stops_are_paced_and_told_of_within_a_minute(desk: Desk, clock: Any) -> None:
    begun(desk, action="Reset", payload={"type": "Soft"}, stations=connected(500))
    for second in range(1, 61):
        clock.shift(timedelta(seconds=1))
        go_on_with_bulk()
        assert Command.objects.count() == 5 * second

    opened = dict(Alert.objects.values_list("kind", "opened_at"))
    assert opened.keys() == {bulk.ALERT, pacing.ALERT}
    assert max(opened.values()) <= NOW + timedelta(seconds=60)


def test_what_is_refused_at_the_door_takes_no_turn(desk: Desk, clock: Any) -> None:
    codes = connected(9)
    Station.objects.filter(code__in=codes[:6]).update(gateway=None)
    job = begun(desk, stations=codes)
    clock.shift(LEASE)
    go_on_with_bulk()

    assert shown(desk, job)["progress"] | {"stations": 9, "refused": 6, "queued": 3} == shown(desk, job)["progress"]
    rows = desk.listed(f"commands/bulk/{job['id']}/stations")
    assert [(row["state"], row["error"]) for row in rows] == [("refused", "station_offline")] * 6 + [("queued", "")] * 3
    assert {row["command_id"] for row in rows[6:]} == {row["id"] for row in desk.listed("commands")}


def test_a_job_is_stopped(desk: Desk, clock: Any) -> None:
    job = begun(desk, stations=connected(9))
    go_on_with_bulk()

    stopped = desk.ask("DELETE", f"commands/bulk/{job['id']}")[1]["bulk"]
    clock.shift(timedelta(seconds=5))
    go_on_with_bulk()

    assert (stopped["state"], stopped["progress"]["queued"], stopped["progress"]["waiting"]) == ("cancelled", 5, 4)
    assert Command.objects.count() == 5
    assert desk.ask("DELETE", f"commands/bulk/{job['id']}")[1]["bulk"]["ended_at"] == stopped["ended_at"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"action": "Explode"}, "unknown_action"),
        ({"action": "ChangeConfiguration", "payload": {"key": "password", "value": "x"}}, "command_forbidden"),
        ({"stations": ["S-000", "NO"]}, "station_not_found"),
        ({"stations": []}, "invalid_parameters"),
        ({"filter": {}, "stations": ["S-000"]}, "invalid_parameters"),
        ({"filter": {"everything": True}, "stations": None}, "invalid_parameters"),
    ],
    ids=["action", "secret", "stranger", "nobody", "both", "odd filter"],
)
def test_it_refuses_what_cannot_be(desk: Desk, said: dict[str, Any], error: str) -> None:
    connected(1)
    status, body = desk.post("commands/bulk", **{"action": "ClearCache", "stations": ["S-000"], **said})

    assert status in {400, 404}
    assert body["error"] == error
    assert not BulkCommand.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 3),
        ({"vendor": "acme*"}, 2),
        ({"vendor": "ACME", "firmware": "1.?"}, 1),
        ({"location_id": "ALA-TOO"}, 3),
        ({"online": False}, 4),
    ],
    ids=["online", "vendor", "firmware", "place", "all"],
)
def test_it_chooses_stations_by_what_they_are(desk: Desk, wanted: dict[str, Any], count: int) -> None:
    first, second, _ = connected(3)
    Station.objects.filter(code=first).update(vendor="ACME", firmware="1.5")
    Station.objects.filter(code=second).update(vendor="Acme Ltd")
    world.station("OFF-1")
    world.station("GONE-1", service_state="retired")

    assert begun(desk, filter=wanted, action="clear_cache")["progress"]["stations"] == count
    assert desk.post("commands/bulk", action="ClearCache", filter={"vendor": "none"})[0] == 404


def test_a_list_of_jobs_takes_as_many_queries_for_many(desk: Desk) -> None:
    codes = connected(2)
    for _ in range(2):
        begun(desk, stations=codes)
    few = desk.queries("commands/bulk")
    for _ in range(10):
        begun(desk, stations=codes)

    assert desk.queries("commands/bulk") == few
    assert BulkStep.objects.count() == 24


def test_staff_of_a_company_see_their_own_jobs_alone(desk: Desk) -> None:
    job = begun(desk, stations=connected(1))
    host = Desk(staff("stations.view_command", "stations.add_command", company=Company.objects.create(name="Host")))

    assert host.listed("commands/bulk") == []
    for path in (f"commands/bulk/{job['id']}", f"commands/bulk/{job['id']}/stations"):
        assert host.get(path)[1]["error"] == "bulk_not_found"
    assert host.ask("DELETE", f"commands/bulk/{job['id']}")[0] == 404
