"""What the filter finds as a file: whole, bounded, secrets blanked, no formulas, and written down who has it."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts.models import Company, User
from charging.models import Session
from ocpp_consumer.log import whole
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.log.days import day, say, station
from stations.tests import world
from stations.tests.desk import staff

pytestmark = pytest.mark.django_db
LOG = "/admin/ocpp_consumer/frame/"
MONTH = (timezone.now() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def support(client: Client) -> Client:
    """Somebody who may see everything."""
    client.force_login(User.objects.create_superuser(email="staff@example.com", password="a good password"))
    return client


def file(client: Client, kind: str, **query: Any) -> list[dict[str, Any]]:
    """The rows of a file."""
    answer = client.get(f"{LOG}export.{kind}", {"since": MONTH} | query)
    assert answer.status_code == 200
    told = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it is streamed
    if kind == "jsonl":
        return [json.loads(line) for line in told.decode().splitlines()]
    return list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_it_gives_all_of_the_filter_the_oldest_first(
    support: Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "STEP", 2)
    day(3, is_indexed=True)
    day(2)
    one, two = station(), station("CP 2")
    for number in range(7):
        say(one, f'["word {number}"]', ago=3 - number % 2, hour=number)
        say(two, '["other"]', ago=2, hour=number)

    rows = file(support, kind, q="word", station=one.code)

    wanted = Frame.objects.filter(station=one).order_by("received_at", "id")
    assert [row["text"] for row in rows] == [frame.text for frame in wanted]


def test_secrets_are_blanked_and_formulas_are_text(support: Client) -> None:
    one = station()
    secret = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"c0ffee"}]'
    at = timezone.now() - timedelta(minutes=1)
    for text in (secret, "=1+1"):
        Frame.objects.create(station=one, epoch=1, received_at=at, direction="out", text=text, action="=2", error="@x")

    for kind in ("jsonl", "csv"):
        assert "c0ffee" not in str(file(support, kind))
    rows = file(support, "csv")
    assert {row["action"] for row in rows} == {"'=2"}
    assert {row["error"] for row in rows} == {"'@x"}
    assert "'=1+1" in {row["text"] for row in rows}


@pytest.mark.parametrize(
    "query", [{}, {"since": "2026-01-01T00:00"}, {"since": "2026-01-01T00:00", "until": "2026-02-05T00:00"}],
    ids=["no time", "until now", "too long"],
)  # fmt: skip
def test_it_refuses_more_than_a_month(support: Client, query: dict[str, str]) -> None:
    answer = support.get(f"{LOG}export.csv", query, follow=True)
    assert "at most 31 days" in answer.content.decode()
    assert not LogEntry.objects.exists()


def test_a_transaction_is_given_whatever_its_time(support: Client) -> None:
    one = world.station()
    session = Session.objects.create(
        station=one, connector=one.connectors.all()[0], tag="T", asked_by="app", state="requested"
    )
    at = timezone.now() - timedelta(minutes=1)
    Frame.objects.create(station=one, epoch=1, received_at=at, direction="in", text="[]", session_key=session.pk)

    assert len(file(support, "jsonl", since="", transaction=session.pk)) == 1


def test_who_took_what_is_written_down(support: Client) -> None:
    file(support, "csv", q="word")

    entry = LogEntry.objects.get()
    assert entry.user.email == "staff@example.com"
    assert "CSV" in entry.change_message
    assert "q=word" in entry.change_message


def test_it_is_cut_to_a_company_and_for_those_who_may() -> None:
    ours, theirs = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    at = timezone.now() - timedelta(minutes=1)
    for number, company in enumerate((ours, theirs)):
        one = world.station(f"S-{number}", at=world.location(f"L-{number}", host=company))
        Frame.objects.create(station=one, epoch=1, received_at=at, direction="in", text=company.name)
    host, stranger = Client(), Client()
    host.force_login(staff("ocpp_consumer.view_frame", company=ours))
    stranger.force_login(staff("stations.view_station"))

    assert [row["text"] for row in file(host, "jsonl")] == ["Ours"]
    assert stranger.get(f"{LOG}export.csv", {"since": MONTH}).status_code == 403
    assert host.get(f"{LOG}export.exe", {"since": MONTH}).status_code in (403, 404)
