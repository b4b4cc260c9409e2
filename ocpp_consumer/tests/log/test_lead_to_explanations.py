"""Rows of the log lead to what explains them: a charge's page, else the time around the row at its station."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from ocpp_consumer.log import live
from ocpp_consumer.log.live import Watched
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.log.days import station
from stations.models import Station
from stations.tests.desk import staff

pytestmark = pytest.mark.django_db
LOG = "/admin/ocpp_consumer/frame/"
FRAMES, SESSIONS, STATIONS = "ocpp_consumer.view_frame", "charging.view_session", "stations.view_station"


def said(of: Station, number: str, *, kind: int = 2, session: int = 0) -> Frame:
    """A frame of a moment ago."""
    text = {2: f'[2,"{number}","Heartbeat",{{}}]', 3: f'[3,"{number}",{{}}]'}[kind]
    way = "in" if kind == 2 else "out"
    row = {"epoch": 1, "direction": way, "message_type": kind, "message_id": number, "action": "Heartbeat"}
    at = timezone.now() - timedelta(minutes=2) + timedelta(seconds=kind)
    return Frame.objects.create(station=of, received_at=at, text=text, session_key=session, **row)


def links(person: User, view: str = "conversation") -> list[dict[str, list[str]]]:
    """What the rows lead to, by the query of each link."""
    client = Client()
    client.force_login(person)
    page = client.get(LOG, {"view": view}).content.decode().split("<template")[0]
    found = [unescape(one) for one in re.findall(r'<a data-explain href="([^"]*)"', page)]
    assert {urlsplit(one).path for one in found} <= {"/admin/explain/"}
    return [parse_qs(urlsplit(one).query) for one in found]


@pytest.mark.parametrize("view", ["conversation", "frames"])
def test_a_row_of_a_charge_leads_to_the_charge_and_another_to_its_time(view: str) -> None:
    one = station()
    frame = said(one, "a")
    said(one, "b", session=41)
    of_charge, of_time = sorted(links(staff(FRAMES, SESSIONS, STATIONS), view), key=lambda query: query["subject"])
    assert of_charge["subject"] == ["session:41"]
    assert of_time == {"subject": [f"station:{one.code}"], "at": [frame.received_at.isoformat()]}


def test_a_call_leads_to_the_charge_that_its_answer_named() -> None:
    one = station()
    said(one, "a")
    said(one, "a", kind=3, session=42)
    assert [query["subject"] for query in links(staff(FRAMES, SESSIONS, STATIONS))] == [["session:42"]]


def test_a_link_is_for_who_may_go_there() -> None:
    one = station()
    said(one, "a")
    said(one, "b", session=41)
    assert links(staff(FRAMES)) == links(staff(FRAMES, STATIONS)) == []
    assert [query["subject"] for query in links(staff(FRAMES, SESSIONS))] == [["session:41"]]


def test_it_leads_where_something_is() -> None:
    one = station()
    said(one, "a")
    client = Client()
    client.force_login(staff(FRAMES, SESSIONS, STATIONS))
    (query,) = links(staff(FRAMES, SESSIONS, STATIONS))
    answer = client.get("/admin/explain/", {name: value[0] for name, value in query.items()}, follow=True)
    assert answer.status_code == 200
    assert one.code in answer.content.decode()


def test_links_ask_the_database_nothing() -> None:
    one, client, counts = station(), Client(), []
    client.force_login(staff(FRAMES, SESSIONS, STATIONS))
    for rows in (1, 20):
        for number in range(rows):
            said(one, f"{rows}-{number}", session=number % 2)
        with CaptureQueriesContext(connection) as queries:
            client.get(LOG)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_live_log_leads_there_too() -> None:
    one = station()
    said(one, "a", session=41)
    watched = Watched(QueryDict(""), timezone.now() - timedelta(minutes=5))
    (row,) = live.look(watched, person=staff(FRAMES, SESSIONS, STATIONS), at=timezone.now())
    assert row["explain"].startswith("/admin/explain/?subject=session%3A41&at=")
    assert row["explain_title"] == "Explain this charge"
