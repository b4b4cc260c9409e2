"""Frames are searched and told whole, without their secrets, and never as a formula."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Company
from charging.models import Session
from ocpp_consumer import search
from ocpp_consumer.models import Frame
from stations.models import Station
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Somebody of the house who may do anything."""
    return Desk(staff())


def say(station: Station, action: str = "Heartbeat", *, ago: float = 1, **fields: Any) -> Frame:
    """A frame that came so many seconds ago."""
    row = {"epoch": 1, "direction": "in", "message_type": 2, "message_id": "1", "text": f'[2,"1","{action}",{{}}]'}
    at = timezone.now() - timedelta(seconds=ago)
    return Frame.objects.create(station=station, action=action, received_at=at, **{**row, **fields})


def test_it_finds_frames(desk: Desk) -> None:
    here, there = world.station(), world.station("BSK-02")
    session = Session.objects.create(
        station=here, connector=here.connectors.all()[0], tag="T", asked_by="app", state="requested"
    )
    say(here, "BootNotification", ago=50, message_id="boot-1")
    say(here, "Heartbeat", ago=40, direction="out", message_type=3)
    say(there, "StartTransaction", ago=30, session_key=session.pk, error="odd")
    half = (timezone.now() - timedelta(seconds=35)).isoformat()

    def found(**query: Any) -> list[str]:
        return [row["action"] for row in desk.listed("frames", **query)]

    assert found() == ["StartTransaction", "Heartbeat", "BootNotification"]
    assert found(station="BSK-01") == ["Heartbeat", "BootNotification"]
    assert found(action="Heartbeat") == ["Heartbeat"]
    assert found(message_id="boot-1") == ["BootNotification"]
    assert found(direction="out") == ["Heartbeat"]
    assert found(session=session.public_id) == found(with_error="true") == found(since=half) == ["StartTransaction"]
    assert found(until=half) == ["Heartbeat", "BootNotification"]
    assert found(station="NO") == []


def test_without_a_station_it_looks_a_day_back_and_never_further_than_a_month(desk: Desk) -> None:
    made = world.station()
    say(made, ago=2 * 86_400)
    long_ago = (timezone.now() - timedelta(days=32)).isoformat()

    assert desk.listed("frames") == []
    assert len(desk.listed("frames", station="BSK-01")) == 1
    assert desk.get("frames", since=long_ago)[1]["error"] == "invalid_parameters"
    for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"):
        assert desk.get("frames", until=moment)[1]["error"] == "invalid_parameters"
    assert desk.get("frames", session="00000000-0000-4000-8000-000000000000")[1]["error"] == "session_not_found"


def test_it_turns_pages_and_takes_as_many_queries_for_many(desk: Desk) -> None:
    made = world.station()
    for number in range(2):
        say(made, f"A{number}")
    few = desk.queries("frames")
    for number in range(2, 12):
        say(made, f"A{number}")

    assert desk.queries("frames") == few
    seen: list[str] = []
    path = "frames?limit=5"
    while path:
        _, body = desk.get(path)
        seen += [row["action"] for row in body["data"]]
        path = (body["next"] or "").partition("/operator/")[2]
    assert sorted(seen) == sorted(f"A{number}" for number in range(12))
    assert desk.get("frames?cursor=odd")[0] == 404


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_it_tells_everything_in_steps(desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "STEP", 2)
    made, at = world.station(), timezone.now()
    for number in range(8):
        say(made, f"A{number}")
    Frame.objects.filter(action__in=["A3", "A4", "A5", "A6"]).update(received_at=at)

    answer = desk.raw("GET", f"frames?station=BSK-01&file={kind}")

    text = b"".join(answer.streaming_content).decode("utf-8-sig" if kind == "csv" else "utf-8")
    told = (
        [json.loads(line) for line in text.splitlines()] if kind == "jsonl" else list(csv.DictReader(io.StringIO(text)))
    )
    assert [row["action"] for row in told] == ["A0", "A1", "A2", "A7", "A3", "A4", "A5", "A6"]
    assert told[0].keys() == desk.listed("frames")[0].keys()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="frames.{kind}"'
    assert answer.headers["Content-Type"].startswith({"jsonl": "application/x-ndjson", "csv": "text/csv"}[kind])


def test_secrets_that_were_stored_are_blanked_when_they_are_shown(desk: Desk) -> None:
    secret = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"c0ffee"}]'
    say(world.station(), "ChangeConfiguration", text=secret)

    told = b"".join(desk.raw("GET", "frames?file=jsonl").streaming_content).decode()

    assert "c0ffee" not in told
    assert "c0ffee" not in str(desk.listed("frames"))
    assert "***" in told


@pytest.mark.parametrize("text", ["=1+1", "@x", "+1", "\t=1", "＝1"], ids=range(5))
def test_what_stations_write_is_no_formula(desk: Desk, text: str) -> None:
    say(world.station(), action=text, text=text, message_id=text)

    told = b"".join(desk.raw("GET", "frames?file=csv").streaming_content).decode("utf-8-sig")

    [row] = csv.DictReader(io.StringIO(told))
    assert {row["action"], row["text"], row["message_id"]} == {f"'{text}"}


def test_frames_of_another_company_are_in_no_list_and_no_file() -> None:
    say(world.station(at=world.location(host=Company.objects.create(name="Theirs", kind="host"))))
    host = Desk(staff("ocpp_consumer.view_frame", company=Company.objects.create(name="Ours", kind="host")))

    assert host.listed("frames", station="BSK-01") == []
    assert b"".join(host.raw("GET", "frames?file=jsonl").streaming_content) == b""
    assert Desk(staff("stations.view_station")).get("frames")[0] == 403
