"""Frames are found by their words, in days with an index and without one, newest first, none twice and none lost."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from charging.models import Session
from drivepower.core.refusals import Refusal
from ocpp_consumer.log import phrases, search, wanted
from ocpp_consumer.log.search import Walk
from ocpp_consumer.log.wanted import Wanted
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.log.days import TODAY, day, every_page, found, say, station, texts
from stations.tests import world

pytestmark = pytest.mark.django_db
IN_BOTH = pytest.mark.parametrize("is_indexed", [True, False], ids=["indexed", "open"])
UUID = "3f2b8a1e-4e7f-4c1d-9e55-0a1b2c3d4e5f"
SAID = [
    '[2,"a1","StartTransaction",{"connectorId":1,"idTag":"KG-0041-ab","meterStart":1200}]',
    '[2,"a2","StatusNotification",{"connectorId":2,"errorCode":"GroundFailure","info":"Утечка на землю"}]',
    '[2,"a3","DataTransfer",{"vendorId":"com.vendor","data":"\\u041e\\u0448\\u0438\\u0431\\u043a\\u0430 E17\\nreset"}]',
    f'[2,"{UUID}","MeterValues",{{"meterValue":[{{"sampledValue":[{{"value":"12.40"}}]}}]}}]',
]


@pytest.fixture(autouse=True)
def by_index_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the newest frame of indexed days is looked at by itself."""
    monkeypatch.setattr(search, "LOOKED_AT_FIRST", 1)


@IN_BOTH
@pytest.mark.parametrize(
    ("q", "hit"),
    [
        ("KG-0041-ab", 0),
        ("kg 0041", 0),
        ("connectorId 1 idTag", 0),
        ('"idTag":"KG-0041', 0),
        ("meterStart 12", 0),
        ("GROUNDFAILURE", 1),
        ("утечка на", 1),
        ("землю", 1),
        ("ошибка e17", 2),
        ("reset", 2),
        ("com.vendor", 2),
        (UUID, 3),
        (UUID[:13], 3),
        ("12.40", 3),
        ("12.4", 3),
    ],
)
def test_it_finds_words_however_they_are_punctuated(is_indexed: bool, q: str, hit: int) -> None:
    day(2, is_indexed=is_indexed)
    one = station()
    for text in SAID:
        say(one, text, ago=2)
    say(one, "the newest", ago=2, hour=13)

    assert texts(found(q=q)) == [SAID[hit]]


@IN_BOTH
@pytest.mark.parametrize("q", ["nowhere", "roundFailure", "0041 KG", "idTag 0041", "2.40", "12 41", "E1x", "Tag"])
def test_it_finds_nothing_else(is_indexed: bool, q: str) -> None:
    day(2, is_indexed=is_indexed)
    one = station()
    for text in SAID:
        say(one, text, ago=2)
    say(one, "the newest", ago=2, hour=13)

    assert texts(found(q=q)) == []


@IN_BOTH
def test_a_tag_is_a_whole_one_and_goes_with_other_words(is_indexed: bool) -> None:
    day(2, is_indexed=is_indexed)
    one = station()
    say(one, '["Authorize",{"idTag":"KG-1"}]', ago=2, hour=1)
    say(one, '["StopTransaction",{"idTag":"kg-1"}]', ago=2, hour=2)
    say(one, '["Authorize",{"idTag":"KG-12"}]', ago=2, hour=3)
    say(one, "the newest", ago=2, hour=13)

    assert len(found(tag="KG-1").frames) == 2
    assert texts(found(tag="KG-1", q="author")) == ['["Authorize",{"idTag":"KG-1"}]']


@IN_BOTH
def test_filters_go_together(is_indexed: bool) -> None:
    day(2, is_indexed=is_indexed)
    one, two = station(), station("CP 2")
    say(one, '["a word"]', ago=2, hour=1, action="Reset", direction="out")
    say(one, '["a word"]', ago=2, hour=2, action="Reset", error="odd")
    say(two, '["a word"]', ago=2, hour=3, action="Reset", message_type=4)
    say(two, '["another"]', ago=2, hour=4, action="Heartbeat")
    say(two, "the newest", ago=2, hour=13)

    def hours(**said: Any) -> list[int]:
        return [frame.received_at.hour for frame in found(**said).frames]

    assert hours(q="word") == hours(action="Reset") == [3, 2, 1]
    assert hours(q="word", station=one.code) == [2, 1]
    assert hours(only_errors=True) == [3, 2]
    assert hours(q="word", only_errors=True, station=one.code) == [2]
    assert hours(direction="out") == [1]
    assert hours(action="heartbeat") == []
    assert hours(station="NO") == []
    noon = TODAY - timedelta(days=2) + timedelta(hours=2)
    assert hours(q="word", since=noon) == [3, 2]
    assert hours(q="word", until=noon) == [1]


def test_a_transaction_is_known_by_its_number_and_its_id() -> None:
    one = world.station()
    session = Session.objects.create(
        station=one, connector=one.connectors.all()[0], tag="T", asked_by="app", state="requested"
    )
    kept = say(one, "[1]", session_key=session.pk)
    say(one, "[2]")

    for named in (str(session.pk), f"#{session.pk}", str(session.public_id)):
        assert [frame.pk for frame in found(transaction=named).frames] == [kept.pk]
    for nobody in ("0", "x", "9" * 30, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(Refusal, match="no such session"):
            found(transaction=nobody)


@pytest.mark.parametrize("said", [{"q": "!?"}, {"tag": "--"}, {"q": "a " * 30}], ids=["no word", "no tag", "too many"])
def test_it_refuses_what_holds_no_words(said: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="letters or digits"):
        found(**said)


@pytest.mark.parametrize("is_onward", [False, True], ids=["older", "newer"])
@pytest.mark.parametrize("said", [{"q": "common"}, {"action": "Reset"}, {}], ids=["words", "action", "all"])
def test_a_common_word_is_paged_without_loss_or_repeats(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], is_onward: bool
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 7)
    monkeypatch.setattr(search, "LOOKED_AT_FIRST", 3)
    one = station()
    for ago in range(6):
        day(ago, is_indexed=ago in (1, 2, 4))
        for number in range(9):
            # Some at the same instant, and others between them.
            say(one, "common", ago=ago, hour=number // 3, action="Reset")
            say(one, "other", ago=ago, hour=number, action="Heartbeat")
    rows = Frame.objects.filter(text="common") if said else Frame.objects.all()
    order = ("received_at", "id") if is_onward else ("-received_at", "-id")

    keys = every_page(4, is_onward=is_onward, **said)

    assert keys == list(rows.order_by(*order).values_list("pk", flat=True))


def test_what_was_not_looked_at_is_told_and_can_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 3)
    one = station()
    day(1, is_indexed=True)
    old = say(one, "needle", ago=1)
    hidden = say(one, "needle", hour=1)
    for number in range(5):
        say(one, "hay", hour=2 + number)

    page = found(q="needle")

    assert [frame.pk for frame in page.frames] == [old.pk]
    assert page.further is None
    assert page.unseen is not None
    assert page.edge is not None
    assert page.unseen.since == TODAY
    assert page.unseen.until == page.edge.at
    there = wanted.sought(Wanted(q="needle", since=page.unseen.since), person=User())
    assert [frame.pk for frame in search.find(there, Walk(50, page.edge)).frames] == [hidden.pk]


def test_it_asks_as_often_for_many_frames_as_for_few() -> None:
    for ago in range(4):
        day(ago, is_indexed=ago > 0)
    one = station()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(q="rare", station=one.code)
        return len(queries)

    say(one, "common", ago=1)
    few = asked()
    for number in range(40):
        say(one, "common rare" if number % 9 == 0 else "common", ago=number % 4)
    assert asked() == few


@IN_BOTH
def test_a_very_long_frame_is_found_by_its_beginning(is_indexed: bool) -> None:
    day(2, is_indexed=is_indexed)
    one = station()
    said = ['["first"', "x" * 5000, "\\u0441" * 3000, "ж" * 90_000, "last"]
    say(one, " ".join(said), ago=2)
    say(one, "a" * 1_000_000, ago=2)
    say(one, "the newest", ago=2, hour=13)

    assert len(found(q="first").frames) == 1
    assert len(found(q="x" * 200).frames) == 1


def test_staff_of_a_company_find_what_is_theirs() -> None:
    day(1, is_indexed=True)
    ours, theirs = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    for number, company in enumerate((ours, theirs)):
        place = world.location(f"L-{number}", host=company)
        say(world.station(f"S-{number}", at=place), f"word of {company.name}", ago=1)
    person = User(company=ours)

    page = search.find(wanted.sought(Wanted(q="word"), person=person), Walk(50))

    assert texts(page) == ["word of Ours"]


def test_no_text_makes_an_index_fail() -> None:
    dice = random.Random(7)
    letters = [
        "\\",
        "\\u0",
        "u",
        "0",
        "4",
        "3",
        "f",
        "d8",
        "n",
        '"',
        "'",
        ":",
        "*",
        "é",
        "Ж",
        " ",
        "=",
        "&",
        "!",
        "x" * 300,
    ]
    said = ["".join(dice.choices(letters, k=dice.randrange(60))) for _ in range(2000)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(frame_words(said, left(said, 60), 2::smallint, said)), count(frame_line(said)) "
            "FROM unnest(%s::text[]) AS said",
            [said],
        )
        assert cursor.fetchone() == (len(said), len(said))
    for text in said[:60]:
        words = phrases.read(text)[0]
        if words:
            found(q=text)
