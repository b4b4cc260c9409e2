"""/c/{station}/{connector}: what the QR code of a sticker opens."""

import re
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from drivepower.core.models import Alert
from stations.models import Report, Station
from stations.sticker import rates_now
from stations.tests.world import connect, gateway, location, plan, say, station

pytestmark = pytest.mark.django_db
PATH = "/c/BSK-01/1"
HOSTILE = "<script>window.DPX7Q=1</script>"


def online(**fields: Any) -> Station:
    """A station that is here, with a free connector and a price."""
    plan("Standard", ("per_kwh", "15.00"), ("parking_fee", "2.50"))
    made = connect(station(at=location(), **fields), gateway(at=timezone.now()))
    say(made, 1, "Available")
    return made


def page(client: Client, path: str = PATH, **headers: str) -> str:
    """The page as a browser gets it."""
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_state_price_and_place_without_a_login(client: Client) -> None:
    online()
    shown = page(client)
    for words in ("BSK-01", "Ala-Too Square", "Chuy Avenue 113", "Free", "15.00 KGS", "2.50 KGS", "Tax is included."):
        assert words in shown
    assert "secret-identity" not in shown
    assert "<script" not in shown


@pytest.mark.parametrize(
    ("path", "accepted"), [(PATH, "ru,en;q=0.5"), (f"{PATH}?lang=ru", "en")], ids=["browser", "address"]
)
def test_it_speaks_russian(client: Client, path: str, accepted: str) -> None:
    online()
    shown = page(client, path, accept_language=accepted)
    for words in ('lang="ru"', "Площадь Ала-Тоо", "Свободно", "15,00 KGS", "Сообщить о проблеме"):
        assert words in shown


def test_it_finds_a_code_in_small_letters(client: Client) -> None:
    online()
    assert "BSK-01" in page(client, "/c/bsk-01/1")


@pytest.mark.parametrize(
    ("status", "words"),
    [("Charging", "In use"), ("Preparing", "A cable is plugged in"), ("Faulted", "Out of order"), ("Odd", "In use")],
)
def test_it_says_how_the_connector_is(client: Client, status: str, words: str) -> None:
    say(online(), 1, status)
    assert words in page(client)


def test_it_says_what_cannot_be_used(client: Client) -> None:
    made = online()
    Station.objects.update(gateway=None)
    assert "Offline" in page(client)
    Station.objects.filter(pk=made.pk).update(service_state=Station.ServiceState.OUT_OF_SERVICE)
    assert "Out of service" in page(client)


def test_it_says_that_there_is_no_price(client: Client) -> None:
    connect(station(), gateway(at=timezone.now()))
    shown = page(client)
    assert "There is no price here yet" in shown
    assert "Not known yet" in shown


def test_it_opens_the_app(client: Client, settings: Any) -> None:
    online()
    assert "Open in the app" not in page(client)
    settings.APP_LINK = "myapp://charge/{station}/{connector}"
    assert 'href="myapp://charge/BSK-01/1"' in page(client)


@pytest.mark.parametrize(
    "fields", [{"is_public": False}, {"service_state": "retired"}, {"service_state": "planned"}], ids=str
)
def test_it_hides_what_is_not_for_everybody(client: Client, fields: dict[str, Any]) -> None:
    online(**fields)
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, {"text": "It does not start"}).status_code == 404
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["/c/BSK-01/0", "/c/BSK-01/9", "/c/NOWHERE/1", "/c/BSK-01/99999999999999999999", "/c/%00/1", "/c/%ED%A0%80/1"],
)
def test_it_does_not_know_others(client: Client, path: str) -> None:
    online()
    assert client.get(path).status_code == 404


def test_it_takes_a_report(client: Client) -> None:
    made = online()
    said = {"kind": "broken", "text": "The cable is torn", "contact": "+996700000001"}
    response = client.post(f"{PATH}?lang=ru", said)
    assert (response.status_code, response["Location"]) == (302, f"{PATH}?thanks=1&lang=ru#report")
    report = Report.objects.get()
    assert (report.station, report.number, report.said_by, report.user) == (made, 1, "public", None)
    assert (report.kind, report.text, report.contact) == ("broken", "The cable is torn", "+996700000001")
    assert Alert.objects.filter(subject=f"report:{report.public_id}").exists()
    assert "Спасибо" in page(client, response["Location"])


@pytest.mark.parametrize(
    "said", [{}, {"text": " "}, {"text": "x" * 2001}, {"text": "x", "kind": "odd"}], ids=lambda said: str(said)[:20]
)
def test_it_takes_no_empty_or_endless_report(client: Client, said: dict[str, str]) -> None:
    online()
    response = client.post(PATH, said)
    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert not Report.objects.exists()


def test_it_takes_reports_from_its_own_page_alone() -> None:
    online()
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(PATH, {"text": "x"}).status_code == 403
    shown = stranger.get(PATH).content.decode()
    token = shown.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert stranger.post(PATH, {"text": "x", "csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.usefixtures("standing_clock")
def test_it_takes_few_reports_of_one_address(client: Client) -> None:
    online()
    statuses = [client.post(PATH, {"text": "It does not start"}).status_code for _ in range(7)]
    assert statuses == [302] * 6 + [429]
    assert Report.objects.count() == 6
    assert client.post(PATH, {"text": "x"}, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_it_shows_hostile_words_as_words(client: Client) -> None:
    online()
    assert HOSTILE not in client.post(PATH, {"text": "", "contact": HOSTILE}).content.decode()
    say(Station.objects.get(), 1, HOSTILE[:40])
    assert "<script" not in page(client)


def test_it_is_never_kept(client: Client) -> None:
    online()
    assert client.get(PATH)["Cache-Control"] == "no-store"


def at_night(rule_begins: time, at: datetime) -> str:
    """When the price changes after that moment, at a place in Berlin."""
    plan("By night", ("per_kwh", "9.00"), starts=rule_begins, ends=time(6))
    day = plan("By day", ("per_kwh", "15.00"), starts=time(6), ends=rule_begins, default=False)
    made = station(at=location(time_zone="Europe/Berlin"), tariff_plan=day)
    rates = rates_now(made.connectors.get(number=1), at=at)
    assert rates is not None
    return rates.changes_at


@pytest.mark.parametrize(
    ("at", "begins", "said"),
    [
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), time(2, 30), "25 Oct, 02:30 (UTC+02:00)"),
        (datetime(2026, 10, 25, 0, 45, tzinfo=UTC), time(2, 50), "25 Oct, 02:50 (UTC+02:00)"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), time(2, 30), "25 Oct, 06:00 (UTC+01:00)"),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), time(3, 30), "29 Mar, 03:30 (UTC+02:00)"),
    ],
    ids=["before it comes twice", "the first of two", "after them", "the clocks go forward"],
)
def test_a_change_of_price_is_told_by_the_clock_of_the_place(at: datetime, begins: time, said: str) -> None:
    assert at_night(begins, at) == said


def test_it_names_the_clock_of_the_place(client: Client) -> None:
    plan("By night", ("per_kwh", "15.00"), starts=time(22), ends=time(6))
    plan_of_day = plan("By day", ("per_kwh", "9.00"), starts=time(6), ends=time(22), default=False)
    station(at=location(time_zone="Asia/Tokyo"))
    Station.objects.update(tariff_plan=plan_of_day)
    shown = page(client, accept_language="en")
    assert re.search(r"at \d\d:\d\d \(UTC\+09:00\)", shown)
    assert re.search(r"Another price from \d+ \w+, (06|22):00 \(UTC\+09:00\)\.", shown)
