"""Programs find frames by words, tag and transaction: page by page without loss, or as a file."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Company
from charging.models import Session
from ocpp_consumer.log import search
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.log.days import day
from ocpp_consumer.tests.log.days import say as say_on
from ocpp_consumer.tests.operator.test_frames import say
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Somebody of the house who may do anything."""
    return Desk(staff())


def test_it_finds_words_of_any_day_with_every_other_filter(desk: Desk) -> None:
    one, two = world.station(), world.station("BSK-02")
    day(40, is_indexed=True)
    old = say_on(one, '["GroundFailure",{"idTag":"KG-1"}]', ago=40)
    new = say(two, "StatusNotification", text='["GroundFailure"]', error="odd")

    def found(**query: object) -> list[int]:
        return [row["id"] for row in desk.listed("frames", **query)]

    assert found(q="groundfailure") == [new.pk, old.pk]
    assert found(q="ground", station="BSK-01") == found(tag="kg-1") == [old.pk]
    assert found(q="ground", with_error="true") == found(q="ground", action="StatusNotification") == [new.pk]
    assert found(q="ground", since=(timezone.now() - timedelta(days=2)).isoformat()) == [new.pk]
    assert found(q="absent") == []
    assert desk.get("frames", q="!!")[1]["error"] == "invalid_parameters"


def test_a_transaction_is_a_session_by_number_or_id(desk: Desk) -> None:
    one = world.station()
    session = Session.objects.create(
        station=one, connector=one.connectors.all()[0], tag="T", asked_by="app", state="requested"
    )
    kept = say(one, session_key=session.pk)
    say(one)

    for named in (session.pk, session.public_id):
        assert [row["id"] for row in desk.listed("frames", transaction=named)] == [kept.pk]
        assert [row["id"] for row in desk.listed("frames", transaction=named, q="heartbeat")] == [kept.pk]
    assert desk.get("frames", transaction="0")[1]["error"] == "session_not_found"
    assert desk.get("frames", transaction="0", q="x")[1]["error"] == "session_not_found"


def test_it_turns_pages_through_everything(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 3)
    one = world.station()
    for number in range(12):
        say(one, text="needle" if number % 2 else "hay", ago=number + 1)
    seen: list[int] = []
    path = "frames?limit=2&q=needle"
    while path:
        _, body = desk.get(path)
        seen += [row["id"] for row in body["data"]]
        path = (body["next"] or "").partition("/operator/")[2]

    wanted = Frame.objects.filter(text="needle").order_by("-received_at")
    assert seen == list(wanted.values_list("pk", flat=True))
    assert desk.get("frames?q=needle&cursor=odd")[0] == 404


def test_what_is_found_is_told_as_a_file(desk: Desk) -> None:
    one = world.station()
    first, second = say(one, text="needle 1", ago=9), say(one, text="needle 2", ago=5)
    say(one, text="hay")

    answer = desk.raw("GET", "frames?q=needle&file=jsonl")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [first.pk, second.pk]
    far = (timezone.now() - timedelta(days=40)).isoformat()
    assert desk.get("frames", q="needle", file="csv", since=far)[1]["error"] == "invalid_parameters"


def test_it_asks_as_often_for_many_as_for_few(desk: Desk) -> None:
    one = world.station()
    say(one, text="needle")
    few = desk.queries("frames?q=needle")
    for number in range(9):
        say(one, text="needle", ago=number + 2)
    assert desk.queries("frames?q=needle") == few


def test_staff_of_a_company_find_nothing_of_another() -> None:
    theirs = world.station(at=world.location(host=Company.objects.create(name="Theirs", kind="host")))
    session = Session.objects.create(
        station=theirs, connector=theirs.connectors.all()[0], tag="T", asked_by="app", state="requested"
    )
    say(theirs, text="needle", session_key=session.pk)
    host = Desk(staff("ocpp_consumer.view_frame", company=Company.objects.create(name="Ours", kind="host")))

    assert host.listed("frames", q="needle") == host.listed("frames", tag="needle") == []
    assert host.get("frames", transaction=session.pk)[1]["error"] == "session_not_found"
    assert b"".join(host.raw("GET", "frames?q=needle&file=csv").streaming_content).count(b"needle") == 0
