"""The log in the admin: a filter, a conversation, ways on; what stations write is text and nothing else."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Company, User
from charging.models import Session
from ocpp_consumer.log import pages, search
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.log.days import TODAY, say, station
from stations.tests import world
from stations.tests.desk import staff

pytestmark = pytest.mark.django_db
LOG = "/admin/ocpp_consumer/frame/"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 }}",
    "=cmd()",
    "\u202eevil",
    "&lt;b&gt;",
]


@pytest.fixture
def support(client: Client) -> Client:
    """Somebody who may see everything."""
    client.force_login(User.objects.create_superuser(email="staff@example.com", password="a good password"))
    return client


def shown(client: Client, **query: Any) -> str:
    """The page."""
    answer = client.get(LOG, query)
    assert answer.status_code == 200
    return answer.content.decode()


def said(page: str) -> list[str]:
    """What the rows say."""
    rows = page.split("<template")[0]
    return [unescape(one) for one in re.findall(r'data-cell="said">([^<]*)<', rows)]


def beat(of: Any, number: int, **fields: Any) -> Frame:
    """A heartbeat."""
    row = {"epoch": 1, "direction": "in", "message_type": 2, "message_id": str(number), "action": "Heartbeat"}
    row |= {"received_at": timezone.now() - timedelta(minutes=number), "text": f'[2,"{number}","Heartbeat",{{}}]'}
    return Frame.objects.create(station=of, **(row | fields))


def test_it_tells_what_was_said_and_answered(support: Client) -> None:
    one = world.station(at=world.location(time_zone="Asia/Almaty"))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    row = {"station": one, "epoch": 1, "message_id": "a", "action": "StatusNotification"}
    text = '[2,"a","StatusNotification",{"connectorId":2,"status":"Faulted","errorCode":"GroundFailure"}]'
    Frame.objects.create(**row, received_at=at, direction="in", message_type=2, text=text)
    Frame.objects.create(**row, received_at=at, direction="out", message_type=3, text='[3,"a",{}]', latency_ms=4)

    page = shown(support, since="2026-03-01T00:00")

    assert said(page) == ["StatusNotification: connector 2 Faulted, GroundFailure"]
    assert "received" in page
    assert "4.0 ms" in page
    assert "14:00:00.000" in page  # by the clock of the place
    assert "Asia/Almaty" in page
    assert "&quot;connectorId&quot;: 2" in page


@pytest.mark.parametrize("view", ["conversation", "frames"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_only_words(support: Client, view: str, text: str) -> None:
    one = station()
    Frame.objects.create(
        station=one, epoch=1, received_at=timezone.now(), direction="in", action=text[:60], text=text, error=text,
        message_id=text[:64], message_type=2,
    )  # fmt: skip

    page = shown(support, view=view, q="", station=one.code, action="")
    echoed = shown(support, view=view, q=text, station=text, tag=text, action=text, since=text)

    for one_page in (page, echoed):
        assert "<script>alert" not in one_page
        assert "<img src=x" not in one_page
    assert "\u202e" not in page.split("<pre")[0]


def test_filters_of_the_address_are_kept_in_the_form(support: Client) -> None:
    one, two = station(), station("CP 2")
    beat(one, 1)
    beat(two, 2, action="Reset", text='[2,"2","Reset",{"type":"Hard"}]', error="odd")

    assert said(shown(support, station=one.code)) == ["Heartbeat"]
    assert said(shown(support, q="hard")) == said(shown(support, error="1")) == ["Reset: Hard"]
    assert said(shown(support, action="Reset")) == ["Reset: Hard"]
    assert 'value="Reset"' in shown(support, action="Reset")
    assert said(shown(support, direction="out")) == []


def test_a_transaction_has_its_own_log(support: Client) -> None:
    one = world.station()
    session = Session.objects.create(
        station=one, connector=one.connectors.all()[0], tag="T", asked_by="app", state="requested"
    )
    beat(one, 1, session_key=session.pk)
    beat(one, 2)

    assert len(said(shown(support, transaction=session.pk))) == 1
    assert "There is no such session." in shown(support, transaction="0")


def test_times_are_by_the_clock_of_the_station(support: Client) -> None:
    here = world.station(at=world.location(time_zone="Asia/Tokyo"))
    say(here, "[1]", hour=3)
    noon = (TODAY + timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M")
    later = (TODAY + timedelta(hours=12, minutes=1)).strftime("%Y-%m-%dT%H:%M")

    assert len(said(shown(support, station=here.code, since=noon))) == 1  # 03:00 UTC is 12:00 there
    assert said(shown(support, station=here.code, since=later)) == []
    assert "Asia/Tokyo (UTC+09:00)" in shown(support, station=here.code)


def test_each_row_says_whose_clock_it_is_by(support: Client) -> None:
    tokyo = world.station("TOKYO", at=world.location("TOKYO", time_zone="Asia/Tokyo"))
    delhi = world.station("DELHI", at=world.location("DELHI", time_zone="Asia/Kolkata"))
    say(tokyo, '[2,"1","DataTransfer",{}]', hour=3)
    say(delhi, '[2,"1","DataTransfer",{}]', hour=3)

    page = shown(support).split("<template")[0]
    rows = re.findall(r'data-cell="at">([^<]*)<.*data-cell="offset">([^<]*)<', page)
    assert sorted(rows) == [("08:30:00.000", "UTC+05:30"), ("12:00:00.000", "UTC+09:00")]
    assert "· 12:00:00.000</a>" in page  # its own words are by the same clock


def test_rows_of_an_hour_that_comes_twice_are_told_apart(support: Client) -> None:
    here = world.station(at=world.location(time_zone="Europe/Berlin"))
    for hour in (0, 1):
        stamp = f"2026-10-25T0{hour}:30:00Z"
        text = f'[2,"{hour}","StartTransaction",{{"connectorId":1,"idTag":"T","meterStart":0,"timestamp":"{stamp}"}}]'
        at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        beat(here, hour, received_at=at, text=text, action="StartTransaction")

    page = shown(support, since="2026-10-25T00:00", station=here.code).split("<template")[0]
    assert re.findall(r'data-cell="offset">([^<]*)<', page) == ["UTC+01:00", "UTC+02:00"]
    assert "25 Oct 2026 02:30:00 (UTC+02:00)" in page
    assert "25 Oct 2026 02:30:00 (UTC+01:00)" in page
    both = shown(support, since="2026-10-25T02:30", until="2026-10-25T02:30:01", station=here.code)
    assert len(said(both)) == 2


def test_places_of_many_frames_are_looked_up_at_once(support: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(support, view="frames")
        return len([one for one in asked if "stations_" in one["sql"]])

    def one_more(number: int) -> int:
        beat(world.station(f"AT-{number}", at=world.location(f"PLACE-{number}", time_zone="Asia/Tokyo")), number)
        return cost()

    assert len({one_more(number) for number in (1, 2, 3)}) == 1


@pytest.mark.parametrize(
    "query",
    [{"since": "yesterday"}, {"until": "0001-01-01T00:00"}, {"before": "x"}, {"after": "1-" + "9" * 30}, {"q": "!!"}],
    ids=["since", "until", "before", "after", "no words"],
)
def test_nonsense_is_refused_in_words(support: Client, query: dict[str, str]) -> None:
    beat(station(), 1)
    page = shown(support, **query)
    assert 'role="alert"' in page
    assert said(page) == []


@pytest.mark.parametrize("view", ["conversation", "frames"])
def test_pages_lead_older_and_newer_without_loss(support: Client, view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", {"conversation": 4, "frames": 4})
    one = station()
    for number in range(10):
        beat(one, number + 1)

    def walk(page: str, way: str) -> list[str]:
        keys: list[str] = []
        while True:
            rows = re.findall(r'data-key="(\d+)"', page)
            keys += rows if way == "next" else rows[::-1]
            link = re.search(rf'href="([^"]*)" rel="{way}"', page)
            if link is None:
                last.append(page)
                return keys
            page = support.get(LOG + unescape(link[1])).content.decode()

    last: list[str] = []
    older = walk(shown(support, view=view), "next")
    newer = walk(last[0], "prev")

    assert older == [str(key) for key in Frame.objects.order_by("-received_at").values_list("pk", flat=True)]
    assert newer[-8:] == older[-3::-1][-8:]


def test_it_says_what_was_not_looked_at_and_leads_there(support: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 2)
    one = station()
    for number in range(5):
        beat(one, number + 1)
    beat(one, 9, text="needle")

    page = shown(support, q="needle")

    assert "the day is not indexed yet" in page
    found = said(page)
    for _ in range(6):
        link = re.search(r'class="log-note">[^<]*<a href="([^"]*)"', page)
        if link is None:
            break
        page = support.get(LOG + unescape(link[1])).content.decode()
        found += said(page)
    assert found == ["cannot be understood: not JSON"]


def test_it_asks_as_often_for_many_as_for_few_and_never_counts(support: Client) -> None:
    def asked(**query: Any) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            shown(support, **query)
        return [query["sql"] for query in queries]

    one = station()
    beat(one, 1)
    few = [len(asked()), len(asked(q="heart", station=one.code))]
    for number in range(30):
        beat(station(f"CP {number + 2}") if number % 3 else one, number + 2)
    many = [asked(), asked(q="heart", station=one.code)]
    assert [len(one) for one in many] == few
    assert not [sql for sql in many[0] + many[1] if "COUNT(" in sql.upper() and "ocpp_consumer_frame" in sql]


def test_staff_of_a_company_see_their_stations_alone() -> None:
    ours, theirs = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    for number, company in enumerate((ours, theirs)):
        beat(world.station(f"S-{number}", at=world.location(f"L-{number}", host=company)), number + 1)
    host = Client()
    host.force_login(staff("ocpp_consumer.view_frame", company=ours))
    stranger = Client()
    stranger.force_login(staff("stations.view_station"))

    page = shown(host)

    assert "S-0" in page
    assert "S-1" not in page
    assert stranger.get(LOG).status_code == 403
    assert Client().get(LOG).status_code == 302
